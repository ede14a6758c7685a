import type { Clock } from '../../clock.ts';
import type { advance as Advance, Advanced } from '../asl/advance.ts';
import type { StateMachine } from '../asl/definition.ts';
import { type Execution, scopeOfKey } from '../asl/execution.ts';
import type { HistoryEvent } from '../asl/history.ts';
import type { AttemptKey, Command, ExecutionEvent, MapRunCall, TaskCall } from '../asl/protocol.ts';
import { EngineClosedError, EngineHaltedError } from './errors.ts';
import type { Revision } from './ports.ts';
import {
  type ExecutionChange,
  type ExecutionStore,
  type StoredCall,
  type StoredExecution,
  type StoredMapRun,
  type StoredTimer,
  timerId,
} from './store/store.ts';

/** An execution in memory: while something happens to it, and while a call of it is on its way. */
export interface Actor {
  readonly machine: StateMachine;
  /** Whether the store knows it: STANDARD. */
  readonly durable: boolean;
  description: StoredExecution;
  execution: Execution;
  /** What was decided and is not committed yet. */
  pending: Pending | undefined;
  /** Whatever else needs it in memory: calls on their way. */
  readonly inFlight: Map<AttemptKey, unknown>;
}

interface Pending extends ExecutionChange {
  started?: StoredExecution;
  status?: StoredExecution;
  readonly history: HistoryEvent[];
  readonly calls: Map<AttemptKey, StoredCall | null>;
  readonly timers: Map<string, StoredTimer | null>;
  readonly commands: Command[];
  clear?: boolean;
}

/** An event without its time and randomness, which the runtime adds. */
export type Happening = ExecutionEvent extends infer Event
  ? Event extends ExecutionEvent
    ? Omit<Event, 'at' | 'seed'>
    : never
  : never;

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
    const execution = this.#options.store.snapshot(description.id) as Execution | undefined;
    if (!execution) return undefined;
    const machine = this.#options.machineOf(description.revision);
    const actor: Actor = { machine, durable: true, description, execution, pending: undefined, inFlight: new Map() };
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
   * @returns resolves when that is durable; rejects with EngineHaltedError if it could not be made so
   */
  deliver(actor: Actor, happening: Happening): Promise<void> {
    this.assertRunning();
    const { clock, seed, advance } = this.#options;
    const event = { ...happening, at: clock.now(), seed: seed() } as ExecutionEvent;
    try {
      const step = advance(actor.machine, actor.execution, event);
      // A timer is over even if it came too late: its row has to go.
      if (!step.changed && event.type !== 'timer') return this.flushed();
      this.#noteStep(actor, event, step);
      for (const command of step.commands) {
        if (command.type === 'mapRun') void this.saveMapRun(this.#options.mapRunOf(actor, command, event.seed));
      }
    } catch (error) {
      this.#fail(actor, error as Error);
    }
    this.#noteStatus(actor);
    if (actor.durable) return this.#scheduleCommit(actor);
    this.#finish(actor);
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
    batch.others.push({ id, started, history: [], calls: new Map(), timers: new Map() });
    return batch.done;
  }

  /** Resolves when all that was decided so far is durable. */
  flushed(): Promise<void> {
    return this.#batch?.done ?? Promise.resolve();
  }

  #pendingOf(actor: Actor): Pending {
    actor.pending ??= {
      id: actor.description.id,
      history: [],
      calls: new Map(),
      timers: new Map(),
      commands: [],
    };
    return actor.pending;
  }

  #noteStep(actor: Actor, event: ExecutionEvent, step: Advanced): void {
    const pending = this.#pendingOf(actor);
    for (const entry of step.history) pending.history.push(entry);
    for (const command of step.commands) {
      pending.commands.push(command);
      noteCommand(actor, pending, command);
    }
    if ('key' in event) this.#noteAttempt(actor, pending, event);
  }

  /** What an event says about the attempt it belongs to. */
  #noteAttempt(actor: Actor, pending: Pending, event: ExecutionEvent & { key: AttemptKey }): void {
    const { key } = event;
    if (event.type === 'timer') {
      const id = timerId(key, event.timer);
      // Unless the step has set it anew.
      if (!pending.timers.get(id)) pending.timers.set(id, null);
    } else if (!scopeOfKey(actor.execution, key)) {
      pending.calls.set(key, null);
    } else if (actor.durable && (event.type === 'submitted' || event.type === 'activityStarted')) {
      const stored = pending.calls.get(key) ?? this.#options.store.call(actor.description.id, key);
      if (stored) pending.calls.set(key, afterwards(stored.call, event));
    }
  }

  /** A broken invariant in the core: this execution cannot go on, the others can. */
  #fail(actor: Actor, error: Error): void {
    this.#options.report(error);
    const { execution } = actor;
    const at = this.#options.clock.now();
    const cause = `The local engine failed: ${error.message}`;
    this.#pendingOf(actor).history.push({
      id: ++execution.events,
      previousEventId: 0,
      type: 'ExecutionFailed',
      timestamp: at,
      executionFailedEventDetails: { error: 'States.Runtime', cause },
    });
    Object.assign(execution, { status: 'FAILED', error: 'States.Runtime', cause, stoppedAt: at, scopes: {} });
  }

  #noteStatus(actor: Actor): void {
    const { execution, description } = actor;
    if (execution.status === description.status && execution.redriveCount === description.redriveCount) return;
    const { status, stoppedAt, output, error, cause, redriveCount, redrivenAt } = execution;
    actor.description = { ...description, status, stoppedAt, output, error, cause, redriveCount, redrivenAt };
    const pending = this.#pendingOf(actor);
    pending.status = actor.description;
    pending.clear = status !== 'RUNNING';
    if (pending.clear) {
      pending.calls.clear();
      pending.timers.clear();
    }
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
    const changes = [...[...batch.actors].map(toChange), ...batch.others];
    try {
      this.#options.store.commit(changes, [...batch.mapRuns.values()]);
    } catch (error) {
      this.#halt(error as Error);
      batch.reject(this.#stopped!);
      return;
    }
    batch.resolve();
    for (const actor of batch.actors) this.#finish(actor);
  }

  /** After the commit; for EXPRESS at once. */
  #finish(actor: Actor): void {
    const { pending } = actor;
    actor.pending = undefined;
    if (!pending) return;
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

  #halt(error: Error): void {
    this.#stopped = new EngineHaltedError(error);
    this.#actors.clear();
    this.#options.report(this.#stopped);
  }

  /** Refuses further work; what was decided is committed first. */
  close(): void {
    this.commit();
    this.#stopped ??= new EngineClosedError();
    this.#actors.clear();
  }
}

/** How a call stands after it was accepted, or after an activity worker took it. */
function afterwards(call: TaskCall, event: ExecutionEvent): StoredCall {
  // Nobody makes this call again: what it was made with is in the snapshot.
  const waiting: StoredCall = { state: 'waiting', call: { ...call, parameters: null } };
  if (event.type !== 'submitted') return waiting;
  if (call.resource.type === 'activity') return { state: 'scheduled', call };
  const { pattern } = call.resource as { pattern?: string };
  return pattern === 'waitForTaskToken' ? waiting : { state: 'due', call: { ...call, submitted: event.output } };
}

function noteCommand(actor: Actor, { calls, timers }: Pending, command: Command): void {
  switch (command.type) {
    case 'call':
      calls.set(command.key, { state: 'due', call: command });
      break;
    case 'cancel':
      calls.set(command.key, null);
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

function toChange(actor: Actor): ExecutionChange {
  const pending = actor.pending!;
  const over = actor.description.status === 'SUCCEEDED';
  return { ...pending, snapshot: over ? null : actor.execution };
}
