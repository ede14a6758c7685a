import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Range, Storage, Table } from '../storage.ts';

/** The file cannot hold the storage: in use by another process, no database, or not writable. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
}

/** Many want the first entry or two only: the first page is small. */
const FIRST_PAGE = 8;
const PAGE = 256;
const OPERATORS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
type Bound = keyof typeof OPERATORS;
const BOUNDS = Object.keys(OPERATORS) as Bound[];

/**
 * Opens the storage in a SQLite file, or in memory when no file is given. A call that returned has been fsynced
 * (write-ahead log, `synchronous=FULL`), so it survives the process and the machine.
 * @throws StorageError
 */
export function openStorage({ file }: { readonly file?: string } = {}): Storage {
  const database = openDatabase(file ?? ':memory:');
  const statements = {
    get: database.prepare('SELECT value FROM entries WHERE collection = ? AND key = ?'),
    put: database.prepare('INSERT INTO entries VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value'),
    delete: database.prepare('DELETE FROM entries WHERE collection = ? AND key = ?'),
  };
  let depth = 0;

  /** Read page by page, so that entries may be changed meanwhile and nothing stays locked when a loop is left early. */
  function* range<T>(collection: string, { reverse = false, ...bounds }: Range): Iterable<[string, T]> {
    let rest: Range = bounds;
    for (let size = FIRST_PAGE; ; size = PAGE) {
      const limits = BOUNDS.filter((name) => rest[name] !== undefined);
      const rows = pageStatement(limits, reverse).all(collection, ...limits.map((name) => rest[name]!), size);
      for (const { key, value } of rows) yield [key as string, JSON.parse(value as string)];
      if (rows.length < size) return;
      const last = rows.at(-1)!.key as string;
      rest = reverse ? { gt: rest.gt, gte: rest.gte, lt: last } : { lt: rest.lt, lte: rest.lte, gt: last };
    }
  }

  const pageStatements = new Map<string, StatementSync>();
  function pageStatement(limits: readonly Bound[], reverse: boolean): StatementSync {
    const conditions = limits.map((name) => ` AND key ${OPERATORS[name]} ?`).join('');
    const order = reverse ? 'DESC' : 'ASC';
    const sql = `SELECT key, value FROM entries WHERE collection = ?${conditions} ORDER BY key ${order} LIMIT ?`;
    const statement = pageStatements.get(sql) ?? database.prepare(sql);
    pageStatements.set(sql, statement);
    return statement;
  }

  function* entries<T>(collection: string, prefix: string): Iterable<[string, T]> {
    for (const entry of range<T>(collection, { gte: prefix })) {
      if (!entry[0].startsWith(prefix)) return;
      yield entry;
    }
  }

  return {
    table<T>(name: string): Table<T> {
      return {
        get(key) {
          const row = statements.get.get(name, key);
          return row && JSON.parse(row.value as string);
        },
        put(key, value) {
          statements.put.run(name, key, JSON.stringify(value));
        },
        delete(key) {
          statements.delete.run(name, key);
        },
        entries: (prefix = '') => entries<T>(name, prefix),
        range: (bounds) => range<T>(name, bounds),
      };
    },

    transaction(work) {
      // A transaction inside another is a savepoint: it can fail alone, and is durable when the outer one is.
      const savepoint = `level${depth}`;
      database.exec(depth === 0 ? 'BEGIN IMMEDIATE' : `SAVEPOINT ${savepoint}`);
      depth += 1;
      try {
        const result = work();
        if (result instanceof Promise) throw new TypeError('A transaction ends when its work returns; it cannot await');
        database.exec(depth === 1 ? 'COMMIT' : `RELEASE ${savepoint}`);
        return result;
      } catch (error) {
        // SQLite itself has given it up when the disk was full.
        if (database.isTransaction)
          database.exec(depth === 1 ? 'ROLLBACK' : `ROLLBACK TO ${savepoint}; RELEASE ${savepoint}`);
        throw error;
      } finally {
        depth -= 1;
      }
    },

    close() {
      if (database.isOpen) database.close();
    },
  };
}

function openDatabase(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    // Exclusive: a second process on the same folder is told so at once instead of corrupting what this one knows.
    database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS entries (
        collection TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (collection, key)
      ) WITHOUT ROWID;
      BEGIN IMMEDIATE; COMMIT;
    `);
    return database;
  } catch (error) {
    database?.close();
    const reason = error instanceof Error ? error.message : String(error);
    const hint = reason.includes('locked') ? 'another process uses it' : reason;
    throw new StorageError(`Cannot keep data in ${file}: ${hint}`, { cause: error });
  }
}
