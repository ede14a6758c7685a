import type { StatementSync } from 'node:sqlite';
import type { HistoryEvent } from '../../asl/history.ts';
import type { TaskCall, TimerKind } from '../../asl/protocol.ts';
import { createExecutionRows } from './sqlite-executions.ts';
import { openDatabase } from './sqlite-open.ts';
import { HISTORY_SPAN } from './sqlite-schema.ts';
import {
  type CallOwner,
  type ExecutionChange,
  type ExecutionStore,
  StoreCorruptError,
  type StoredCall,
  type StoredMapRun,
  type StoredTimer,
  StoreError,
} from './store.ts';

export interface SqliteStoreOptions {
  /** The file; made if there is none. */
  readonly file: string;
}

/**
 * Executions in a SQLite file. `commit` is one transaction, synced to the disk before it returns.
 * @throws StoreCorruptError if the file is damaged or not ours, StoreError if it cannot be used (folder missing, locked, …)
 */
export function createSqliteStore(options: SqliteStoreOptions): ExecutionStore {
  const db = openDatabase(options.file);
  const executions = createExecutionRows(db);
  const prepare = (sql: string): StatementSync => db.prepare(sql);

  const begin = prepare('BEGIN IMMEDIATE');
  const end = prepare('COMMIT');
  const putSnapshot = prepare(
    'INSERT INTO snapshots VALUES (?, ?) ON CONFLICT DO UPDATE SET snapshot = excluded.snapshot',
  );
  const deleteSnapshot = prepare('DELETE FROM snapshots WHERE id = ?');
  const getSnapshot = prepare('SELECT snapshot FROM snapshots WHERE id = ?');
  const putHistory = prepare('INSERT INTO history VALUES (?, ?)');
  const historyForward = prepare(
    'SELECT events FROM history WHERE id BETWEEN coalesce((SELECT max(id) FROM history WHERE id BETWEEN ? AND ?), ?) AND ? ORDER BY id',
  );
  const historyBackward = prepare('SELECT events FROM history WHERE id BETWEEN ? AND ? ORDER BY id DESC');
  const putCall = prepare(
    `INSERT INTO calls (execution, key, state, activity, token, call) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (execution, key) DO UPDATE SET state = excluded.state, call = excluded.call`,
  );
  const deleteCall = prepare('DELETE FROM calls WHERE execution = ? AND key = ?');
  const deleteCalls = prepare('DELETE FROM calls WHERE execution = ?');
  const getCall = prepare('SELECT state, call FROM calls WHERE execution = ? AND key = ?');
  const dueCalls = prepare("SELECT execution, call FROM calls WHERE state = 'due' ORDER BY id");
  const byToken = prepare(
    'SELECT c.execution, e.arn, c.key FROM calls c JOIN executions e ON e.id = c.execution WHERE c.token = ?',
  );
  const byActivity = prepare(
    `SELECT c.execution, e.arn, c.key FROM calls c JOIN executions e ON e.id = c.execution
     WHERE c.activity = ? AND c.state = 'scheduled' ORDER BY c.id LIMIT 1`,
  );
  const putTimer = prepare('INSERT INTO timers VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at');
  const deleteTimer = prepare('DELETE FROM timers WHERE execution = ? AND key = ? AND timer = ?');
  const deleteTimers = prepare('DELETE FROM timers WHERE execution = ?');
  const firstTimer = prepare('SELECT min(at) AS at FROM timers');
  const timersDue = prepare('SELECT execution, key, timer, at FROM timers WHERE at <= ? ORDER BY at LIMIT ?');
  const putMapRun = prepare(
    `INSERT INTO map_runs (arn, execution, running, map_run) VALUES (?, ?, ?, ?)
     ON CONFLICT (arn) DO UPDATE SET running = excluded.running, map_run = excluded.map_run`,
  );
  const getMapRun = prepare('SELECT map_run FROM map_runs WHERE arn = ?');
  const mapRunsOf = prepare('SELECT map_run FROM map_runs WHERE execution = ? ORDER BY id');
  const mapRunsRunning = prepare('SELECT map_run FROM map_runs WHERE running = 1 ORDER BY id');

  let lastId = executions.lastId();

  function apply(change: ExecutionChange): void {
    const { id } = change;
    if (change.started) executions.insert(change.started, change.status ?? change.started);
    else if (change.status) executions.update(id, change.status);
    if (change.snapshot) putSnapshot.run(id, JSON.stringify(change.snapshot));
    else if (change.snapshot === null && !change.started) deleteSnapshot.run(id);
    const [first] = change.history;
    if (first) putHistory.run(id * HISTORY_SPAN + first.id, JSON.stringify(change.history));
    for (const [key, stored] of change.calls) {
      if (!stored) deleteCall.run(id, key);
      else {
        const { call, state } = stored;
        const activity = call.resource.type === 'activity' ? call.resource.arn : null;
        putCall.run(id, key, state, activity, call.taskToken ?? null, JSON.stringify(call));
      }
    }
    for (const [timerKey, stored] of change.timers) {
      if (stored) putTimer.run(id, stored.key, stored.timer, stored.at);
      else {
        const space = timerKey.indexOf(' ');
        deleteTimer.run(id, timerKey.slice(space + 1), timerKey.slice(0, space));
      }
    }
    if (change.clear && !change.started) {
      deleteCalls.run(id);
      deleteTimers.run(id);
    }
  }

  return {
    nextId: () => ++lastId,

    commit(changes, mapRuns = []) {
      try {
        begin.run();
        for (const change of changes) apply(change);
        for (const mapRun of mapRuns) {
          putMapRun.run(
            mapRun.mapRunArn,
            mapRun.executionId,
            mapRun.status === 'RUNNING' ? 1 : 0,
            JSON.stringify(mapRun),
          );
        }
        end.run();
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK');
        throw new StoreError(`Could not write to ${options.file}: ${(error as Error).message}`, { cause: error });
      }
    },

    execution: executions.byArn,
    executionById: executions.byId,
    list: executions.list,
    oldestRunning: executions.oldestRunning,

    snapshot(id) {
      const row = getSnapshot.get(id);
      return row && parse<object>(row.snapshot, `snapshot ${id}`);
    },

    history(id, { from, limit, reverse }) {
      const base = id * HISTORY_SPAN;
      const at = base + Math.min(from, HISTORY_SPAN - 1);
      const rows = reverse
        ? historyBackward.iterate(base, at)
        : historyForward.iterate(base, at, base, base + HISTORY_SPAN - 1);
      const events: HistoryEvent[] = [];
      for (const row of rows) {
        const chunk = parse<HistoryEvent[]>(row.events, `history ${id}`);
        for (const event of reverse ? chunk.reverse() : chunk) {
          if (reverse ? event.id > from : event.id < from) continue;
          events.push(event);
          if (events.length === limit) return events;
        }
      }
      return events;
    },

    nextTimer: () => (firstTimer.get()?.at as number | null) ?? undefined,
    dueTimers: (now, limit) =>
      timersDue.all(now, limit).map(
        (row): StoredTimer => ({
          executionId: row.execution as number,
          key: row.key as string,
          timer: row.timer as TimerKind,
          at: row.at as number,
        }),
      ),

    call(id, key) {
      const row = getCall.get(id, key);
      return row && ({ state: row.state, call: parse<TaskCall>(row.call, `call ${id} ${key}`) } as StoredCall);
    },
    *dueCalls() {
      for (const row of dueCalls.all()) {
        yield { executionId: row.execution as number, call: parse<TaskCall>(row.call, `call of ${row.execution}`) };
      }
    },
    tokenOwner: (token) => owner(byToken.get(token)),
    scheduledActivity: (arn) => owner(byActivity.get(arn)),

    mapRun(arn) {
      const row = getMapRun.get(arn);
      return row && parse<StoredMapRun>(row.map_run, arn);
    },
    mapRuns: (id) => mapRunsOf.all(id).map((row) => parse<StoredMapRun>(row.map_run, 'map run')),
    runningMapRuns: () => mapRunsRunning.all().map((row) => parse<StoredMapRun>(row.map_run, 'map run')),

    close: () => {
      if (db.isOpen) db.close();
    },
  };

  function parse<T>(text: unknown, what: string): T {
    try {
      return JSON.parse(text as string) as T;
    } catch (error) {
      throw new StoreCorruptError(`${options.file}: ${what} is not readable`, { cause: error });
    }
  }
}

function owner(row: Record<string, unknown> | undefined): CallOwner | undefined {
  return row && { executionId: row.execution as number, executionArn: row.arn as string, key: row.key as string };
}
