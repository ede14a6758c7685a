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
  /** In order of their keys. */
  entries(prefix?: string): Iterable<[key: string, value: T]>;
}
