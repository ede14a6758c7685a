import type { Execution } from '../../asl/execution.ts';
import { textToSnapshot } from '../snapshot.ts';
import { DISK, type LogDisk, SEGMENT } from './commit-log.ts';
import { CommitPipeline } from './commit-pipeline.ts';
import { createSharedKeys } from './sqlite-keys.ts';
import { openDatabase } from './sqlite-open.ts';
import { showRest } from './sqlite-rest.ts';
import { createTableReader, type TokenRow } from './sqlite-tables.ts';
import {
  type ExecutionStore,
  StoreCorruptError,
  type StoredExecution,
  type StoredTimer,
  type TokenOwner,
} from './store.ts';

export interface SqliteStoreOptions {
  /**
   * The file; made if there is none. Beside it: `-log-…`, commits that are not in it yet, `-acknowledged`, `-lock`, and
   * `-wal` and `-shm`, which are SQLite’s.
   */
  readonly file: string;
  /** By default the real one. */
  readonly disk?: LogDisk;
  /** Bytes from which on the log goes on in another segment; by default 16 MB. */
  readonly segment?: number;
}

/**
 * Executions in a SQLite file. A commit is durable when the log of commits is synced; a thread takes it over to the tables.
 * What is asked for often is answered from the tables and what they lack; for the rest they are waited for.
 * @throws StoreCorruptError if the file is damaged or not ours, StoreError if it cannot be used (folder missing, in use, …)
 */
export function createSqliteStore({ file, disk = DISK, segment = SEGMENT }: SqliteStoreOptions): ExecutionStore {
  const { db, seq, unlock } = openDatabase(file);
  // From now on only the thread writes.
  db.exec('PRAGMA query_only = ON');
  const keys = createSharedKeys(db);
  const tables = createTableReader(db, file, keys);
  const pipeline = new CommitPipeline({ file, seq, keys, tables, disk, segment });
  const { recent } = pipeline;
  let lastId = tables.lastId();
  let closed: Promise<void> | undefined;

  async function close(): Promise<void> {
    await pipeline.close();
    db.close();
    unlock();
  }

  /** The tables, with everything in them. */
  function settled() {
    if (!pipeline.settle()) showRest(db, file, pipeline.seq);
    return tables;
  }

  const executionById = (id: number) => recent.execution(id) ?? tables.executionById(id);

  function toOwner({ executionId, key }: TokenRow): TokenOwner {
    const execution = executionById(executionId);
    if (!execution)
      throw new StoreCorruptError(`${file}: a token belongs to execution ${executionId}, which is not there`);
    return { executionId, executionArn: execution.executionArn, key };
  }

  function toExecution(description: StoredExecution, text: string): Execution {
    try {
      return textToSnapshot(description, text);
    } catch (error) {
      const message = `${file}: the state of ${description.executionArn} is not readable`;
      throw new StoreCorruptError(message, { cause: error });
    }
  }

  /** The earliest timers of the tables, but for those that are out of date there. */
  function dueInTables(now: number, limit: number): StoredTimer[] {
    const due: StoredTimer[] = [];
    for (const timer of tables.timers()) {
      if (timer.at > now || due.length === limit) break;
      if (!recent.overridesTimer(timer)) due.push(timer);
    }
    return due;
  }

  return {
    nextId: () => ++lastId,
    commit: (changes, mapRuns = []) => pipeline.commit(changes, mapRuns),

    execution: (arn) => recent.executionByArn(arn) ?? tables.execution(arn),
    executionById,
    snapshot(id) {
      const execution = executionById(id);
      const found = recent.snapshot(id);
      const snapshot = found === undefined ? tables.snapshot(id) : found;
      if (!execution || !snapshot) return undefined;
      return { execution: toExecution(execution, snapshot.text), due: snapshot.due };
    },
    history: (id, range) => settled().history(id, range),
    list: (filter, range) => settled().list(filter, range),
    oldestRunning: () => settled().oldestRunning(),

    nextTimer() {
      const [stored] = dueInTables(Number.POSITIVE_INFINITY, 1);
      const next = Math.min(stored?.at ?? Number.POSITIVE_INFINITY, recent.nextTimer() ?? Number.POSITIVE_INFINITY);
      return next === Number.POSITIVE_INFINITY ? undefined : next;
    },
    dueTimers: (now, limit) =>
      [...dueInTables(now, limit), ...recent.dueTimers(now, limit)].sort((a, b) => a.at - b.at).slice(0, limit),

    dueExecutions: () => settled().dueExecutions(),
    tokenOwner(token) {
      const recently = recent.tokenOwner(token);
      if (recently) return toOwner(recently);
      const stored = tables.tokenOwner(token);
      return stored && !recent.overridesToken(stored) ? toOwner(stored) : undefined;
    },
    scheduledActivities: (arn, limit) => settled().scheduledActivities(arn, limit).map(toOwner),

    mapRun: (arn) => settled().mapRun(arn),
    mapRuns: (id) => settled().mapRuns(id),
    runningMapRuns: () => settled().runningMapRuns(),

    close() {
      closed ??= close();
      return closed;
    },
  };
}
