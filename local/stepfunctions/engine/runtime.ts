import type { Clock } from '../../clock.ts';
import type { advance as Advance, Advanced } from '../asl/advance.ts';
import type { StateMachine } from '../asl/definition.ts';
import { type Execution, scopeOfKey } from '../asl/execution.ts';
import type { HistoryEvent } from '../asl/history.ts';
import type { AttemptKey, Command, ExecutionEvent, MapRunCall } from '../asl/protocol.ts';
import { EngineClosedError, EngineHaltedError } from './errors.ts';
import { openCalls, timersOf, tokensOf } from './open-attempts.ts';
import type { Revision } from './ports.ts';
import {
  type ExecutionChange,
  type ExecutionStore,
  type StoredExecution,
  type StoredMapRun,
  type StoredTimer,
  type StoredToken,
  timerId,
} from './store/store.ts';

/** An execution in memory: while something happens to it, and while a call of it is on its way. */
export interface Actor {
  readonly machine: StateMachine;
  /** Whether the store knows it: STANDARD. */
  readonly durable: boolean;
  description: StoredExecution;
  execution: Execution;
  /** Attempts whose call is to be made, or whose job is to be followed. */
  readonly due: Set<AttemptKey>;
  /** Attempts that have a task token. */
  readonly tokens: Set<AttemptKey>;
  /** What was decided and is not on its way to the store yet. */
  pending: Pending | undefined;
  /** How many commits are under way. */
  committing: number;
  /** Whatever else needs it in memory: calls on their way. */
  readonly inFlight: Map<AttemptKey, unknown>;
}

export function createActor(machine: StateMachine, description: StoredExecution, execution: Execution): Actor {
  return {
    machine,
    durable: description.revision.type === 'STANDARD',
    description,
    execution,
    due: new Set(),
    tokens: new Set(),
    pending: undefined,
    committing: 0,
    inFlight: new Map(),
  };
}

interface Pending extends ExecutionChange {
  started?: StoredExecution;
  status?: StoredExecution;
  readonly history: HistoryEvent[];
  readonly tokens: Map<AttemptKey, StoredToken | null>;
  readonly timers: Map<string, StoredTimer | number | null>;
  readonly commands: Command[];
}

type WithoutTime<Event> = Event extends ExecutionEvent ? Omit<Event, 'at' | 'seed'> : never;

/** An event without its time and randomness, which the runtime adds. */
export type Happening = WithoutTime<ExecutionEvent>;

interface Details {
  readonly rangAt?: number;
  readonly scheduledFor?: string;
}

const NO_DETAILS: Details = {};

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
  /** After the commit: tell who wants to know. `changes`: how it started, and how it stands now, as far as that is new. */
  readonly committed: (actor: Actor, history: readonly HistoryEvent[], changes: readonly StoredExecution[]) => void;
  /** The store failed, or a machine broke an invariant. */
  readonly report: (error: Error) => void;
}

interface Batch {
  readonly actors: Set<Actor>;
  readonly mapRuns: Map<string, StoredMapRun>;
  readonly others: ExecutionChange[];
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * The heart of the engine: load ▶ advance ▶ commit ▶ perform.
 *
 * `advance` is synchronous, so an execution sees one event at a time without any queue. What several executions decide
 * in one turn of the event loop is committed in one transaction; effects begin after it.
 */
export class Runtime {
  readonly #options: RuntimeOptions;
  /** By ARN. */
  readonly #actors = new Map<string, Actor>();
  #batch: Batch | undefined;
  /** Batches that the store is committing, in order. */
  #underWay: Batch[] = [];
  #stopped: Error | undefined;

  constructor(options: RuntimeOptions) {
    this.#options = options;
  }

  /** @throws EngineHaltedError, EngineClosedError */
  assertRunning(): void {
    if (this.#stopped) throw this.#stopped;
  }

  get isStopped(): boolean {
    return this.#stopped !== undefined;
  }

  /** The execution in memory, read from the store if need be; undefined if there is none or it is over. */
  load(executionArn: string): Actor | undefined {
    return this.#actors.get(executionArn) ?? this.#activate(this.#options.store.execution(executionArn));
  }

  loadById(id: number): Actor | undefined {
    const description = this.#options.store.executionById(id);
    return description && (this.#actors.get(description.executionArn) ?? this.#activate(description));
  }

  #activate(description: StoredExecution | undefined): Actor | undefined {
    if (description?.status !== 'RUNNING') return undefined;
    return this.#read(description);
  }

  #read(description: StoredExecution): Actor | undefined {
    const snapshot = this.#options.store.snapshot(description.id);
    if (!snapshot) return undefined;
    const machine = this.#options.machineOf(description.revision);
    const actor = createActor(machine, description, snapshot.state as Execution);
    for (const key of tokensOf(actor.execution)) actor.tokens.add(key);
    if (snapshot.due) for (const { key } of openCalls(machine, actor.execution)) actor.due.add(key);
    this.#actors.set(description.executionArn, actor);
    return actor;
  }

  /** For a redrive: the execution in memory though it is over. */
  reopen(description: StoredExecution): Actor | undefined {
    return this.#actors.get(description.executionArn) ?? this.#read(description);
  }

  /** Begins an execution. @returns resolves when its first step is durable */
  start(actor: Actor): Promise<void> {
    this.assertRunning();
    this.#actors.set(actor.description.executionArn, actor);
    this.#pendingOf(actor).started = actor.description;
    return this.deliver(actor, { type: 'start' });
  }

  /**
   * Advances an execution by one event.
   * @param more.rangAt for a timer: when it was due
   * @param more.scheduledFor for an activity's `submitted`: the activity
   * @returns resolves when that is durable; rejects with EngineHaltedError if it could not be made so
   */
  deliver(actor: Actor, happening: Happening, more: Details = NO_DETAILS): Promise<void> {
    this.assertRunning();
    const { clock, seed, advance } = this.#options;
    const event = { ...happening, at: clock.now(), seed: seed() } as ExecutionEvent;
    try {
      const step = advance(actor.machine, actor.execution, event);
      // A timer is over even if it came too late: its row has to go.
      if (!step.changed && event.type !== 'timer') return this.flushed();
      this.#noteStep(actor, event, step, more);
      for (const command of step.commands) {
        if (command.type === 'mapRun') void this.saveMapRun(this.#options.mapRunOf(actor, command, event.seed));
      }
    } catch (error) {
      this.#fail(actor, error as Error);
    }
    this.#noteStatus(actor);
    if (actor.durable) return this.#scheduleCommit(actor);
    const [, pending] = takePending(actor);
    actor.committing--;
    this.#finish(actor, pending);
    return Promise.resolve();
  }

  /** Adds to the next transaction how a map run stands. @returns resolves when that is durable */
  saveMapRun(mapRun: StoredMapRun): Promise<void> {
    this.assertRunning();
    const batch = this.#nextBatch();
    batch.mapRuns.set(mapRun.mapRunArn, mapRun);
    return batch.done;
  }

  /** Keeps how an Express child of a map run ended. @returns resolves when that is durable */
  saveEnded(description: StoredExecution): Promise<void> {
    const batch = this.#nextBatch();
    const id = this.#options.store.nextId();
    const started = { ...description, id };
    batch.others.push({ id, started, history: [], tokens: new Map(), timers: new Map() });
    return batch.done;
  }

  /** Resolves when all that was decided so far is durable. */
  flushed(): Promise<void> {
    return this.#batch?.done ?? this.#underWay.at(-1)?.done ?? Promise.resolve();
  }

  #pendingOf(actor: Actor): Pending {
    actor.pending ??= {
      id: actor.description.id,
      history: [],
      tokens: new Map(),
      timers: new Map(),
      commands: [],
    };
    return actor.pending;
  }

  #noteStep(actor: Actor, event: ExecutionEvent, step: Advanced, { rangAt, scheduledFor }: Details): void {
    const pending = this.#pendingOf(actor);
    for (const entry of step.history) pending.history.push(entry);
    for (const command of step.commands) {
      pending.commands.push(command);
      noteCommand(actor, pending, command);
    }
    if (event.type === 'timer') {
      const id = timerId(event.key, event.timer);
      // Unless the step has set or cleared it already.
      if (rangAt !== undefined && !pending.timers.has(id)) pending.timers.set(id, rangAt);
    } else if ('key' in event) noteAttempt(actor, pending, event, scheduledFor);
  }

  /** A broken invariant in the core: this execution cannot go on, the others can. */
  #fail(actor: Actor, error: Error): void {
    this.#options.report(error);
    const { execution } = actor;
    const at = this.#options.clock.now();
    const cause = `The local engine failed: ${error.message}`;
    const pending = this.#pendingOf(actor);
    pending.history.push({
      id: ++execution.events,
      previousEventId: 0,
      type: 'ExecutionFailed',
      timestamp: at,
      executionFailedEventDetails: { error: 'States.Runtime', cause },
    });
    for (const key of actor.tokens) pending.tokens.set(key, null);
    for (const id of timersOf(execution)) pending.timers.set(id, null);
    actor.due.clear();
    Object.assign(execution, { status: 'FAILED', error: 'States.Runtime', cause, stoppedAt: at, scopes: {} });
  }

  #noteStatus(actor: Actor): void {
    const { execution, description } = actor;
    if (execution.status === description.status && execution.redriveCount === description.redriveCount) return;
    const { status, stoppedAt, output, error, cause, redriveCount, redrivenAt } = execution;
    actor.description = { ...description, status, stoppedAt, output, error, cause, redriveCount, redrivenAt };
    this.#pendingOf(actor).status = actor.description;
  }

  #nextBatch(): Batch {
    if (!this.#batch) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      // Not everyone who adds to a batch waits for it; who does sees the failure.
      promise.catch(() => {});
      this.#batch = { actors: new Set(), mapRuns: new Map(), others: [], done: promise, resolve, reject };
      setImmediate(() => this.commit());
    }
    return this.#batch;
  }

  #scheduleCommit(actor: Actor): Promise<void> {
    const batch = this.#nextBatch();
    batch.actors.add(actor);
    if (batch.actors.size >= (this.#options.store.eagerness ?? Number.POSITIVE_INFINITY)) this.commit();
    return batch.done;
  }

  /** Commits what has been decided so far, then performs it. Called by itself once per turn of the event loop. */
  commit(): void {
    const batch = this.#batch;
    if (!batch) return;
    this.#batch = undefined;
    if (this.#stopped) {
      batch.reject(this.#stopped);
      return;
    }
    const pendings = [...batch.actors].map((actor) => takePending(actor));
    const changes = [...pendings.map(([actor, pending]) => toChange(actor, pending)), ...batch.others];
    try {
      const underWay = this.#options.store.commit(changes, [...batch.mapRuns.values()]);
      if (!underWay) this.#committed(batch, pendings);
      else {
        this.#underWay.push(batch);
        underWay.then(
          () => {
            this.#underWay.shift();
            this.#committed(batch, pendings);
          },
          (error) => this.#halt(error, batch),
        );
      }
    } catch (error) {
      this.#halt(error as Error, batch);
    }
  }

  #committed(batch: Batch, pendings: readonly (readonly [Actor, Pending])[]): void {
    batch.resolve();
    for (const [actor, pending] of pendings) {
      actor.committing--;
      this.#finish(actor, pending);
    }
  }

  /** After the commit; for EXPRESS at once. */
  #finish(actor: Actor, pending: Pending): void {
    try {
      const changes = [pending.started, pending.status].filter((change) => change !== undefined);
      this.#options.committed(actor, pending.history, changes);
    } catch (error) {
      this.#options.report(error as Error);
    }
    this.#options.perform(actor, pending.commands);
    this.#evict(actor);
  }

  /** Lets go of an execution that is at rest. */
  release(actor: Actor, key: AttemptKey): void {
    actor.inFlight.delete(key);
    this.#evict(actor);
  }

  #evict(actor: Actor): void {
    const { executionArn } = actor.description;
    const isInUse =
      actor.pending || actor.inFlight.size > 0 || (!actor.durable && actor.description.status === 'RUNNING');
    if (!isInUse && this.#actors.get(executionArn) === actor) this.#actors.delete(executionArn);
  }

  #halt(error: Error, batch: Batch): void {
    if (!this.#stopped) {
      this.#stopped = new EngineHaltedError(error);
      this.#actors.clear();
      this.#options.report(this.#stopped);
    }
    for (const lost of [...this.#underWay, batch]) lost.reject(this.#stopped);
    this.#underWay = [];
  }

  /** Refuses further work; what was decided is committed first. */
  async close(): Promise<void> {
    this.commit();
    await this.flushed().catch(() => {});
    this.#stopped ??= new EngineClosedError();
    this.#actors.clear();
  }
}

function noteCommand(actor: Actor, { tokens, timers }: Pending, command: Command): void {
  switch (command.type) {
    case 'call':
      actor.due.add(command.key);
      if (command.taskToken === undefined) break;
      actor.tokens.add(command.key);
      tokens.set(command.key, { taskToken: command.taskToken });
      break;
    case 'cancel':
      noteOver(actor, tokens, command.key);
      break;
    case 'setTimer': {
      const { key, timer, at } = command;
      timers.set(timerId(key, timer), { executionId: actor.description.id, key, timer, at });
      break;
    }
    case 'clearTimer':
      timers.set(timerId(command.key, command.timer), null);
      break;
    case 'mapRun':
      break;
  }
}

/** What an event says about the attempt it belongs to. */
function noteAttempt(
  actor: Actor,
  { tokens }: Pending,
  event: ExecutionEvent & { key: AttemptKey },
  activityArn?: string,
): void {
  const { key } = event;
  const phase = scopeOfKey(actor.execution, key)?.phase;
  if (phase?.type !== 'calling') {
    noteOver(actor, tokens, key);
    return;
  }
  const { taskToken } = phase;
  if (taskToken === undefined) return;
  // From now on somebody else has to do something.
  if (event.type === 'submitted') actor.due.delete(key);
  if (event.type === 'submitted' && activityArn !== undefined) tokens.set(key, { taskToken, activityArn });
  if (event.type === 'activityStarted') tokens.set(key, { taskToken });
}

function noteOver(actor: Actor, tokens: Pending['tokens'], key: AttemptKey): void {
  actor.due.delete(key);
  if (actor.tokens.delete(key)) tokens.set(key, null);
}

function takePending(actor: Actor): [Actor, Pending] {
  const { pending } = actor;
  if (!pending) throw new Error(`Nothing was decided about ${actor.description.executionArn}`);
  actor.pending = undefined;
  actor.committing++;
  return [actor, pending];
}

function toChange(actor: Actor, pending: Pending): ExecutionChange {
  const isOver = actor.description.status === 'SUCCEEDED';
  return { ...pending, snapshot: isOver ? null : { state: actor.execution, due: actor.due.size > 0 } };
}
