import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { HistoryEvent } from '../../asl/history.ts';
import type { AttemptKey, TimerKind } from '../../asl/protocol.ts';
import type { ExecutionFilter } from '../ports.ts';
import { textToHistory } from './history-text.ts';
import type { SnapshotText } from './recent.ts';
import { createExecutionReader } from './sqlite-executions.ts';
import type { SharedKeys } from './sqlite-keys.ts';
import { HISTORY_SPAN } from './sqlite-schema.ts';
import {
  type HistoryRange,
  type ListRange,
  parseTimerId,
  StoreCorruptError,
  type StoredExecution,
  type StoredMapRun,
  type StoredTimer,
} from './store.ts';

/** Whose token it is, as far as its row tells. */
export interface TokenRow {
  readonly executionId: number;
  readonly key: AttemptKey;
}

/** Reads what is in the tables. @throws StoreCorruptError where a row cannot be understood */
export interface TableReader {
  lastId(): number;
  execution(executionArn: string): StoredExecution | undefined;
  has(executionArn: string): boolean;
  executionById(id: number): StoredExecution | undefined;
  list(filter: ExecutionFilter, range: ListRange): readonly StoredExecution[];
  oldestRunning(): StoredExecution | undefined;
  snapshot(id: number): SnapshotText | undefined;
  dueExecutions(): readonly number[];
  history(id: number, range: HistoryRange): readonly HistoryEvent[];
  tokenOwner(token: string): TokenRow | undefined;
  scheduledActivities(activityArn: string, limit: number): readonly TokenRow[];
  /** When it is due. */
  timer(id: number, timerId: string): number | undefined;
  /** In order of their times. */
  timers(): Iterable<StoredTimer>;
  mapRun(mapRunArn: string): StoredMapRun | undefined;
  mapRuns(executionId: number): readonly StoredMapRun[];
  runningMapRuns(): readonly StoredMapRun[];
}

export function createTableReader(db: DatabaseSync, file: string, keys: SharedKeys): TableReader {
  const executions = createExecutionReader(db, keys);
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
  const byToken = db.prepare('SELECT execution, key FROM tokens WHERE token = ?');
  const byActivity = db.prepare('SELECT execution, key FROM tokens WHERE scheduled = ? ORDER BY id LIMIT ?');
  const mapRun = db.prepare('SELECT map_run FROM map_runs WHERE arn = ?');
  const mapRunsOf = db.prepare('SELECT map_run FROM map_runs WHERE execution = ? ORDER BY id');
  const mapRunsRunning = db.prepare('SELECT map_run FROM map_runs WHERE running = 1 ORDER BY id');
  const timerOf = db.prepare('SELECT at FROM timers WHERE execution = ? AND key = ? AND timer = ?');
  const timersByTime = db.prepare('SELECT execution, key, timer, at FROM timers ORDER BY at');

  const parse = <T>(text: SQLOutputValue | undefined, what: string) =>
    parseWith(JSON.parse as (text: string) => T, text, what);

  function parseWith<T>(read: (text: string) => T, text: SQLOutputValue | undefined, what: string): T {
    try {
      return read(text as string);
    } catch (error) {
      throw new StoreCorruptError(`${file}: ${what} is not readable`, { cause: error });
    }
  }

  const toToken = ({ execution, key }: Record<string, SQLOutputValue>): TokenRow => ({
    executionId: execution as number,
    key: key as string,
  });
  const toMapRun = ({ map_run }: Record<string, SQLOutputValue>) => parse<StoredMapRun>(map_run, 'a map run');

  return {
    lastId: executions.lastId,
    execution: executions.byArn,
    has: executions.has,
    executionById: executions.byId,
    list: executions.list,
    oldestRunning: executions.oldestRunning,

    snapshot(id) {
      const row = snapshot.get(id);
      return row && { text: row.state as string, due: row.due === 1 };
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

    dueExecutions: () => dueSnapshots.all().map(({ id }) => id as number),
    tokenOwner(token) {
      const row = byToken.get(token);
      return row && toToken(row);
    },
    scheduledActivities: (arn, limit) => byActivity.all(arn, limit).map(toToken),

    timer(id, name) {
      const { key, timer } = parseTimerId(name);
      return timerOf.get(id, key, timer)?.at as number | undefined;
    },
    *timers() {
      for (const { execution, key, timer, at } of timersByTime.iterate()) {
        yield {
          executionId: execution as number,
          key: key as string,
          timer: timer as TimerKind,
          at: at as number,
        };
      }
    },

    mapRun(arn) {
      const row = mapRun.get(arn);
      return row && toMapRun(row);
    },
    mapRuns: (id) => mapRunsOf.all(id).map(toMapRun),
    runningMapRuns: () => mapRunsRunning.all().map(toMapRun),
  };
}
