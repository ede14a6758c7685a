import { STATE_DATA } from '../../asl/context.ts';
import type { MapState } from '../../asl/definition.ts';
import type { MapRunCall } from '../../asl/protocol.ts';
import type { ExecutionDescription, MapRunCounts, MapRunDescription, MapRunLimits } from '../ports.ts';
import type { StoredMapRun } from '../store/store.ts';
import type { ChildInputs } from './child-inputs.ts';
import { type ItemSet, itemSet } from './item-set.ts';

/** What a map run is continued with after a restart. */
export interface MapRunProgress {
  readonly call: MapRunCall;
  /** What an ItemReader has read: absent until then. */
  readonly read?: ItemSet;
  /** Seed of whatever randomness its expressions need. */
  readonly seed: string;
  readonly startedAt: number;
}

/** `failed` and so on as MapRunCounts names them. */
type Ended = 'succeeded' | 'failed' | 'timedOut' | 'aborted';

/** @returns undefined as long as they are not read */
export function itemsOf({ read, call: { items, keyed } }: MapRunProgress): ItemSet | undefined {
  return read ?? (items && itemSet({ items, ...(keyed && { keyed }) }, STATE_DATA));
}

const ENDS: Readonly<Record<string, Ended>> = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  TIMED_OUT: 'timedOut',
  ABORTED: 'aborted',
};

/** How many children run at a time where the state sets no limit. */
const DEFAULT_CONCURRENCY = 1000;

const NO_COUNTS: MapRunCounts = {
  pending: 0,
  running: 0,
  succeeded: 0,
  failed: 0,
  timedOut: 0,
  aborted: 0,
  total: 0,
  resultsWritten: 0,
  failuresNotRedrivable: 0,
  pendingRedrive: 0,
};

/** The bookkeeping of one map run: which children are to be started, which run, and how the others ended. Performs nothing. */
export class MapRun {
  stored: StoredMapRun;
  readonly state: MapState;
  /** Set once the items are read. */
  inputs: ChildInputs | undefined;
  /** Children to start, the next one last: arrays are slow to give up their first. */
  queue: number[] = [];
  /** By ARN. */
  readonly running = new Map<string, number>();
  /** Set as long as children are being started. */
  pumping = false;
  /** Set when it is clear how it ends; nothing is started any more. */
  closing = false;
  /** Resolves when that has come about, or nothing will any more. */
  readonly over = Promise.withResolvers<void>();
  #executions = { ...NO_COUNTS };
  #items = { ...NO_COUNTS };

  constructor(stored: StoredMapRun, state: MapState) {
    this.stored = stored;
    this.state = state;
  }

  get progress(): MapRunProgress {
    return this.stored.progress as MapRunProgress;
  }

  setInputs(inputs: ChildInputs): void {
    this.inputs = inputs;
    let items = 0;
    for (let child = 0; child < inputs.count; child++) items += inputs.itemsOf(child);
    this.#executions = { ...NO_COUNTS, total: inputs.count, pending: inputs.count };
    this.#items = { ...NO_COUNTS, total: items, pending: items };
  }

  noteStarted(child: number, executionArn: string): void {
    this.running.set(executionArn, child);
    this.#move(child, 'pending', 'running');
  }

  /** @returns false if it is no child that runs */
  noteEnded({ executionArn, status }: ExecutionDescription): boolean {
    const child = this.running.get(executionArn);
    if (child === undefined) return false;
    this.running.delete(executionArn);
    this.#move(child, 'running', ENDS[status] ?? 'failed');
    return true;
  }

  /** A child that ended before a restart. */
  noteFound(child: number, { status }: ExecutionDescription): void {
    this.#move(child, 'pending', ENDS[status] ?? 'failed');
  }

  noteWritten(): void {
    const written = ({ succeeded, failed, timedOut, aborted }: MapRunCounts) => succeeded + failed + timedOut + aborted;
    this.#executions = { ...this.#executions, resultsWritten: written(this.#executions) };
    this.#items = { ...this.#items, resultsWritten: written(this.#items) };
  }

  #move(child: number, from: 'pending' | 'running', to: 'running' | Ended): void {
    const items = this.inputs?.itemsOf(child) ?? 1;
    this.#executions = { ...this.#executions, [from]: this.#executions[from] - 1, [to]: this.#executions[to] + 1 };
    this.#items = { ...this.#items, [from]: this.#items[from] - items, [to]: this.#items[to] + items };
  }

  get hasRoom(): boolean {
    return !this.closing && this.running.size < (this.stored.maxConcurrency || DEFAULT_CONCURRENCY);
  }

  get isComplete(): boolean {
    return !this.closing && this.queue.length === 0 && this.running.size === 0;
  }

  /** Whether more items failed than the state tolerates. A limit of 0 is none; without any limit nothing is tolerated. */
  get isIntolerable(): boolean {
    const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = this.stored;
    const { failed, timedOut, aborted, total } = this.#items;
    const failures = failed + timedOut + aborted;
    if (count === 0 && percentage === 0) return failures > 0;
    return (count > 0 && failures > count) || (percentage > 0 && (failures * 100) / total > percentage);
  }

  limit(change: MapRunLimits): void {
    this.stored = { ...this.stored, ...change };
  }

  /** As the API describes it, and as it is stored. */
  snapshot(): StoredMapRun {
    const { stored } = this;
    const executionCounts = this.#executions;
    return { ...stored, executionCounts, itemCounts: this.#items };
  }
}

/** A map run that is about to start. */
export function newMapRun(
  identity: Pick<StoredMapRun, 'mapRunArn' | 'executionArn' | 'executionId' | 'stateMachineArn'>,
  progress: MapRunProgress,
): StoredMapRun {
  const { call, startedAt } = progress;
  return {
    ...identity,
    key: call.key,
    status: 'RUNNING',
    startedAt,
    maxConcurrency: call.maxConcurrency,
    toleratedFailureCount: call.toleratedFailureCount ?? 0,
    toleratedFailurePercentage: call.toleratedFailurePercentage ?? 0,
    redriveCount: 0,
    itemCounts: NO_COUNTS,
    executionCounts: NO_COUNTS,
    progress,
  };
}

/** What the API tells of a stored map run. */
export function describeMapRun({ executionId, key, progress, ...description }: StoredMapRun): MapRunDescription {
  return description;
}
