import { expect, test } from '@jest/globals';
import { openStorage } from '../../../../local/storage/open-storage.ts';
import { pageOf } from '../../../../local/storage/page-of.ts';
import type { Table } from '../../../../local/storage.ts';

const PREFIX = 'here/';

function tableOf(...keys: readonly string[]): { table: Table<string>; reads: () => number } {
  const table = openStorage().table<string>('things');
  for (const key of keys) table.put(key, key);
  let count = 0;
  const counting: Table<string> = {
    ...table,
    *range(bounds) {
      for (const entry of table.range(bounds)) {
        count++;
        yield entry;
      }
    },
  };
  return { table: counting, reads: () => count };
}

const numbered = (number: number): string[] =>
  Array.from({ length: number }, (_, index) => `${PREFIX}${index + 1_000}`);

test('nothing is one empty page', () => {
  expect(pageOf(tableOf().table, { prefix: PREFIX, limit: 2 })).toEqual({ items: [] });
});

test('entries of another prefix are in no page', () => {
  const { table } = tableOf('here', 'here/a', 'hereafter', 'there/b');
  expect(pageOf(table, { prefix: PREFIX, limit: 2 })).toEqual({ items: ['here/a'] });
});

test('a page that ends with the last entry says that there is no other', () => {
  const { table } = tableOf(...numbered(4));
  const { items, next } = pageOf(table, { prefix: PREFIX, limit: 2 });
  expect([items, next]).toEqual([['here/1000', 'here/1001'], 'here/1001']);
  expect(pageOf(table, { prefix: PREFIX, limit: 2, after: next })).toEqual({ items: ['here/1002', 'here/1003'] });
});

test('what is not wanted neither counts nor leads to an empty last page', () => {
  const { table } = tableOf(...numbered(5));
  const isWanted = (key: string): boolean => key < 'here/1002';
  expect(pageOf(table, { prefix: PREFIX, limit: 2, isWanted })).toEqual({ items: ['here/1000', 'here/1001'] });
});

test('all pages of a long table together read it about once', () => {
  const { table, reads } = tableOf(...numbered(1_000));
  let found = 0;
  let after: string | undefined;
  do {
    const page: ReturnType<typeof pageOf> = pageOf(table, { prefix: PREFIX, limit: 100, after });
    found += page.items.length;
    after = page.next;
  } while (after !== undefined);
  expect(found).toBe(1_000);
  expect(reads()).toBeLessThan(1_100);
});
