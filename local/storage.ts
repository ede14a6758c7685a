/** Where services keep what must survive a restart. Synchronous: a call that returned is durable (or in memory, by choice). */
export interface Storage {
  /** A named collection of JSON values by key; made on first use. */
  table<T>(name: string): Table<T>;
  /** All or nothing. */
  transaction<T>(work: () => T): T;
  close(): void;
}

export interface Table<T> {
  get(key: string): T | undefined;
  put(key: string, value: T): void;
  delete(key: string): void;
  /** In order of their keys (by code point); the table may be changed meanwhile. */
  entries(prefix?: string): Iterable<[key: string, value: T]>;
  /** The same for a part of the keys, backwards if wanted. */
  range(range: Range): Iterable<[key: string, value: T]>;
}

export interface Range {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
}
