import { Readable } from 'node:stream';
import type { Storage, Table } from '../../storage.ts';
import type { Callback, DynaliteStore, Item, RangeOptions, SubDb, TableDescription } from './dynalite.ts';
import { type TimeToLive, type TimeToLiveSettings, timeToLiveSettings } from './time-to-live-settings.ts';

const MAX_ITEM_BYTES = 409_600;

/** The tables of one account and region. */
export interface Store extends DynaliteStore {
  readonly tables: Table<TableDescription>;
  items(table: string): Table<Item>;
  index(type: string, table: string, index: string): Table<Item>;
  tags(table: string): Table<string>;
  readonly timeToLive: TimeToLiveSettings;
  /** Keys of items by when they expire. */
  expiries(table: string): Table<string>;
}

/**
 * A store for dynalite on our storage instead of on LevelDB. Every call is done, and durable, when it returns; that
 * makes locks needless, and one transaction of the storage around an action makes item and indexes change together.
 */
export function createStore(storage: Storage, account: string, region: string): Store {
  const open = <T>(name: string): Table<T> => storage.table<T>(`dynamodb/${account}/${region}/${name}`);
  const items = (table: string) => open<Item>(`items/${table}`);
  const index = (type: string, table: string, name: string) =>
    open<Item>(`index/${type.toLowerCase()}/${table}/${name}`);
  const tags = (table: string) => open<string>(`tags/${table}`);
  const tables = open<TableDescription>('tables');
  const timeToLive = timeToLiveSettings(open<TimeToLive>('time-to-live'));
  const expiries = (table: string) => open<string>(`expiries/${table}`);

  return {
    tables,
    items,
    index,
    tags,
    timeToLive,
    expiries,
    options: {
      maxItemSize: MAX_ITEM_BYTES,
      maxItemSizeKb: MAX_ITEM_BYTES / 1024,
      createTableMs: 0,
      deleteTableMs: 0,
      updateTableMs: 0,
    },
    tableDb: { ...subDb(tables), awsAccountId: account, awsRegion: region },
    getItemDb: (table) => subDb(items(table), noteExpiry(table)),
    getIndexDb: (type, table, name) => subDb(index(type, table, name)),
    getTagDb: (table) => subDb(tags(table)),
    getTable(name, checkStatus, callback = checkStatus as Callback<TableDescription>) {
      const table = tables.get(name);
      if (table) return callback(null, table);
      const message = `Requested resource not found${checkStatus === false ? `: Table: ${name} not found` : ''}`;
      const body = { __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException', message };
      return callback(Object.assign(new Error(message), { name: 'NotFoundError', statusCode: 400, body }));
    },
  };

  function noteExpiry(table: string): ((key: string, item: Item) => void) | undefined {
    const setting = timeToLive.all().get(table);
    if (!setting?.enabled) return undefined;
    return (key, item) => {
      const at = expiryOf(item, setting.attribute);
      if (at !== undefined) expiries(table).put(expiryKey(at, key), key);
    };
  }
}

/** Seconds since 1970, if the attribute is a whole positive number. */
export function expiryOf(item: Item, attribute: string): number | undefined {
  const seconds = Number(item[attribute]?.N);
  return Number.isSafeInteger(Math.floor(seconds)) && seconds > 0 ? Math.floor(seconds) : undefined;
}

export const expiryKey = (seconds: number, key: string): string => `${String(seconds).padStart(16, '0')}/${key}`;

function subDb<T>(table: Table<T>, afterPut?: (key: string, value: T) => void): SubDb {
  const put = (key: string, value: unknown) => {
    table.put(key, value as T);
    afterPut?.(key, value as T);
  };
  return {
    get: (key, callback) => callback(null, table.get(key)),
    put(key, value, callback) {
      put(key, value);
      callback(null);
    },
    del(key, callback) {
      table.delete(key);
      callback(null);
    },
    batch(operations, callback) {
      for (const { type, key, value } of operations) {
        if (type === 'put') put(key, value);
        else table.delete(key);
      }
      callback(null);
    },
    // Nothing runs beside a call that is done when it returns.
    lock: (_key, work) => work((callback) => callback),
    createKeyStream: (options = {}) => Readable.from(take(table.range(options), options, ([key]) => key)),
    createValueStream: (options = {}) => Readable.from(take(table.range(options), options, ([, value]) => value)),
  };
}

function* take<T, R>(
  entries: Iterable<[string, T]>,
  { limit = -1 }: RangeOptions,
  pick: (entry: [string, T]) => R,
): Iterable<R> {
  let left = limit < 0 ? Number.POSITIVE_INFINITY : limit;
  for (const entry of entries) {
    if (left-- <= 0) return;
    yield pick(entry);
  }
}
