import type { DatabaseSync } from 'node:sqlite';
import { type ChangeRow, type CommitRows, type StatusColumns, textToCommit } from './commit-text.ts';
import type { LogRecord } from './log-segments.ts';
import { HISTORY_SPAN } from './sqlite-schema.ts';
import { parseTimerId, StoreError } from './store.ts';

/** Events that wait in the execution's own row: few enough to be written again with each step. */
const TAIL = 32;

/** Of how many executions it is remembered how their rows were written. */
const REMEMBERED = 20_000;

/** Writes commits as rows. */
export interface RowWriter {
  /** All of them in one transaction; later ones may go on with what earlier ones began. @throws if nothing was written */
  write(commits: readonly LogRecord[]): void;
  /** The same within a transaction that has begun. @throws if that is to be rolled back, and this writer not used any more */
  add(commits: readonly LogRecord[]): void;
}

export function createRowWriter(db: DatabaseSync): RowWriter {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const end = db.prepare('COMMIT');
  const insertMachine = db.prepare('INSERT INTO machines (id, arn) VALUES (?, ?)');
  const insertRevision = db.prepare(
    'INSERT INTO revisions (id, hash, version_arn, alias_arn, revision) VALUES (?, ?, ?, ?, ?)',
  );
  const insertExecution = db.prepare(
    `INSERT INTO executions (seq, id, prefix, name, machine, revision, started_at, map_run, trace_header, started_by, input,
       status, stopped_at, error, cause, redrive_count, redriven_at, output, due, first, state, tail)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const rowOf = db.prepare('SELECT seq, due FROM executions WHERE id = ?');
  const addEvents = db.prepare('UPDATE executions SET seq = ?, tail = tail || ? WHERE id = ?');
  const setStatus = db.prepare(
    `UPDATE executions SET status = ?, stopped_at = ?, error = ?, cause = ?, redrive_count = ?, redriven_at = ?,
       output = ? WHERE id = ?`,
  );
  const setState = db.prepare('UPDATE executions SET seq = ?, tail = tail || ?, state = ? WHERE id = ?');
  const setStateAndDue = db.prepare('UPDATE executions SET seq = ?, tail = tail || ?, state = ?, due = ? WHERE id = ?');
  const endExecution = db.prepare(
    `UPDATE executions SET seq = ?, tail = tail || ?, state = NULL, due = 0, status = ?, stopped_at = ?, error = ?,
       cause = ?, redrive_count = ?, redriven_at = ?, output = ? WHERE id = ?`,
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

  function writeStart(change: ChangeRow, start: NonNullable<ChangeRow['start']>, status: StatusColumns): void {
    const { id, input, output, due, state = null, events, first, next } = change;
    // What goes on will be written again.
    const isKept = state === null || next - first < TAIL;
    if (!isKept) writeHistory(id, first, events);
    const [eventsFrom, tail] = isKept ? [first, events] : [next, ''];
    insertExecution.run(seq, id, ...start, input, ...status, output, due, eventsFrom, state, tail);
    sums.executions += seq;
    if (state !== null) remember(id, due);
  }

  function writeHistory(id: number, first: number, events: string): void {
    insertHistory.run(seq, id * HISTORY_SPAN + first, events);
    sums.history += seq;
  }

  function writeChange({ id, status, output, state, due: dueNow, first, next, ...change }: ChangeRow): void {
    const before = written.get(id) ?? (rowOf.get(id) as { seq: number; due: number } | undefined);
    if (before === undefined) throw new StoreError(`Execution ${id} is not there any more`);
    sums.executions += seq - before.seq;
    const due = state === undefined ? before.due : dueNow;
    if (state === null) written.delete(id);
    else remember(id, due);
    let { events } = change;
    const isMany = Math.floor(first / TAIL) !== Math.floor(next / TAIL);
    if (isMany && state !== null) {
      sums.history += seq * Number(moveTail.run(seq, events, id).changes);
      emptyTail.run(next, id);
      events = '';
    }
    if (status && state === null) {
      endExecution.run(seq, events, ...status, output, id);
      return;
    }
    if (status) setStatus.run(...status, output, id);
    if (state === undefined) addEvents.run(seq, events, id);
    else if (due === before.due) setState.run(seq, events, state, id);
    else setStateAndDue.run(seq, events, state, due, id);
  }

  function remember(id: number, due: number): void {
    if (written.size >= REMEMBERED) written.clear();
    written.set(id, { seq, due });
  }

  function writeOthers({ id, tokens, timers }: ChangeRow): void {
    for (const [key, token, activityArn] of tokens) {
      if (token !== null) putToken.run(seq, id, key, token, activityArn);
      else deleteToken.run(id, key);
    }
    for (const [name, at, rang] of timers) {
      const { key, timer } = parseTimerId(name);
      if (at === null) deleteTimer.run(id, key, timer);
      else if (rang) deleteTimerDueAt.run(id, key, timer, at);
      else putTimer.run(seq, id, key, timer, at);
    }
  }

  function writeAll(commits: readonly CommitRows[]): void {
    const changes = new Map<number, ChangeRow>();
    const mapRuns = new Map<string, CommitRows['mapRuns'][number]>();
    for (const commit of commits) {
      for (const machine of commit.machines) insertMachine.run(...machine);
      for (const revision of commit.revisions) insertRevision.run(...revision);
      for (const change of commit.changes) {
        const before = changes.get(change.id);
        changes.set(change.id, before ? joined(before, change) : change);
        writeOthers(change);
      }
      for (const mapRun of commit.mapRuns) mapRuns.set(mapRun[0], mapRun);
    }
    for (const change of changes.values()) {
      if (change.start && change.status) writeStart(change, change.start, change.status);
      else writeChange(change);
    }
    for (const mapRun of mapRuns.values()) putMapRun.run(seq, ...mapRun);
  }

  function add(commits: readonly LogRecord[]): void {
    seq = commits.at(-1)?.seq ?? seq;
    sums = { executions: 0, history: 0 };
    writeAll(commits.map(({ text }) => textToCommit(text)));
    addToLedger.run(seq, sums.executions, sums.history);
  }

  return {
    add,
    write(commits) {
      try {
        begin.run();
        add(commits);
        end.run();
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK');
        written.clear();
        throw error;
      }
    },
  };
}

/** Two changes of an execution as one; tokens and timers aside. */
function joined(before: ChangeRow, after: ChangeRow): ChangeRow {
  const { id, start, input } = before;
  const standing = after.status ? after : before;
  const snapshot = after.state === undefined ? before : after;
  const hasEvents = before.events !== '';
  return {
    id,
    start,
    input,
    status: standing.status,
    output: standing.output,
    state: snapshot.state,
    due: snapshot.due,
    events: before.events + after.events,
    first: hasEvents ? before.first : after.first,
    next: after.events === '' ? before.next : after.next,
    tokens: [],
    timers: [],
  };
}
