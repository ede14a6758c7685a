import type { HistoryEvent } from '../../asl/history.ts';
import type { AttemptKey, TaskCall, TimerKind } from '../../asl/protocol.ts';
import type { ExecutionDescription, ExecutionFilter, ExecutionStatus, MapRunDescription } from '../ports.ts';

/** An execution as the store keeps it: what the API describes, and what it was started with. */
export interface StoredExecution extends ExecutionDescription {
  /** The store's own key: small, growing in order of start. */
  readonly id: number;
}

/** How an execution stands; absent members are cleared. */
export interface StoredStatus {
  readonly status: ExecutionStatus;
  readonly stoppedAt?: number;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly redriveCount: number;
  readonly redrivenAt?: number;
}

/**
 * A call that was decided and is not over.
 * `due`: still to be made or, with `submitted`, still to be followed; made again after a restart.
 * `scheduled`: an activity task that no worker took yet.
 * `waiting`: for a callback with its token; nothing to do until then.
 */
export interface StoredCall {
  readonly state: 'due' | 'scheduled' | 'waiting';
  readonly call: TaskCall;
}

/** An activity task that no worker took yet, or a token's owner. */
export interface CallOwner {
  readonly executionId: number;
  readonly executionArn: string;
  readonly key: AttemptKey;
}

export interface StoredTimer {
  readonly executionId: number;
  readonly key: AttemptKey;
  readonly timer: TimerKind;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What one transaction changes about one execution. */
export interface ExecutionChange {
  readonly id: number;
  /** In the transaction that starts it: the whole of it. */
  readonly started?: StoredExecution;
  readonly status?: StoredStatus;
  /** The state of the core, any JSON; `null`: it is not needed any more. Absent: as it was. */
  readonly snapshot?: object | null;
  /** New events, in order. */
  readonly history: readonly HistoryEvent[];
  /** By attempt: how the call stands now, or `null`: it is over. */
  readonly calls: ReadonlyMap<AttemptKey, StoredCall | null>;
  /** By `key` and kind: when it is due now, or `null`: never. See `timerId`. */
  readonly timers: ReadonlyMap<string, StoredTimer | null>;
  /** Drops whatever calls and timers there still are: the execution ended. */
  readonly clear?: boolean;
}

export const timerId = (key: AttemptKey, timer: TimerKind): string => `${timer} ${key}`;

export interface MapRunChange {
  readonly mapRun: StoredMapRun;
}

/** A map run: what the API describes, and what is needed to go on with it after a restart. */
export interface StoredMapRun extends MapRunDescription {
  readonly executionId: number;
  readonly key: AttemptKey;
  /** Any JSON; `null` once it is over. */
  readonly progress: object | null;
}

export interface HistoryRange {
  /** Events with an id from here on, or up to here if `reverse`. */
  readonly from: number;
  readonly limit: number;
  readonly reverse: boolean;
}

export interface ListRange {
  /** Executions started before the one with this id; newest first. */
  readonly before?: number;
  readonly limit: number;
}

/**
 * What the engine remembers. Synchronous: what returned is done, and durable if the store is. Values that go in or come out
 * are never changed afterwards.
 */
export interface ExecutionStore {
  /** A key for a new execution. */
  nextId(): number;
  /** All or nothing; durable on return. @throws StoreError: nothing of it happened, as far as can be known */
  commit(changes: readonly ExecutionChange[], mapRuns?: readonly StoredMapRun[]): void;

  execution(executionArn: string): StoredExecution | undefined;
  executionById(id: number): StoredExecution | undefined;
  /** @throws StoreCorruptError */
  snapshot(id: number): object | undefined;
  history(id: number, range: HistoryRange): readonly HistoryEvent[];
  list(filter: ExecutionFilter, range: ListRange): readonly StoredExecution[];

  /** When the earliest timer is due. */
  nextTimer(): number | undefined;
  /** The earliest timers that are due at `now`, at most `limit`. */
  dueTimers(now: number, limit: number): readonly StoredTimer[];
  /** The earliest start of an execution that still runs. */
  oldestRunning(): StoredExecution | undefined;

  call(id: number, key: AttemptKey): StoredCall | undefined;
  /** Calls to make again or to follow after a restart. */
  dueCalls(): Iterable<{ readonly executionId: number; readonly call: TaskCall }>;
  tokenOwner(taskToken: string): CallOwner | undefined;
  /** The longest scheduled task of this activity that no worker took. */
  scheduledActivity(activityArn: string): CallOwner | undefined;

  mapRun(mapRunArn: string): StoredMapRun | undefined;
  /** In order of start. */
  mapRuns(executionId: number): readonly StoredMapRun[];
  runningMapRuns(): readonly StoredMapRun[];

  close(): void;
}

/** The store could not write or read. The message says what and why. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
}

/** What is stored contradicts itself; nothing was started on it. */
export class StoreCorruptError extends StoreError {
  override readonly name = 'StoreCorruptError';
}
