import type { Execution } from '../../asl/execution.ts';
import type { History, HistoryEvent } from '../../asl/history.ts';
import type { AttemptKey, TimerKind } from '../../asl/protocol.ts';
import type { ExecutionDescription, ExecutionFilter, MapRunDescription } from '../ports.ts';

/** An execution as the store keeps it: what the API describes, and what it was started with. */
export interface StoredExecution extends ExecutionDescription {
  /** The store's own key: small, growing in order of start. */
  readonly id: number;
  /** What asked for it, if that may ask again. */
  readonly startedBy?: string;
}

/** A task token that is out, or an activity task under it. */
export interface StoredToken {
  readonly taskToken: string;
  /** The activity it is scheduled for, as long as no worker has taken the task. */
  readonly activityArn?: string;
}

/** Whose token it is. */
export interface TokenOwner {
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

/** An execution that goes on. It belongs to the engine, which changes it: a store reads it within `commit`. */
export interface StoredSnapshot {
  readonly execution: Execution;
  /** Whether calls have to be made, or jobs to be followed, after a restart. */
  readonly due: boolean;
}

/** What one transaction changes about one execution. */
export interface ExecutionChange {
  readonly id: number;
  /** In the transaction that starts it: the whole of it. */
  readonly started?: StoredExecution;
  /** Its name was drawn at random just now, so that no other can have it. */
  readonly isNameDrawn?: boolean;
  /** If its status changed: the whole of it as it is now. */
  readonly status?: StoredExecution;
  /** `null`: it is not needed any more. Absent: as it was. */
  readonly snapshot?: StoredSnapshot | null;
  /** New events. */
  readonly history?: History | undefined;
  /** By attempt: its token, or `null`: it is not valid any more. */
  readonly tokens?: ReadonlyMap<AttemptKey, StoredToken | null> | undefined;
  /** By `timerId`: when it is due now; `null`: never; a number: it rang, never again if that was its time. */
  readonly timers?: ReadonlyMap<string, StoredTimer | number | null> | undefined;
}

export const timerId = (key: AttemptKey, timer: TimerKind): string => `${timer} ${key}`;

export function parseTimerId(id: string): { key: AttemptKey; timer: TimerKind } {
  const space = id.indexOf(' ');
  return { key: id.slice(space + 1), timer: id.slice(0, space) as TimerKind };
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
 * What the engine remembers. Reading is synchronous and sees what is committed. Values that come out are not to be changed,
 * but for the snapshot, which its reader owns.
 */
export interface ExecutionStore {
  /** True where nothing is won by putting several commits together. */
  readonly commitsAtOnce?: boolean;
  /** A key for a new execution. */
  nextId(): number;
  /**
   * All or nothing; durable on return. What was passed in may be changed then.
   * @param changes at most one for each execution
   * @throws StoreError: nothing of it happened, as far as can be known, and nothing more will
   */
  commit(changes: readonly ExecutionChange[], mapRuns?: readonly StoredMapRun[]): void;

  execution(executionArn: string): StoredExecution | undefined;
  executionById(id: number): StoredExecution | undefined;
  /** @throws StoreCorruptError */
  snapshot(id: number): StoredSnapshot | undefined;
  history(id: number, range: HistoryRange): readonly HistoryEvent[];
  list(filter: ExecutionFilter, range: ListRange): readonly StoredExecution[];

  /** When the earliest timer is due. */
  nextTimer(): number | undefined;
  /** The earliest timers that are due at `now`, at most `limit`. */
  dueTimers(now: number, limit: number): readonly StoredTimer[];
  /** The earliest start of an execution that still runs. */
  oldestRunning(): StoredExecution | undefined;

  /** Executions whose calls are to be made again, or whose jobs are to be followed, after a restart. */
  dueExecutions(): readonly number[];
  tokenOwner(taskToken: string): TokenOwner | undefined;
  /** Tasks of this activity that no worker took yet, in order of their scheduling, at most `limit`. */
  scheduledActivities(activityArn: string, limit: number): readonly TokenOwner[];

  mapRun(mapRunArn: string): StoredMapRun | undefined;
  /** In order of start. */
  mapRuns(executionId: number): readonly StoredMapRun[];
  runningMapRuns(): readonly StoredMapRun[];

  close(): Promise<void>;
}

/** The store could not write or read. The message says what and why. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
}

/** What is stored contradicts itself; nothing was started on it. */
export class StoreCorruptError extends StoreError {
  override readonly name = 'StoreCorruptError';
}
