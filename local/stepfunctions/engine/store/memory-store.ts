import { countOf, eventsOf, type History, type HistoryEvent } from '../../asl/history.ts';
import type { AttemptKey } from '../../asl/protocol.ts';
import type { ExecutionFilter } from '../ports.ts';
import {
  type ExecutionChange,
  type ExecutionStore,
  type StoredExecution,
  type StoredMapRun,
  type StoredSnapshot,
  type StoredTimer,
  type StoredToken,
  StoreError,
  type TokenOwner,
} from './store.ts';
import { createTimerIndex } from './timer-index.ts';

interface Entry {
  execution: StoredExecution;
  snapshot: StoredSnapshot | undefined;
  readonly history: History[];
  tokens: Map<AttemptKey, StoredToken> | undefined;
  timers: Map<string, StoredTimer> | undefined;
}

/** Executions in memory, for `--ephemeral` and tests. Gone when the process ends. */
export function createMemoryStore(): ExecutionStore {
  /** By id, which begin with 1. */
  const entries: Entry[] = [];
  const ids = new Map<string, number>();
  const tokens = new Map<string, TokenOwner>();
  const activities = new Map<string, Map<string, TokenOwner>>();
  const timers = createTimerIndex();
  const mapRuns = new Map<string, StoredMapRun>();
  let lastId = 0;

  function apply(change: ExecutionChange): void {
    const entry = change.started ? insert(change.started) : entries[change.id];
    if (!entry) throw new StoreError(`There is no execution ${change.id}`);
    if (change.status) entry.execution = change.status;
    if (change.snapshot !== undefined) entry.snapshot = change.snapshot ?? undefined;
    if (change.history) entry.history.push(change.history);
    if (change.tokens) for (const [key, token] of change.tokens) setToken(entry, key, token);
    if (change.timers) for (const [id, timer] of change.timers) setTimer(entry, id, timer);
  }

  function insert(execution: StoredExecution): Entry {
    if (ids.has(execution.executionArn))
      throw new StoreError(`There already is an execution ${execution.executionArn}`);
    const entry: Entry = { execution, snapshot: undefined, history: [], tokens: undefined, timers: undefined };
    entries[execution.id] = entry;
    ids.set(execution.executionArn, execution.id);
    return entry;
  }

  function setToken(entry: Entry, key: AttemptKey, token: StoredToken | null): void {
    const { id, executionArn } = entry.execution;
    entry.tokens ??= new Map();
    const before = entry.tokens.get(key);
    if (before) {
      tokens.delete(before.taskToken);
      if (before.activityArn) activities.get(before.activityArn)?.delete(`${id} ${key}`);
    }
    if (!token) {
      entry.tokens.delete(key);
      return;
    }
    entry.tokens.set(key, token);
    const owner: TokenOwner = { executionId: id, executionArn, key };
    tokens.set(token.taskToken, owner);
    if (!token.activityArn) return;
    const queue = activities.get(token.activityArn) ?? new Map<string, TokenOwner>();
    activities.set(token.activityArn, queue.set(`${id} ${key}`, owner));
  }

  function setTimer(entry: Entry, id: string, timer: StoredTimer | number | null): void {
    entry.timers ??= new Map();
    const before = entry.timers.get(id);
    if (typeof timer === 'number' && before?.at !== timer) return;
    if (before) timers.remove(before);
    if (timer !== null && typeof timer !== 'number') {
      entry.timers.set(id, timer);
      timers.add(timer);
    } else entry.timers.delete(id);
  }

  return {
    commitsAtOnce: true,
    nextId: () => ++lastId,
    commit(changes, runs = []) {
      for (const change of changes) apply(change);
      for (const mapRun of runs) mapRuns.set(mapRun.mapRunArn, mapRun);
    },

    execution(arn) {
      const id = ids.get(arn);
      return id === undefined ? undefined : entries[id]?.execution;
    },
    executionById: (id) => entries[id]?.execution,
    snapshot: (id) => entries[id]?.snapshot,
    history(id, { from, limit, reverse }) {
      const parts = entries[id]?.history ?? [];
      // Ids are consecutive and begin with 1.
      const count = parts.reduce((sum, part) => sum + countOf(part), 0);
      const end = reverse ? Math.min(from, count) + 1 : Math.min(from + limit, count + 1);
      const begin = reverse ? Math.max(end - limit, 1) : from;
      const events: HistoryEvent[] = [];
      for (const part of parts) {
        if (part.first < end && part.first + countOf(part) > begin) events.push(...eventsOf(part, begin, end));
      }
      return reverse ? events.reverse() : events;
    },
    list(filter, { before, limit }) {
      const found: StoredExecution[] = [];
      for (let id = Math.min(before ?? entries.length, entries.length) - 1; id > 0 && found.length < limit; id--) {
        const execution = entries[id]?.execution;
        if (execution && matches(execution, filter)) found.push(execution);
      }
      return found;
    },
    oldestRunning() {
      return entries.find((entry) => entry?.execution.status === 'RUNNING')?.execution;
    },

    nextTimer: timers.next,
    dueTimers: timers.due,

    dueExecutions: () => entries.filter(({ snapshot }) => snapshot?.due).map(({ execution }) => execution.id),
    tokenOwner: (token) => tokens.get(token),
    scheduledActivities: (arn, limit) => [...(activities.get(arn)?.values() ?? [])].slice(0, limit),

    mapRun: (arn) => mapRuns.get(arn),
    mapRuns: (id) => [...mapRuns.values()].filter((mapRun) => mapRun.executionId === id),
    runningMapRuns: () => [...mapRuns.values()].filter((mapRun) => mapRun.status === 'RUNNING'),
    async close() {},
  };
}

function matches(execution: StoredExecution, filter: ExecutionFilter): boolean {
  const { revision } = execution;
  return (
    (!filter.stateMachineArn || revision.stateMachineArn === filter.stateMachineArn) &&
    (!filter.qualifiedArn ||
      revision.versionArn === filter.qualifiedArn ||
      revision.aliasArn === filter.qualifiedArn) &&
    (!filter.mapRunArn || execution.mapRunArn === filter.mapRunArn) &&
    (!filter.status || execution.status === filter.status) &&
    (!filter.redrive || execution.redriveCount > 0 === (filter.redrive === 'REDRIVEN'))
  );
}
