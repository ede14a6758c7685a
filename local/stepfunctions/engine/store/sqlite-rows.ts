import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { countOf } from '../../asl/history.ts';
import { historyToText } from './history-text.ts';
import type { SharedKeys } from './sqlite-keys.ts';
import { HISTORY_SPAN } from './sqlite-schema.ts';
import {
  type ExecutionChange,
  parseTimerId,
  type StoredExecution,
  type StoredMapRun,
  type StoredSnapshot,
  type StoredStatus,
  StoreError,
} from './store.ts';

/** Events that wait in the snapshot's row: few enough to be written again with each step. */
const TAIL = 16;

/** Writes changes as rows. */
export interface RowWriter {
  /** All of it in one transaction, as commit number `seq`. @throws if nothing was committed */
  commit(seq: number, changes: readonly ExecutionChange[], mapRuns: readonly StoredMapRun[]): void;
}

export function createRowWriter(db: DatabaseSync, keys: SharedKeys): RowWriter {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const end = db.prepare('COMMIT');
  const insertExecution = db.prepare(
    `INSERT INTO executions (seq, id, arn, name, machine, revision, started_at, map_run, trace_header, started_by, input,
       status, stopped_at, output, error, cause, redrive_count, redriven_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const updateExecution = db.prepare(
    `UPDATE executions SET seq = ?, status = ?, stopped_at = ?, output = ?, error = ?, cause = ?, redrive_count = ?,
       redriven_at = ? WHERE id = ?`,
  );
  const insertSnapshot = db.prepare(
    'INSERT INTO snapshots (seq, id, due, first, tail, state) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const addToSnapshot = db.prepare('UPDATE snapshots SET seq = ?, due = ?, tail = tail || ?, state = ? WHERE id = ?');
  const startTail = db.prepare("UPDATE snapshots SET seq = ?, due = ?, first = ?, tail = '', state = ? WHERE id = ?");
  const deleteSnapshot = db.prepare('DELETE FROM snapshots WHERE id = ?');
  const insertHistory = db.prepare('INSERT INTO history (seq, id, events) VALUES (?, ?, ?)');
  const moveTail = db.prepare(
    `INSERT INTO history (seq, id, events) SELECT ?, id * ${HISTORY_SPAN} + first, tail || ? FROM snapshots WHERE id = ?`,
  );
  const putToken = db.prepare(
    `INSERT INTO tokens (seq, execution, key, token, scheduled) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (execution, key) DO UPDATE SET seq = excluded.seq, scheduled = excluded.scheduled`,
  );
  const deleteToken = db.prepare('DELETE FROM tokens WHERE execution = ? AND key = ?');
  const putTimer = db.prepare(
    `INSERT INTO timers (seq, execution, key, timer, at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET seq = excluded.seq, at = excluded.at`,
  );
  const deleteTimer = db.prepare('DELETE FROM timers WHERE execution = ? AND key = ? AND timer = ?');
  const deleteTimerDueAt = db.prepare('DELETE FROM timers WHERE execution = ? AND key = ? AND timer = ? AND at = ?');
  const putMapRun = db.prepare(
    `INSERT INTO map_runs (seq, arn, execution, running, map_run) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (arn) DO UPDATE SET seq = excluded.seq, running = excluded.running, map_run = excluded.map_run`,
  );
  const addToLedger = db.prepare(
    'UPDATE ledger SET seq = ?, executions = executions + ?, snapshots = snapshots + ?, history = history + ?',
  );

  let seq = 0;
  // What was inserted is counted here; the triggers see to what is replaced or deleted.
  let inserted = { executions: 0, snapshots: 0, history: 0 };

  function writeStart(started: StoredExecution, status: StoredStatus): void {
    const { id, executionArn, name, startedAt, revision, input } = started;
    const { mapRunArn = null, traceHeader = null, startedBy = null } = started;
    const { stoppedAt = null, output = null, error = null, cause = null, redriveCount, redrivenAt = null } = status;
    insertExecution.run(
      seq,
      id,
      executionArn,
      name,
      keys.machine(revision.stateMachineArn),
      keys.revision(revision),
      startedAt,
      mapRunArn,
      traceHeader,
      startedBy,
      input,
      status.status,
      stoppedAt,
      output,
      error,
      cause,
      redriveCount,
      redrivenAt,
    );
    inserted.executions++;
  }

  function writeStatus(id: number, status: StoredStatus): void {
    const { stoppedAt = null, output = null, error = null, cause = null, redriveCount, redrivenAt = null } = status;
    const values: SQLInputValue[] = [status.status, stoppedAt, output, error, cause, redriveCount, redrivenAt];
    expectOne(updateExecution.run(seq, ...values, id).changes, id);
  }

  /** The snapshot and the history, which share a row as long as the execution is young. */
  function writeState({ id, started, snapshot, history }: ExecutionChange): void {
    const events = history ? historyToText(history) : '';
    const first = history?.first ?? 0;
    const next = first + (history ? countOf(history) : 0);
    const isMany = first > 0 && Math.floor(first / TAIL) !== Math.floor(next / TAIL);
    if (started) {
      const hasTail = snapshot && !isMany;
      if (!hasTail && first > 0) writeHistory(id, first, events);
      if (snapshot) {
        insertSnapshot.run(seq, id, dueOf(snapshot), hasTail ? first : next, hasTail ? events : '', textOf(snapshot));
        inserted.snapshots++;
      }
    } else if (snapshot === null) {
      inserted.history += Number(moveTail.run(seq, events, id).changes);
      deleteSnapshot.run(id);
    } else if (snapshot && isMany) {
      inserted.history += Number(moveTail.run(seq, events, id).changes);
      expectOne(startTail.run(seq, dueOf(snapshot), next, textOf(snapshot), id).changes, id);
    } else if (snapshot) {
      expectOne(addToSnapshot.run(seq, dueOf(snapshot), events, textOf(snapshot), id).changes, id);
    } else if (first > 0) {
      writeHistory(id, first, events);
    }
  }

  function writeHistory(id: number, first: number, events: string): void {
    insertHistory.run(seq, id * HISTORY_SPAN + first, events);
    inserted.history++;
  }

  function write(change: ExecutionChange): void {
    const { id, started, status } = change;
    if (started) writeStart(started, status ?? started);
    else if (status) writeStatus(id, status);
    writeState(change);
    for (const [key, token] of change.tokens ?? []) {
      if (token) putToken.run(seq, id, key, token.taskToken, token.activityArn ?? null);
      else deleteToken.run(id, key);
    }
    for (const [text, stored] of change.timers ?? []) {
      const { key, timer } = parseTimerId(text);
      if (stored === null) deleteTimer.run(id, key, timer);
      else if (typeof stored === 'number') deleteTimerDueAt.run(id, key, timer, stored);
      else putTimer.run(seq, id, key, timer, stored.at);
    }
  }

  return {
    commit(number, changes, mapRuns) {
      seq = number;
      inserted = { executions: 0, snapshots: 0, history: 0 };
      try {
        begin.run();
        for (const change of changes) write(change);
        for (const mapRun of mapRuns) {
          const isRunning = mapRun.status === 'RUNNING' ? 1 : 0;
          putMapRun.run(seq, mapRun.mapRunArn, mapRun.executionId, isRunning, JSON.stringify(mapRun));
        }
        addToLedger.run(seq, seq * inserted.executions, seq * inserted.snapshots, seq * inserted.history);
        end.run();
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK');
        throw error;
      }
    },
  };
}

const dueOf = ({ due }: StoredSnapshot): number => (due ? 1 : 0);

const textOf = ({ state }: StoredSnapshot): string => JSON.stringify(state);

function expectOne(changes: number | bigint, id: number): void {
  if (Number(changes) !== 1) throw new StoreError(`Execution ${id} is not there any more`);
}
