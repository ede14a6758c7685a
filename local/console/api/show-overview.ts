import type { ConsoleSources } from '../sources.ts';
import { executionRow, isOwn } from './list-executions.ts';
import { openTokens } from './open-tokens.ts';

const PAGE = 1_000;
/** Beyond this many, a count says "or more". */
const MOST_COUNTED = 20_000;
const MOST_WAITING = 200;

/** Counts by status, and what waits for an answer from outside, oldest first. */
export function showOverview(sources: ConsoleSources): object {
  const counts: Record<string, number> = { RUNNING: 0, SUCCEEDED: 0, FAILED: 0, TIMED_OUT: 0, ABORTED: 0 };
  const waiting: object[] = [];
  let waitingCount = 0;
  let total = 0;
  let nextToken: string | undefined;
  do {
    const page = sources.engine.list({}, { maxResults: PAGE, ...(nextToken !== undefined && { nextToken }) });
    for (const execution of page.items) {
      total++;
      if (!isOwn(execution)) continue;
      counts[execution.status] = (counts[execution.status] ?? 0) + 1;
      if (execution.status !== 'RUNNING') continue;
      const tasks = openTokens(sources, execution.executionArn);
      if (tasks.length === 0) continue;
      waitingCount++;
      if (waiting.length < MOST_WAITING) waiting.push({ ...executionRow(execution), tasks });
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined && total < MOST_COUNTED);
  for (const { description } of sources.express.list()) {
    if (description.mapRunArn === undefined) counts[description.status] = (counts[description.status] ?? 0) + 1;
  }
  return { counts, isAll: nextToken === undefined, waitingCount, waiting: waiting.reverse() };
}
