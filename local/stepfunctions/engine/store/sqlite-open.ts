import { renameSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { type Acknowledged, createAcknowledged, versionOf } from './acknowledged.ts';
import { LogReader, type LogRecord, segmentOf, segmentsOf, spareSegmentOf } from './log-segments.ts';
import { createRowWriter } from './sqlite-rows.ts';
import { LEDGER_TABLES, SCHEMA, SCHEMA_VERSION } from './sqlite-schema.ts';
import { StoreCorruptError, StoreError } from './store.ts';

/**
 * A commit is on the disk when it is in the log of commits. What SQLite writes may come there later, but in order. It syncs where
 * it takes its own log over into the file, which is where a segment of ours is retired: every other sync would only delay those of
 * commits. Where commits come one at a time, its log grows much faster than ours, and is taken over at 64 MB.
 */
const PRAGMAS = `
  PRAGMA page_size = 8192;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA foreign_keys = OFF;
  PRAGMA cache_size = -8000;
  PRAGMA wal_autocheckpoint = 8192;
`;

/** Opens a connection to a data file. */
export function connect(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5000 });
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
 * log of commits is taken over to the tables.
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
    const acknowledged = createAcknowledged(`${file}-acknowledged`).read();
    const applied = check(db, file, acknowledged);
    return { db, seq: recover(db, file, applied, acknowledged), unlock };
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

/** @returns the number of the last commit that is in the tables. @throws StoreCorruptError */
function check(db: DatabaseSync, file: string, acknowledged: Acknowledged | undefined): number {
  const ledger = db.prepare('SELECT * FROM ledger').get() as Record<string, number> | undefined;
  if (!ledger) throw new StoreCorruptError(`${file} is damaged: it has no ledger`);
  const seq = ledger.seq as number;
  // Whoever closed it has found nothing wrong, and nobody has written since. A copy may be older in parts.
  if (acknowledged?.closed === versionOf(file) && acknowledged.seq === seq) return seq;
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

/**
 * Takes what the tables lack over from the log, if nothing is missing.
 * @param applied the last commit that is in the tables
 * @returns the number of the last commit. @throws StoreCorruptError
 */
function recover(db: DatabaseSync, file: string, applied: number, acknowledged: Acknowledged | undefined): number {
  const reader = new LogReader(file, applied + 1);
  const commits: LogRecord[] = [];
  for (let record = reader.next(); record; record = reader.next()) commits.push(record);
  reader.close();
  const seq = applied + commits.length;
  if (!acknowledged && seq > 0) throw new StoreCorruptError(`${file}-acknowledged is missing; it belongs to ${file}`);
  if (acknowledged && acknowledged.seq > seq) {
    throw new StoreCorruptError(
      `${file} and its log end with commit ${seq}, but commit ${acknowledged.seq} was acknowledged: the last commits were lost`,
    );
  }
  const later = segmentsOf(file).find((first) => first > seq + 1);
  if (later !== undefined) {
    throw new StoreCorruptError(`The log of ${file} has commit ${later}, but not those before it from ${seq + 1} on`);
  }
  if (commits.length > 0) createRowWriter(db).write(commits);
  retireLog(db, file, Number.POSITIVE_INFINITY);
  return seq;
}

/** Retires the segments of the log that begin before a commit, once the tables, which have all of it, are on the disk. */
export function retireLog(db: DatabaseSync, file: string, before: number): void {
  const segments = segmentsOf(file).filter((first) => first < before);
  if (segments.length === 0 || db.prepare('PRAGMA wal_checkpoint(RESTART)').get()?.busy !== 0) return;
  for (const first of segments) renameSync(segmentOf(file, first), spareSegmentOf(file));
}

/** Rows of these tables never change, so that the ledger need not know them: that they are there is enough. */
const STRAY = `
  SELECT id FROM executions WHERE prefix NOT IN (SELECT id FROM machines) OR machine NOT IN (SELECT id FROM machines)
    OR revision NOT IN (SELECT id FROM revisions) LIMIT 1`;

const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** What an error of SQLite means to those who use the store. */
export function toStoreError(error: unknown, file: string): StoreError {
  if (error instanceof StoreError) return error;
  const code = ((error as { errcode?: number }).errcode ?? 0) & 0xff;
  if (code === SQLITE_BUSY) return new StoreError(`${file} is in use by another process`, { cause: error });
  const message = `Cannot use ${file}: ${(error as Error).message}`;
  const isDamage = code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
  return isDamage ? new StoreCorruptError(message, { cause: error }) : new StoreError(message, { cause: error });
}
