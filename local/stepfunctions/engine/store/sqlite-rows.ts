import type { DatabaseSync } from 'node:sqlite';
import { countOf } from '../../asl/history.ts';
import { historyToText } from './history-text.ts';
import { partsOfArn } from './sqlite-executions.ts';
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

/** Events that wait in the execution's own row: few enough to be written again with each step. */
const TAIL = 32;

/** Of how many executions it is remembered how their rows were written. */
const REMEMBERED = 20_000;

/** Writes changes as rows. */
export interface RowWriter {
  /** All of it in one transaction, as commit number `seq`. @throws if nothing was committed */
  commit(seq: number, changes: readonly ExecutionChange[], mapRuns: readonly StoredMapRun[]): void;
}

export function createRowWriter(db: DatabaseSync, keys: SharedKeys): RowWriter {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const end = db.prepare('COMMIT');
  const insertExecution = db.prepare(
    `INSERT INTO executions (seq, id, prefix, name, machine, revision, started_at, map_run, trace_header, started_by, input,
       status, stopped_at, output, error, cause, redrive_count, redriven_at, due, first, state, tail)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const rowOf = db.prepare('SELECT seq, due FROM executions WHERE id = ?');
  const addEvents = db.prepare('UPDATE executions SET seq = ?, tail = tail || ? WHERE id = ?');
  const setStatus = db.prepare(
    `UPDATE executions SET status = ?, stopped_at = ?, output = ?, error = ?, cause = ?, redrive_count = ?,
       redriven_at = ? WHERE id = ?`,
  );
  const setState = db.prepare('UPDATE executions SET seq = ?, tail = tail || ?, state = ? WHERE id = ?');
  const setStateAndDue = db.prepare('UPDATE executions SET seq = ?, tail = tail || ?, state = ?, due = ? WHERE id = ?');
  const endExecution = db.prepare(
    `UPDATE executions SET seq = ?, tail = tail || ?, state = NULL, due = 0, status = ?, stopped_at = ?, output = ?,
       error = ?, cause = ?, redrive_count = ?, redriven_at = ? WHERE id = ?`,
  );
  const insertHistory = db.prepare('INSERT INTO history (seq, id, events) VALUES (?, ?, ?)');
  const moveTail = db.prepare(
    `INSERT INTO history (seq, id, events) SELECT ?, id * ${HISTORY_SPAN} + first, tail || ? FROM executions
     WHERE id = ?`,
  );
  const emptyTail = db.prepare("UPDATE executions SET first = ?, tail = '' WHERE id = ?");
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
    'UPDATE ledger SET seq = ?, executions = executions + ?, history = history + ? WHERE id = 1',
  );

  let seq = 0;
  /** By how much the sums of the ledger grow that no trigger keeps. */
  let sums = { executions: 0, history: 0 };
  /** Of executions that go on: which commit wrote the row last, and whether it is due. */
  const written = new Map<number, { readonly seq: number; readonly due: number }>();

  function writeStart(started: StoredExecution, { status, snapshot, history }: ExecutionChange): void {
    const { id, executionArn, startedAt, revision, input } = started;
    const { mapRunArn = null, traceHeader = null, startedBy = null } = started;
    const standing: StoredStatus = status ?? started;
    const { stoppedAt = null, output = null, error = null, cause = null, redriveCount, redrivenAt = null } = standing;
    const { prefix, name } = partsOfArn(executionArn);
    if (prefix === '') throw new StoreError(`${executionArn} is not the ARN of an execution`);
    const { text, first, next } = eventsIn(history);
    // What goes on will be written again.
    const isKept = !snapshot || next - first < TAIL;
    if (!isKept) writeHistory(id, first, text);
    insertExecution.run(
      seq,
      id,
      keys.machine(prefix),
      name,
      keys.machine(revision.stateMachineArn),
      keys.revision(revision),
      startedAt,
      mapRunArn,
      traceHeader,
      startedBy,
      input,
      standing.status,
      stoppedAt,
      output,
      error,
      cause,
      redriveCount,
      redrivenAt,
      dueOf(snapshot),
      isKept ? first : next,
      snapshot ? textOf(snapshot) : null,
      isKept ? text : '',
    );
    sums.executions += seq;
    if (snapshot) remember(id, dueOf(snapshot));
  }

  function writeHistory(id: number, first: number, events: string): void {
    insertHistory.run(seq, id * HISTORY_SPAN + first, events);
    sums.history += seq;
  }

  function writeChange(change: ExecutionChange): void {
    const { id, status, snapshot, history } = change;
    const before = written.get(id) ?? (rowOf.get(id) as { seq: number; due: number } | undefined);
    if (before === undefined) throw new StoreError(`Execution ${id} is not there any more`);
    sums.executions += seq - before.seq;
    const due = snapshot === undefined ? before.due : dueOf(snapshot);
    if (snapshot === null) written.delete(id);
    else remember(id, due);
    let { text, first, next } = eventsIn(history);
    const isMany = Math.floor(first / TAIL) !== Math.floor(next / TAIL);
    if (isMany && snapshot !== null) {
      sums.history += seq * Number(moveTail.run(seq, text, id).changes);
      emptyTail.run(next, id);
      text = '';
    }
    if (status && snapshot === null) {
      endExecution.run(seq, text, ...valuesOf(status), id);
      return;
    }
    if (status) setStatus.run(...valuesOf(status), id);
    if (snapshot === undefined) addEvents.run(seq, text, id);
    else if (due === before.due) setState.run(seq, text, snapshot && textOf(snapshot), id);
    else setStateAndDue.run(seq, text, snapshot && textOf(snapshot), due, id);
  }

  function remember(id: number, due: number): void {
    if (written.size >= REMEMBERED) written.clear();
    written.set(id, { seq, due });
  }

  function write(change: ExecutionChange): void {
    const { id, started } = change;
    if (started) writeStart(started, change);
    else writeChange(change);
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
      sums = { executions: 0, history: 0 };
      try {
        begin.run();
        for (const change of changes) write(change);
        for (const mapRun of mapRuns) {
          const isRunning = mapRun.status === 'RUNNING' ? 1 : 0;
          putMapRun.run(seq, mapRun.mapRunArn, mapRun.executionId, isRunning, JSON.stringify(mapRun));
        }
        addToLedger.run(seq, sums.executions, sums.history);
        end.run();
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK');
        throw error;
      }
    },
  };
}

function eventsIn(history: ExecutionChange['history']): { text: string; first: number; next: number } {
  if (!history) return { text: '', first: 0, next: 0 };
  return { text: historyToText(history), first: history.first, next: history.first + countOf(history) };
}

const dueOf = (snapshot: StoredSnapshot | null | undefined): number => (snapshot?.due ? 1 : 0);

const textOf = ({ state }: StoredSnapshot): string => JSON.stringify(state);

function valuesOf(status: StoredStatus): (string | number | null)[] {
  const { stoppedAt = null, output = null, error = null, cause = null, redriveCount, redrivenAt = null } = status;
  return [status.status, stoppedAt, output, error, cause, redriveCount, redrivenAt];
}
