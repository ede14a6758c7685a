import { expect, test } from '@jest/globals';
import type { ExecutionRow } from '../../../../local/console/client/execution/load-execution.ts';
import { mergePages } from '../../../../local/console/client/execution/merge-pages.ts';

/** Executions from one to the other, newest first: each is named after when it began. */
const rows = (newest: number, oldest: number): ExecutionRow[] =>
  Array.from({ length: newest - oldest + 1 }, (_, index) => {
    const startedAt = newest - index;
    return { executionArn: `${startedAt}`, startedAt } as ExecutionRow;
  });
const times = ({ rows: all }: { rows: readonly ExecutionRow[] }) => all.map(({ startedAt }) => startedAt);

test('what began since comes in front, and what was loaded of the rest stays', () => {
  const merged = mergePages({ rows: rows(6, 1), next: 'further' }, { rows: rows(8, 5), next: 'second' });
  expect(times(merged)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  expect(merged.next).toBe('further');
});

test('nothing is left out where more began than a page holds', () => {
  const merged = mergePages({ rows: rows(4, 1), next: null }, { rows: rows(20, 17), next: 'second' });
  expect(times(merged)).toEqual([20, 19, 18, 17]);
  expect(merged.next).toBe('second');
});

test('a first page that is all there is replaces everything', () => {
  expect(mergePages({ rows: rows(9, 1), next: 'further' }, { rows: rows(9, 8), next: null })).toEqual({
    rows: rows(9, 8),
    next: null,
  });
});
