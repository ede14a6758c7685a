import type { HistoryEvent } from '../asl/history.ts';
import { isExpressArn } from './arns.ts';
import { executionDoesNotExist, notForExpress } from './errors.ts';
import { pagePosition, pageToken } from './pages.ts';
import type { ExecutionFilter, ExecutionSummary, Page, PageRequest } from './ports.ts';
import type { ExecutionStore, StoredExecution } from './store/store.ts';

/** What can be asked about executions. Only what is durable is told. */
export function createQueries(store: ExecutionStore) {
  /** @throws ServiceError ExecutionDoesNotExist, InvalidArn for Express */
  function find(executionArn: string): StoredExecution {
    if (isExpressArn(executionArn)) throw notForExpress();
    const execution = store.execution(executionArn);
    if (!execution) throw executionDoesNotExist(executionArn);
    return execution;
  }

  return {
    find,

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
