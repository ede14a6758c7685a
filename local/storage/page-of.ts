import type { Table } from '../storage.ts';

interface PageOptions<T> {
  /** Of the keys. */
  readonly prefix: string;
  /** The key that the page before ended with. */
  readonly after?: string | undefined;
  readonly limit: number;
  /** Absent: all are. */
  readonly isWanted?: (value: T) => boolean;
}

/**
 * One page of a table, in order of the keys. It reads no further than one more than the page, so all pages of a long table
 * together read it once.
 * @returns `next` is the key to go on after; absent on the last page
 */
export function pageOf<T>(
  table: Table<T>,
  { prefix, after, limit, isWanted = () => true }: PageOptions<T>,
): { readonly items: readonly T[]; readonly next?: string } {
  const items: T[] = [];
  let last = prefix;
  const from = after !== undefined && after > prefix ? { gt: after } : { gte: prefix };
  for (const [key, value] of table.range(from)) {
    if (!key.startsWith(prefix)) break;
    if (!isWanted(value)) continue;
    if (items.length === limit) return { items, next: last };
    items.push(value);
    last = key;
  }
  return { items };
}
