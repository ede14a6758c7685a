import type { ExecutionRow } from './load-execution.ts';

/** Executions that were loaded, newest first. */
export interface LoadedExecutions {
  readonly rows: readonly ExecutionRow[];
  /** Of the page after them; null: there is none. */
  readonly next: string | null;
}

/**
 * A first page that was loaded anew, before what was loaded of the rest. If they don't meet, more has begun than a page holds:
 * the rest is loaded again, as nobody knows what lies between.
 */
export function mergePages(before: LoadedExecutions, first: LoadedExecutions): LoadedExecutions {
  const known = new Set(first.rows.map(({ executionArn }) => executionArn));
  if (first.next === null || !before.rows.some(({ executionArn }) => known.has(executionArn))) return first;
  const oldest = first.rows.at(-1)?.startedAt ?? Number.POSITIVE_INFINITY;
  const rest = before.rows.filter((row) => !known.has(row.executionArn) && row.startedAt <= oldest);
  return { rows: [...first.rows, ...rest], next: rest.length > 0 ? before.next : first.next };
}
