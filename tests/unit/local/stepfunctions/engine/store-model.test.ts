import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addEvent, newHistory } from '../../../../../local/stepfunctions/asl/history.ts';
import { newExecution } from '../../../../../local/stepfunctions/engine/snapshot.ts';
import { createMemoryStore } from '../../../../../local/stepfunctions/engine/store/memory-store.ts';
import { createSqliteStore } from '../../../../../local/stepfunctions/engine/store/sqlite-store.ts';
import {
  type ExecutionChange,
  type ExecutionStore,
  type StoredExecution,
  type StoredTimer,
  type StoredToken,
  timerId,
} from '../../../../../local/stepfunctions/engine/store/store.ts';
import { revisionOf, storedExecution } from './harness.ts';

// The store on disk answers from its tables and from what they do not have yet. Whatever happens, and whenever it is asked: it
// answers as the store in memory, which has no such parts.

const REVISION = revisionOf({ Only: { Type: 'Succeed' } });

/** Text of an execution after which others are not kept in memory. */
const MUCH = JSON.stringify('x'.repeat(300_000));

const KEYS = ['0.1', '0.2', '1.1'];

type Step =
  | { readonly type: 'start'; readonly due: boolean }
  | { readonly type: 'change'; readonly which: number; readonly change: Change }
  | { readonly type: 'ask'; readonly now: number }
  /** Reading a list waits for the tables. */
  | { readonly type: 'list' }
  /** So much is written that the next commit lets go of what is in the tables. */
  | { readonly type: 'much' }
  | { readonly type: 'restart' }
  | { readonly type: 'crash' };

interface Change {
  readonly status?: StoredExecution['status'] | undefined;
  readonly snapshot?: 'none' | 'due' | 'at rest' | undefined;
  readonly token?: { readonly key: string; readonly is: 'out' | 'scheduled' | 'over' } | undefined;
  readonly timer?: { readonly key: string; readonly at: number | null; readonly rang: boolean } | undefined;
  readonly events: number;
}

const key = fc.constantFrom(...KEYS);
const change = fc.record(
  {
    status: fc.constantFrom('RUNNING', 'SUCCEEDED', 'FAILED' as const),
    snapshot: fc.constantFrom('none', 'due', 'at rest' as const),
    token: fc.record({ key, is: fc.constantFrom('out', 'scheduled', 'over' as const) }),
    timer: fc.record({ key, at: fc.option(fc.integer({ min: 1, max: 5 })), rang: fc.boolean() }),
    events: fc.integer({ min: 0, max: 40 }),
  },
  { requiredKeys: ['events'] },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('start' as const), due: fc.boolean() }) },
  { weight: 9, arbitrary: fc.record({ type: fc.constant('change' as const), which: fc.nat({ max: 5 }), change }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('ask' as const), now: fc.integer({ min: 0, max: 6 }) }) },
  { weight: 1, arbitrary: fc.constant({ type: 'list' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'much' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'restart' as const }) },
  { weight: 1, arbitrary: fc.constant({ type: 'crash' as const }) },
);

/** What both stores are told, with what was given out so far. */
function createScript() {
  const executions: StoredExecution[] = [];
  const events = new Map<number, number>();

  function historyOf(id: number, count: number) {
    const history = newHistory();
    const first = events.get(id) ?? 1;
    for (let event = first; event < first + count; event++) addEvent(history, 5, event, 'PassStateEntered', event - 1);
    events.set(id, first + count);
    return history;
  }

  const token = (id: number, { key: attempt, is }: NonNullable<Change['token']>): [string, StoredToken | null] => {
    const taskToken = `token ${id} ${attempt}`;
    return [attempt, is === 'over' ? null : { taskToken, ...(is === 'scheduled' && { activityArn: 'arn:a' }) }];
  };

  return {
    executions,
    start(id: number, due: boolean, input = '{}'): ExecutionChange {
      const started = storedExecution(id, REVISION, input);
      if (input === '{}') executions.push(started);
      return { id, started, snapshot: { execution: newExecution(started), due }, history: historyOf(id, 2) };
    },
    change(
      which: number,
      { status, snapshot, token: task, timer, events: count }: Change,
    ): ExecutionChange | undefined {
      const execution = executions[which];
      if (!execution) return undefined;
      const { id } = execution;
      const after = status && { ...execution, status };
      // The engine gives the snapshot with every status.
      const kept = snapshot ?? (after ? 'at rest' : undefined);
      if (after) executions[which] = after;
      const timers = timer && new Map<string, StoredTimer | number | null>();
      if (timers && timer) {
        const { at, rang, key: attempt } = timer;
        const set = at === null ? null : { executionId: id, key: attempt, timer: 'wait' as const, at };
        timers.set(timerId(attempt, 'wait'), rang && at !== null ? at : set);
      }
      return {
        id,
        ...(after && { status: after }),
        ...(kept === 'none' && { snapshot: null }),
        ...((kept === 'due' || kept === 'at rest') && {
          snapshot: {
            execution: { ...newExecution(execution), events: events.get(id) ?? 0 },
            // Nothing of an execution that is over is to be called.
            due: kept === 'due' && (after ?? execution).status === 'RUNNING',
          },
        }),
        history: historyOf(id, count),
        ...(task && { tokens: new Map([token(id, task)]) }),
        ...(timers && { timers }),
      };
    },
  };
}

function answers(store: ExecutionStore, executions: readonly StoredExecution[], now: number) {
  const each = executions.map(({ id, executionArn }) => ({
    execution: store.execution(executionArn),
    byId: store.executionById(id),
    snapshot: store.snapshot(id),
    owners: KEYS.map((attempt) => store.tokenOwner(`token ${id} ${attempt}`)),
  }));
  const order = ({ executionId, key: attempt, at }: StoredTimer) => `${at} ${executionId} ${attempt}`;
  const due = store.dueTimers(now, 100).toSorted((a, b) => order(a).localeCompare(order(b)));
  return { each, next: store.nextTimer(), due };
}

function lists(store: ExecutionStore, executions: readonly StoredExecution[]) {
  return {
    all: store.list({}, { limit: 100 }),
    running: store.list({ status: 'RUNNING' }, { limit: 100 }),
    oldest: store.oldestRunning(),
    due: store.dueExecutions(),
    scheduled: store
      .scheduledActivities('arn:a', 100)
      .map(({ executionId, key: attempt }) => `${executionId} ${attempt}`)
      .sort(),
    histories: executions.map(({ id }) => [
      store.history(id, { from: 1, limit: 1000, reverse: false }),
      store.history(id, { from: 20, limit: 7, reverse: true }),
    ]),
  };
}

/** What a crash leaves. */
function copyFiles(from: string, to: string): void {
  for (const name of readdirSync(dirname(from))) {
    const path = join(dirname(from), name);
    const suffix = path.slice(from.length);
    // A segment of the log may be retired meanwhile.
    if (path.startsWith(from) && !['-lock', '-shm'].includes(suffix) && existsSync(path))
      copyFileSync(path, `${to}${suffix}`);
  }
}

test('a store on disk answers as one in memory', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25, size: 'max' }), async (steps) => {
      const folder = mkdtempSync(join(tmpdir(), 'model-'));
      let file = join(folder, 'executions.db');
      let crashes = 0;
      const memory = createMemoryStore();
      let disk = createSqliteStore({ file });
      const script = createScript();
      const { executions } = script;
      const commit = (changes: readonly ExecutionChange[]) => {
        for (const store of [memory, disk]) store.commit(changes);
      };
      try {
        for (const each of steps) {
          if (each.type === 'start' && executions.length < 6) {
            disk.nextId();
            commit([script.start(memory.nextId(), each.due)]);
          } else if (each.type === 'change') {
            const made = script.change(each.which, each.change);
            if (made) commit([made]);
          } else if (each.type === 'ask') {
            expect(answers(disk, executions, each.now)).toEqual(answers(memory, executions, each.now));
          } else if (each.type === 'list') {
            expect(lists(disk, executions)).toEqual(lists(memory, executions));
          } else if (each.type === 'restart') {
            await disk.close();
            disk = createSqliteStore({ file });
          } else if (each.type === 'much') {
            disk.nextId();
            commit([script.start(memory.nextId(), false, MUCH)]);
            disk.list({}, { limit: 1 });
          } else if (each.type === 'crash') {
            const before = file;
            file = join(folder, `${++crashes}.db`);
            copyFiles(before, file);
            await disk.close();
            disk = createSqliteStore({ file });
          }
        }
        expect(answers(disk, executions, 3)).toEqual(answers(memory, executions, 3));
        expect(lists(disk, executions)).toEqual(lists(memory, executions));
      } finally {
        await disk.close();
        rmSync(folder, { recursive: true });
      }
    }),
    { numRuns: 15 },
  );
});
