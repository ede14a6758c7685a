import type { DatabaseSync } from 'node:sqlite';
import { LogReader, type LogRecord } from './log-segments.ts';
import { toStoreError } from './sqlite-open.ts';
import { createRowWriter } from './sqlite-rows.ts';
import { StoreError } from './store.ts';

/**
 * Where nobody fills the tables any more: shows a connection what the log has beyond them, in a transaction that is never
 * committed. That needs no room on the disk, which may be full.
 * @param upTo the last commit
 * @throws StoreError
 */
export function showRest(db: DatabaseSync, file: string, upTo: number): void {
  try {
    if (!db.isTransaction) db.exec('PRAGMA query_only = OFF; PRAGMA cache_spill = OFF; BEGIN IMMEDIATE;');
    const seq = db.prepare('SELECT seq FROM ledger').get()?.seq as number;
    if (seq < upTo) createRowWriter(db).add(readCommits(file, seq + 1, upTo));
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw toStoreError(error, file);
  }
}

function readCommits(file: string, from: number, to: number): LogRecord[] {
  const reader = new LogReader(file, from);
  const commits: LogRecord[] = [];
  try {
    for (let seq = from; seq <= to; seq++) {
      const record = reader.next();
      if (!record) throw new StoreError(`Commit ${seq} of ${file} is neither in its tables nor in its log`);
      commits.push(record);
    }
  } finally {
    reader.close();
  }
  return commits;
}
