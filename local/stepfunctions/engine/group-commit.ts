import { type Actor, type Decision, takeDecision, toChange } from './actor.ts';
import { EngineClosedError, EngineHaltedError } from './errors.ts';
import type { ExecutionChange, ExecutionStore, StoredMapRun } from './store/store.ts';

const DONE = Promise.resolve();

/** Not everyone who commits waits for it; who does sees the failure. */
function refused(error: Error): Promise<never> {
  const promise = Promise.reject(error);
  promise.catch(() => {});
  return promise;
}

interface Batch {
  readonly actors: Set<Actor>;
  readonly mapRuns: Map<string, StoredMapRun>;
  /** Changes of executions that are not in memory. */
  readonly others: ExecutionChange[];
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Puts what several executions decide in one turn of the event loop into one transaction. If that cannot be committed,
 * nothing is any more: whoever waits is told, and nothing of it is performed.
 */
export class GroupCommit {
  readonly #store: ExecutionStore;
  readonly #committed: (actor: Actor, decision: Decision) => void;
  readonly #halted: (error: EngineHaltedError) => void;
  #batch: Batch | undefined;
  #stopped: Error | undefined;

  constructor(
    store: ExecutionStore,
    listeners: {
      readonly committed: (actor: Actor, decision: Decision) => void;
      readonly halted: (error: EngineHaltedError) => void;
    },
  ) {
    this.#store = store;
    this.#committed = listeners.committed;
    this.#halted = listeners.halted;
  }

  /** Why nothing is committed any more. */
  get stopped(): Error | undefined {
    return this.#stopped;
  }

  /** Commits what was decided about an execution. @returns resolves when that is durable */
  add(actor: Actor): Promise<void> {
    // Alone, unless a map run was to be committed with it.
    if (this.#store.commitsAtOnce && !this.#batch) return this.#commitAlone(actor);
    const batch = this.#next();
    batch.actors.add(actor);
    if (this.#store.commitsAtOnce) this.commit();
    return batch.done;
  }

  #commitAlone(actor: Actor): Promise<void> {
    if (this.#stopped) return refused(this.#stopped);
    const decision = takeDecision(actor);
    try {
      this.#store.commit([toChange(actor, decision)]);
    } catch (error) {
      return refused(this.#halt(error as Error));
    }
    this.#committed(actor, decision);
    return DONE;
  }

  addMapRun(mapRun: StoredMapRun): Promise<void> {
    const batch = this.#next();
    batch.mapRuns.set(mapRun.mapRunArn, mapRun);
    return batch.done;
  }

  addChange(change: ExecutionChange): Promise<void> {
    const batch = this.#next();
    batch.others.push(change);
    return batch.done;
  }

  /** Resolves when all that was decided so far is durable. */
  flushed(): Promise<void> {
    return this.#batch?.done ?? DONE;
  }

  #next(): Batch {
    if (!this.#batch) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      // Not everyone who adds to a batch waits for it; who does sees the failure.
      promise.catch(() => {});
      this.#batch = { actors: new Set(), mapRuns: new Map(), others: [], done: promise, resolve, reject };
      setImmediate(() => this.commit());
    }
    return this.#batch;
  }

  /** Commits what has been decided so far. Called by itself at the end of the turn. */
  commit(): void {
    const batch = this.#batch;
    if (!batch) return;
    this.#batch = undefined;
    if (this.#stopped) {
      batch.reject(this.#stopped);
      return;
    }
    const decisions = [...batch.actors].map((actor): [Actor, Decision] => [actor, takeDecision(actor)]);
    const changes = decisions.map(([actor, decision]) => toChange(actor, decision));
    try {
      this.#store.commit([...changes, ...batch.others], [...batch.mapRuns.values()]);
    } catch (error) {
      batch.reject(this.#halt(error as Error));
      return;
    }
    batch.resolve();
    for (const [actor, decision] of decisions) this.#committed(actor, decision);
  }

  /** @returns what those are told who wait */
  #halt(error: Error): Error {
    if (this.#stopped) return this.#stopped;
    const halted = new EngineHaltedError(error);
    this.#stopped = halted;
    this.#halted(halted);
    return halted;
  }

  /** Commits what there is, and nothing after it. */
  async close(): Promise<void> {
    this.commit();
    await this.flushed().catch(() => {});
    this.#stopped ??= new EngineClosedError();
  }
}
