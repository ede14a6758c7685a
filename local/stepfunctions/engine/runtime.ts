import type { Clock } from '../../clock.ts';
import type { advance as Advance } from '../asl/advance.ts';
import type { StateMachine } from '../asl/definition.ts';
import type { History } from '../asl/history.ts';
import type { AttemptKey, Command, ExecutionEvent, MapRunCall } from '../asl/protocol.ts';
import {
  type Actor,
  type Decision,
  decisionOf,
  type EventDetails,
  isBusy,
  noteBreakdown,
  noteStep,
  restoreActor,
  takeDecision,
} from './actor.ts';
import { GroupCommit } from './group-commit.ts';
import type { Revision } from './ports.ts';
import type { ExecutionStore, StoredExecution, StoredMapRun } from './store/store.ts';

type WithoutTime<Event> = Event extends ExecutionEvent ? Omit<Event, 'at' | 'seed'> : never;

/** An event without its time and randomness, which the runtime adds. */
export type Happening = WithoutTime<ExecutionEvent>;

const NO_DETAILS: EventDetails = {};

export interface RuntimeOptions {
  readonly store: ExecutionStore;
  readonly clock: Clock;
  readonly seed: () => string;
  readonly advance: typeof Advance;
  readonly machineOf: (revision: Revision) => StateMachine;
  /** The row of a map run that is about to begin. */
  readonly mapRunOf: (actor: Actor, call: MapRunCall, seed: string) => StoredMapRun;
  /** After the commit: do what was decided. */
  readonly perform: (actor: Actor, commands: readonly Command[]) => void;
  /** After the commit: tell who wants to know. `started` and `status`: how it started and how it stands, where that is new. */
  readonly committed: (
    actor: Actor,
    history: History | undefined,
    started: StoredExecution | undefined,
    status: StoredExecution | undefined,
  ) => void;
  /** The store failed, or a machine broke an invariant. */
  readonly report: (error: Error) => void;
}

/**
 * The heart of the engine: load ▶ advance ▶ commit ▶ perform.
 *
 * `advance` is synchronous, so an execution sees one event at a time without any queue. Effects begin after the commit.
 * EXPRESS executions take the same way without the commit.
 */
export class Runtime {
  readonly #options: RuntimeOptions;
  readonly #commits: GroupCommit;
  /** By ARN. */
  readonly #actors = new Map<string, Actor>();

  constructor(options: RuntimeOptions) {
    this.#options = options;
    this.#commits = new GroupCommit(options.store, {
      committed: (actor, decision) => this.#finish(actor, decision),
      halted: (error) => {
        this.#actors.clear();
        options.report(error);
      },
    });
  }

  get isStopped(): boolean {
    return this.#commits.stopped !== undefined;
  }

  /** @throws EngineHaltedError, EngineClosedError */
  assertRunning(): void {
    if (this.#commits.stopped) throw this.#commits.stopped;
  }

  /** The execution in memory, read from the store if need be; undefined if there is none or it is over. */
  load(executionArn: string): Actor | undefined {
    return this.#actors.get(executionArn) ?? this.#activate(this.#options.store.execution(executionArn));
  }

  /** Whether it is in memory and runs, or has ended just now so that nobody was told. */
  isActive(executionArn: string): boolean {
    const actor = this.#actors.get(executionArn);
    return actor !== undefined && (actor.pending !== undefined || actor.description.status === 'RUNNING');
  }

  loadById(id: number): Actor | undefined {
    const description = this.#options.store.executionById(id);
    return description && (this.#actors.get(description.executionArn) ?? this.#activate(description));
  }

  #activate(description: StoredExecution | undefined): Actor | undefined {
    return description?.status === 'RUNNING' ? this.#read(description) : undefined;
  }

  #read(description: StoredExecution): Actor | undefined {
    const { store, machineOf } = this.#options;
    const snapshot = store.snapshot(description.id);
    if (!snapshot) return undefined;
    const actor = restoreActor(machineOf(description.revision), description, snapshot);
    this.#actors.set(description.executionArn, actor);
    return actor;
  }

  /** For a redrive: the execution in memory though it is over. */
  reopen(description: StoredExecution): Actor | undefined {
    return this.#actors.get(description.executionArn) ?? this.#read(description);
  }

  /**
   * Begins an execution.
   * @param isNameDrawn its name was drawn at random
   * @returns resolves when its first step is durable
   */
  start(actor: Actor, isNameDrawn = false): Promise<void> {
    this.assertRunning();
    this.#actors.set(actor.description.executionArn, actor);
    const decision = decisionOf(actor);
    decision.started = actor.description;
    decision.isNameDrawn = isNameDrawn;
    return this.deliver(actor, { type: 'start' });
  }

  /**
   * Advances an execution by one event.
   * @returns resolves when that is durable; rejects with EngineHaltedError if it could not be made so
   */
  deliver(actor: Actor, happening: Happening, details: EventDetails = NO_DETAILS): Promise<void> {
    this.assertRunning();
    const { clock, seed, advance, mapRunOf, report } = this.#options;
    const event = { ...happening, at: clock.now(), seed: seed() } as ExecutionEvent;
    const { events } = actor.execution;
    try {
      const step = advance(actor.machine, actor.execution, event);
      // A timer is over even if it came too late: its row has to go.
      if (!step.changed && event.type !== 'timer') return this.flushed();
      noteStep(actor, event, step, details);
      for (const command of step.commands) {
        if (command.type === 'mapRun') void this.saveMapRun(mapRunOf(actor, command, event.seed));
      }
    } catch (error) {
      report(error as Error);
      noteBreakdown(actor, error as Error, event.at, events);
    }
    if (actor.durable) return this.#commits.add(actor);
    this.#finish(actor, takeDecision(actor));
    return Promise.resolve();
  }

  /** Adds to the next transaction how a map run stands. @returns resolves when that is durable */
  saveMapRun(mapRun: StoredMapRun): Promise<void> {
    this.assertRunning();
    return this.#commits.addMapRun(mapRun);
  }

  /** Keeps how an Express child of a map run ended. @returns resolves when that is durable */
  saveEnded(description: StoredExecution): Promise<void> {
    const id = this.#options.store.nextId();
    const started = { ...description, id };
    return this.#commits.addChange({ id, started });
  }

  /** Resolves when all that was decided so far is durable. */
  flushed(): Promise<void> {
    return this.#commits.flushed();
  }

  /** Commits now instead of at the end of the turn. */
  commit(): void {
    this.#commits.commit();
  }

  /** After the commit; for EXPRESS at once. */
  #finish(actor: Actor, { started, status, history, commands }: Decision): void {
    try {
      this.#options.committed(actor, history, started, status);
    } catch (error) {
      this.#options.report(error as Error);
    }
    if (commands && commands.length > 0) this.#options.perform(actor, commands);
    this.#evict(actor);
  }

  /** A call is not on its way any more. */
  release(actor: Actor, key: AttemptKey): void {
    actor.inFlight.delete(key);
    this.#evict(actor);
  }

  /** Lets go of an execution that is at rest. */
  #evict(actor: Actor): void {
    const { executionArn } = actor.description;
    if (!isBusy(actor) && this.#actors.get(executionArn) === actor) this.#actors.delete(executionArn);
  }

  /** Refuses further work; what was decided is committed first. */
  async close(): Promise<void> {
    await this.#commits.close();
    this.#actors.clear();
  }
}
