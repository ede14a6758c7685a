import type { SQLOutputValue } from 'node:sqlite';
import type { HistoryEvent } from '../../asl/history.ts';
import type { TimerKind } from '../../asl/protocol.ts';
import { createAcknowledged } from './acknowledged.ts';
import { textToHistory } from './history-text.ts';
import { createExecutionReader } from './sqlite-executions.ts';
import { createSharedKeys } from './sqlite-keys.ts';
import { openDatabase } from './sqlite-open.ts';
import { createRowWriter } from './sqlite-rows.ts';
import { HISTORY_SPAN } from './sqlite-schema.ts';
import { type ExecutionStore, StoreCorruptError, type StoredMapRun, StoreError, type TokenOwner } from './store.ts';

export interface SqliteStoreOptions {
  /** The file; made if there is none. Beside it: `-wal` and `-shm` (SQLite's), `-lock` and `-acknowledged`. */
  readonly file: string;
}

/**
 * Executions in a SQLite file. A commit is one transaction, synced to the disk before it is acknowledged.
 * @throws StoreCorruptError if the file is damaged or not ours, StoreError if it cannot be used (folder missing, in use, …)
 */
export function createSqliteStore({ file }: SqliteStoreOptions): ExecutionStore {
  const { db, seq: lastSeq, unlock } = openDatabase(file);
  const keys = createSharedKeys(db);
  const executions = createExecutionReader(db, keys);
  const rows = createRowWriter(db, keys);
  const acknowledged = createAcknowledged(`${file}-acknowledged`);

  const snapshot = db.prepare('SELECT due, state FROM executions WHERE id = ? AND state IS NOT NULL');
  const dueSnapshots = db.prepare(
    `SELECT e.id FROM machines m CROSS JOIN executions e ON e.machine = m.id AND e.status = 'RUNNING'
     WHERE e.due = 1 ORDER BY e.id`,
  );
  const chunks = (order: string) =>
    db.prepare(
      `SELECT id - ? AS first, events FROM history WHERE id BETWEEN ? AND ?
       UNION ALL SELECT first, tail FROM executions WHERE id = ? AND tail <> '' ORDER BY first ${order}`,
    );
  const historyForward = chunks('');
  const historyBackward = chunks('DESC');
  const chunkBefore = db.prepare('SELECT max(id) AS id FROM history WHERE id BETWEEN ? AND ?');
  const ownerOf = 'SELECT t.execution, e.prefix, e.name, t.key FROM tokens t JOIN executions e ON e.id = t.execution';
  const byToken = db.prepare(`${ownerOf} WHERE t.token = ?`);
  const byActivity = db.prepare(`${ownerOf} WHERE t.scheduled = ? ORDER BY t.id LIMIT ?`);
  const firstTimer = db.prepare('SELECT min(at) AS at FROM timers');
  const timersDue = db.prepare('SELECT execution, key, timer, at FROM timers WHERE at <= ? ORDER BY at LIMIT ?');
  const mapRun = db.prepare('SELECT map_run FROM map_runs WHERE arn = ?');
  const mapRunsOf = db.prepare('SELECT map_run FROM map_runs WHERE execution = ? ORDER BY id');
  const mapRunsRunning = db.prepare('SELECT map_run FROM map_runs WHERE running = 1 ORDER BY id');

  let lastId = executions.lastId();
  let seq = lastSeq;
  let failure: StoreError | undefined;
  let isOpen = true;
  acknowledged.write({ seq, closed: false });

  const parse = <T>(text: SQLOutputValue | undefined, what: string) =>
    parseWith(JSON.parse as (text: string) => T, text, what);

  function parseWith<T>(read: (text: string) => T, text: SQLOutputValue | undefined, what: string): T {
    try {
      return read(text as string);
    } catch (error) {
      throw new StoreCorruptError(`${file}: ${what} is not readable`, { cause: error });
    }
  }

  const toOwner = ({ execution, prefix, name, key }: Record<string, SQLOutputValue>): TokenOwner => ({
    executionId: execution as number,
    executionArn: `${keys.machineOf(prefix as number)}:${name}`,
    key: key as string,
  });
  const toMapRun = ({ map_run }: Record<string, SQLOutputValue>) => parse<StoredMapRun>(map_run, 'a map run');

  return {
    nextId: () => ++lastId,

    commit(changes, mapRuns = []) {
      // What came after a commit that failed would have a gap.
      if (failure) throw failure;
      try {
        rows.commit(seq + 1, changes, mapRuns);
        acknowledged.write({ seq: ++seq, closed: false });
      } catch (error) {
        failure = new StoreError(`Could not write to ${file}: ${(error as Error).message}`, { cause: error });
        throw failure;
      }
      return undefined;
    },

    execution: executions.byArn,
    executionById: executions.byId,
    list: executions.list,
    oldestRunning: executions.oldestRunning,

    snapshot(id) {
      const row = snapshot.get(id);
      return row && { state: parse<object>(row.state, `the state of execution ${id}`), due: row.due === 1 };
    },

    history(id, { from, limit, reverse }) {
      const base = id * HISTORY_SPAN;
      const at = base + Math.min(from, HISTORY_SPAN - 1);
      // The chunk that has the event `from` may begin before it.
      const begin = reverse ? base : ((chunkBefore.get(base, at)?.id as number | null) ?? base);
      const rows = reverse
        ? historyBackward.iterate(base, base, at, id)
        : historyForward.iterate(base, begin, base + HISTORY_SPAN - 1, id);
      const events: HistoryEvent[] = [];
      for (const { events: text } of rows) {
        const chunk = parseWith(textToHistory, text, `the history of execution ${id}`);
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
      timersDue.all(now, limit).map(({ execution, key, timer, at }) => ({
        executionId: execution as number,
        key: key as string,
        timer: timer as TimerKind,
        at: at as number,
      })),

    dueExecutions: () => dueSnapshots.all().map(({ id }) => id as number),
    tokenOwner(token) {
      const row = byToken.get(token);
      return row && toOwner(row);
    },
    scheduledActivities: (arn, limit) => byActivity.all(arn, limit).map(toOwner),

    mapRun(arn) {
      const row = mapRun.get(arn);
      return row && toMapRun(row);
    },
    mapRuns: (id) => mapRunsOf.all(id).map(toMapRun),
    runningMapRuns: () => mapRunsRunning.all().map(toMapRun),

    async close() {
      if (!isOpen) return;
      isOpen = false;
      db.close();
      if (!failure) acknowledged.write({ seq, closed: true });
      acknowledged.close();
      unlock();
    },
  };
}
