import type { Clock } from '../../clock.ts';
import type { HistoryEvent } from '../asl/history.ts';
import { MAX_EXECUTION_MILLISECONDS, MAX_HISTORY_EVENTS } from '../asl/limits.ts';
import { isExpressArn } from './arns.ts';
import { executionDoesNotExist, notForExpress } from './errors.ts';
import { pagePosition, pageToken } from './pages.ts';
import type { ExecutionFilter, ExecutionSummary, Page, PageRequest } from './ports.ts';
import type { ExecutionStore, StoredExecution } from './store/store.ts';

/** Redrives are possible for 14 days after the end. */
const REDRIVABLE = 14 * 24 * 3600_000;

/** A redrive needs room for two events at least. */
const MOST_EVENTS = MAX_HISTORY_EVENTS - 2;

/** What can be asked about executions. Only what is durable is told. */
export function createQueries(store: ExecutionStore, clock: Clock) {
  /** @throws ServiceError ExecutionDoesNotExist, InvalidArn for Express */
  function find(executionArn: string): StoredExecution {
    if (isExpressArn(executionArn)) throw notForExpress();
    const execution = store.execution(executionArn);
    if (!execution) throw executionDoesNotExist(executionArn);
    return execution;
  }

  /** In the words of `redriveStatusReason`. @returns undefined if it can be redriven */
  function whyNotRedrivable(executionArn: string): string | undefined {
    const { id, status, startedAt, stoppedAt = startedAt } = find(executionArn);
    if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
    if (clock.now() - stoppedAt > REDRIVABLE) return 'Execution redrivable period exceeded';
    if (clock.now() - startedAt > MAX_EXECUTION_MILLISECONDS) return 'Execution has exceeded the max execution time';
    const events = store.snapshot(id)?.execution.events ?? 0;
    return events > MOST_EVENTS ? 'Execution history event limit exceeded' : undefined;
  }

  return {
    find,
    whyNotRedrivable,

    list(filter: ExecutionFilter, { maxResults, nextToken }: PageRequest): Page<ExecutionSummary> {
      const listing = `executions ${JSON.stringify(filter)}`;
      const before = nextToken === undefined ? undefined : pagePosition(listing, nextToken);
      const found = store.list(filter, { before, limit: maxResults + 1 });
      return pageOf(found, maxResults, (last) => pageToken(listing, last.id));
    },

    history(executionArn: string, request: PageRequest & { reverse: boolean }): Page<HistoryEvent> {
      const { maxResults, nextToken, reverse } = request;
      const { id } = find(executionArn);
      const listing = `history ${reverse} ${executionArn}`;
      const from = nextToken === undefined ? (reverse ? Number.MAX_SAFE_INTEGER : 1) : pagePosition(listing, nextToken);
      const found = store.history(id, { from, limit: maxResults + 1, reverse });
      return pageOf(found, maxResults, (last) => pageToken(listing, reverse ? last.id - 1 : last.id + 1));
    },
  };
}

export type Queries = ReturnType<typeof createQueries>;

/** @param found one more than the page holds, if there are more */
export function pageOf<T>(found: readonly T[], maxResults: number, tokenAfter: (last: T) => string): Page<T> {
  if (found.length <= maxResults) return { items: found };
  const items = found.slice(0, maxResults);
  return { items, nextToken: tokenAfter(items.at(-1)!) };
}
