import { DatabaseSync } from 'node:sqlite';
import { PRAGMAS, SCHEMA, SCHEMA_VERSION } from './sqlite-schema.ts';
import { StoreCorruptError, StoreError } from './store.ts';

/**
 * Opens the file, makes the tables if it is new, and checks it otherwise. What a crash left in the write-ahead log is applied
 * by SQLite; a torn last record was never acknowledged.
 */
export function openDatabase(file: string): DatabaseSync {
  let db: DatabaseSync;
  try {
    db = new DatabaseSync(file);
  } catch (error) {
    throw new StoreError(`Cannot open ${file}: ${(error as Error).message}`, { cause: error });
  }
  try {
    db.exec(PRAGMAS);
    const version = db.prepare('PRAGMA user_version').get()?.user_version;
    if (version === 0 && isEmpty(db)) db.exec(`BEGIN; ${SCHEMA} COMMIT;`);
    else if (version !== SCHEMA_VERSION) {
      throw new StoreCorruptError(
        `${file} is not a data file of this version (${version} instead of ${SCHEMA_VERSION})`,
      );
    } else check(db, file);
    return db;
  } catch (error) {
    db.close();
    if (error instanceof StoreError) throw error;
    if (codeOf(error) === SQLITE_BUSY) throw new StoreError(`${file} is in use by another process`, { cause: error });
    const message = `Cannot use ${file}: ${(error as Error).message}`;
    throw isDamage(error)
      ? new StoreCorruptError(message, { cause: error })
      : new StoreError(message, { cause: error });
  }
}

const isEmpty = (db: DatabaseSync): boolean => db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n === 0;

function check(db: DatabaseSync, file: string): void {
  const problems = db
    .prepare('PRAGMA quick_check(3)')
    .all()
    .map((row) => row.quick_check);
  if (problems.length === 1 && problems[0] === 'ok') return;
  throw new StoreCorruptError(`${file} is damaged: ${problems.join('; ')}`);
}

const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

const codeOf = (error: unknown): number => ((error as { errcode?: number }).errcode ?? 0) & 0xff;

const isDamage = (error: unknown): boolean => [SQLITE_CORRUPT, SQLITE_NOTADB].includes(codeOf(error));
