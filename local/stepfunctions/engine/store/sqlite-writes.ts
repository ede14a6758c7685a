import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { HISTORY_SPAN } from './sqlite-schema.ts';

/** Everything that is ever written, by name. `seq` is the number of the commit. */
const STATEMENTS = {
  insertMachine: 'INSERT INTO machines (id, arn) VALUES (?, ?)',
  insertRevision: 'INSERT INTO revisions (id, hash, version_arn, alias_arn, revision) VALUES (?, ?, ?, ?, ?)',
  insertExecution: `INSERT INTO executions (seq, id, arn, name, machine, revision, started_at, map_run, trace_header,
    started_by, input, status, stopped_at, output, error, cause, redrive_count, redriven_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  updateExecution: `UPDATE executions SET seq = ?, status = ?, stopped_at = ?, output = ?, error = ?, cause = ?,
    redrive_count = ?, redriven_at = ? WHERE id = ?`,
  putSnapshot: `INSERT INTO snapshots (seq, id, due, first, tail, state) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, due = excluded.due, tail = tail || excluded.tail, state = excluded.state`,
  /** Moves the tail, and what follows it. */
  moveTail: `INSERT INTO history (seq, id, events)
    SELECT ?, id * ${HISTORY_SPAN} + first, tail || ? FROM snapshots WHERE id = ?`,
  putSnapshotWithoutTail: `UPDATE snapshots SET seq = ?, due = ?, first = ?, tail = '', state = ? WHERE id = ?`,
  deleteSnapshot: 'DELETE FROM snapshots WHERE id = ?',
  insertHistory: 'INSERT INTO history (seq, id, events) VALUES (?, ?, ?)',
  putToken: `INSERT INTO tokens (seq, execution, key, token, scheduled) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (execution, key) DO UPDATE SET seq = excluded.seq, scheduled = excluded.scheduled`,
  deleteToken: 'DELETE FROM tokens WHERE execution = ? AND key = ?',
  putTimer: `INSERT INTO timers (seq, execution, key, timer, at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET seq = excluded.seq, at = excluded.at`,
  deleteTimer: 'DELETE FROM timers WHERE execution = ? AND key = ? AND timer = ?',
  deleteTimerDueAt: 'DELETE FROM timers WHERE execution = ? AND key = ? AND timer = ? AND at = ?',
  putMapRun: `INSERT INTO map_runs (seq, arn, execution, running, map_run) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (arn) DO UPDATE SET seq = excluded.seq, running = excluded.running, map_run = excluded.map_run`,
} as const;

/** One statement with its values. Plain data, so that it can be sent to another thread. */
export type Write = readonly [statement: keyof typeof STATEMENTS, ...values: SQLInputValue[]];

export const STATEMENT_NAMES = Object.keys(STATEMENTS) as (keyof typeof STATEMENTS)[];

/** @returns a function that performs writes in one transaction, as commit number `seq`; it throws if nothing was committed */
export function createWriter(db: DatabaseSync): (writes: Iterable<Write>, seq: number) => void {
  const statements = new Map(Object.entries(STATEMENTS).map(([name, sql]) => [name, db.prepare(sql)]));
  const begin = db.prepare('BEGIN IMMEDIATE');
  const count = db.prepare('UPDATE ledger SET seq = ?');
  const commit = db.prepare('COMMIT');

  return (writes, seq) => {
    try {
      begin.run();
      for (const [statement, ...values] of writes) statements.get(statement)?.run(...values);
      count.run(seq);
      commit.run();
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  };
}
