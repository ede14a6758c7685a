import { DatabaseSync } from 'node:sqlite';
import { createAcknowledged } from './acknowledged.ts';
import { LEDGER_TABLES, SCHEMA, SCHEMA_VERSION } from './sqlite-schema.ts';
import { StoreCorruptError, StoreError } from './store.ts';

/** A write-ahead log, and an fsync before COMMIT returns. */
const PRAGMAS = `
  PRAGMA page_size = 8192;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = OFF;
  PRAGMA cache_size = -8000;
  PRAGMA wal_autocheckpoint = 2000;
`;

/** Opens a connection to a file that is checked already. */
export function connect(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  db.exec(PRAGMAS);
  return db;
}

export interface OpenedDatabase {
  readonly db: DatabaseSync;
  /** The number of the last commit. */
  readonly seq: number;
  /** Lets others open the file. */
  readonly unlock: () => void;
}

/**
 * Opens the file for this process alone, makes the tables if it is new, and checks it otherwise. What a crash left in the
 * write-ahead log is applied by SQLite.
 * @throws StoreCorruptError, StoreError
 */
export function openDatabase(file: string): OpenedDatabase {
  const unlock = lock(file);
  let db: DatabaseSync | undefined;
  try {
    db = connect(file);
    const version = db.prepare('PRAGMA user_version').get()?.user_version;
    if (version === 0 && isEmpty(db)) db.exec(`BEGIN; ${SCHEMA} COMMIT;`);
    else if (version !== SCHEMA_VERSION) {
      throw new StoreCorruptError(
        `${file} is not a data file of this version (${version} instead of ${SCHEMA_VERSION})`,
      );
    }
    return { db, seq: check(db, file), unlock };
  } catch (error) {
    db?.close();
    unlock();
    throw toStoreError(error, file);
  }
}

/**
 * Two engines on one file would do everything twice. The lock is SQLite's own on a file beside it: it is gone with the
 * process, however that ends.
 */
function lock(file: string): () => void {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(`${file}-lock`);
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE;');
    const held = db;
    return () => held.close();
  } catch (error) {
    db?.close();
    throw toStoreError(error, file);
  }
}

const isEmpty = (db: DatabaseSync): boolean => db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n === 0;

/** @returns the number of the last commit. @throws StoreCorruptError */
function check(db: DatabaseSync, file: string): number {
  const ledger = db.prepare('SELECT * FROM ledger').get() as Record<string, number> | undefined;
  if (!ledger) throw new StoreCorruptError(`${file} is damaged: it has no ledger`);
  const seq = ledger.seq as number;
  const acknowledged = createAcknowledged(`${file}-acknowledged`).read();
  if (!acknowledged && seq > 0) throw new StoreCorruptError(`${file}-acknowledged is missing; it belongs to ${file}`);
  if (acknowledged && acknowledged.seq > seq) {
    throw new StoreCorruptError(
      `${file} ends with commit ${seq}, but commit ${acknowledged.seq} was acknowledged: its last commits were lost`,
    );
  }
  // Whoever closed it has found nothing wrong, and nobody has written since.
  if (acknowledged?.closed && acknowledged.seq === seq) return seq;
  const problems = db
    .prepare('PRAGMA integrity_check(3)')
    .all()
    .map((row) => row.integrity_check);
  if (problems[0] !== 'ok') throw new StoreCorruptError(`${file} is damaged: ${problems.join('; ')}`);
  for (const table of LEDGER_TABLES) {
    const sum = db.prepare(`SELECT coalesce(sum(seq), 0) AS sum FROM ${table}`).get()?.sum;
    if (sum !== ledger[table]) {
      throw new StoreCorruptError(`${file} is damaged: parts of its table ${table} are not of the same moment`);
    }
  }
  if (db.prepare(STRAY).get())
    throw new StoreCorruptError(`${file} is damaged: an execution belongs to no state machine`);
  return seq;
}

/** Rows of these tables never change, so that the ledger need not know them: that they are there is enough. */
const STRAY = `
  SELECT id FROM executions WHERE prefix NOT IN (SELECT id FROM machines) OR machine NOT IN (SELECT id FROM machines)
    OR revision NOT IN (SELECT id FROM revisions) LIMIT 1`;

const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

function toStoreError(error: unknown, file: string): StoreError {
  if (error instanceof StoreError) return error;
  const code = ((error as { errcode?: number }).errcode ?? 0) & 0xff;
  if (code === SQLITE_BUSY) return new StoreError(`${file} is in use by another process`, { cause: error });
  const message = `Cannot use ${file}: ${(error as Error).message}`;
  const isDamage = code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
  return isDamage ? new StoreCorruptError(message, { cause: error }) : new StoreError(message, { cause: error });
}
