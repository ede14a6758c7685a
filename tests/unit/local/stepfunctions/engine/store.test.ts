import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  addEvent,
  type History,
  type HistoryEvent,
  newHistory,
} from '../../../../../local/stepfunctions/asl/history.ts';
import type { ExecutionStatus, Revision } from '../../../../../local/stepfunctions/engine/ports.ts';
import { newExecution } from '../../../../../local/stepfunctions/engine/snapshot.ts';
import { DISK, type LogDisk } from '../../../../../local/stepfunctions/engine/store/commit-log.ts';
import { createMemoryStore } from '../../../../../local/stepfunctions/engine/store/memory-store.ts';
import { createSqliteStore } from '../../../../../local/stepfunctions/engine/store/sqlite-store.ts';
import {
  type ExecutionChange,
  type ExecutionStore,
  StoreCorruptError,
  type StoredExecution,
  type StoredMapRun,
  type StoredSnapshot,
  type StoredTimer,
  type StoredToken,
  StoreError,
  timerId,
} from '../../../../../local/stepfunctions/engine/store/store.ts';

let folder: string;
let store: ExecutionStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
});
afterEach(async () => {
  await store?.close();
  rmSync(folder, { recursive: true });
});

const revision = (machine: string, more: Partial<Revision> = {}): Revision => ({
  stateMachineArn: `arn:aws:states:eu-west-1:123456789012:stateMachine:${machine}`,
  name: machine,
  type: 'STANDARD',
  definition: '{}',
  roleArn: 'arn:aws:iam::123456789012:role/r',
  revisionId: 'INITIAL',
  ...more,
});

const execution = (id: number, more: Partial<StoredExecution> = {}): StoredExecution => ({
  id,
  executionArn: `arn:aws:states:eu-west-1:123456789012:execution:m:${id}`,
  name: `${id}`,
  revision: revision('m'),
  status: 'RUNNING',
  startedAt: 1000 + id,
  input: '{"a":1}',
  redriveCount: 0,
  ...more,
});

/** A running execution, after some events. */
function snapshot(id: number, due: boolean, events = 1): StoredSnapshot {
  return { execution: { ...newExecution(execution(id)), events }, due };
}

const change = (id: number, more: Partial<ExecutionChange> = {}): ExecutionChange => ({
  id,
  ...more,
});

const event = (id: number): HistoryEvent => ({ id, previousEventId: id - 1, type: 'PassStateEntered', timestamp: 5 });

function history(...ids: number[]): History {
  const made = newHistory();
  for (const id of ids) addEvent(made, 5, id, 'PassStateEntered', id - 1);
  return made;
}

const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

const tokens = (...entries: [key: string, stored: StoredToken | null][]): ExecutionChange['tokens'] => new Map(entries);

function timers(id: number, ...entries: [key: string, at: number | null][]): ExecutionChange['timers'] {
  return new Map(
    entries.map(([key, at]): [string, StoredTimer | null] => [
      timerId(key, 'wait'),
      at === null ? null : { executionId: id, key, timer: 'wait', at },
    ]),
  );
}

function start(more: Partial<StoredExecution> = {}, changes: Partial<ExecutionChange> = {}): StoredExecution {
  const started = execution(store.nextId(), more);
  store.commit([change(started.id, { started, ...changes })]);
  return started;
}

const stores: Record<string, () => ExecutionStore> = {
  'the memory store': createMemoryStore,
  'the SQLite store': () => createSqliteStore({ file: join(folder, 'executions.db') }),
};

for (const [name, create] of Object.entries(stores)) {
  describe(name, () => {
    beforeEach(() => {
      store = create();
    });

    test('what does not exist is not found', () => {
      expect(store.execution('arn:none')).toBeUndefined();
      expect(store.executionById(7)).toBeUndefined();
      expect(store.snapshot(7)).toBeUndefined();
      expect(store.history(7, { from: 1, limit: 10, reverse: false })).toEqual([]);
      expect(store.list({}, { limit: 10 })).toEqual([]);
      expect(store.nextTimer()).toBeUndefined();
      expect(store.dueTimers(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
      expect(store.dueExecutions()).toEqual([]);
      expect(store.tokenOwner('t')).toBeUndefined();
      expect(store.scheduledActivities('arn:a', 1)).toEqual([]);
      expect(store.oldestRunning()).toBeUndefined();
      expect(store.mapRun('arn:none')).toBeUndefined();
    });

    test('two executions cannot have the same ARN', () => {
      const { executionArn } = start();
      expect(() => start({ executionArn })).toThrow(StoreError);
    });

    test('an execution is found as it was started', () => {
      const started = start({ traceHeader: 'trace', mapRunArn: 'arn:mapRun:1' });
      expect(store.execution(started.executionArn)).toEqual(started);
      expect(store.executionById(started.id)).toEqual(started);
      expect(store.execution(started.executionArn)?.revision).toEqual(started.revision);
    });

    test('a new status replaces all of the one before', () => {
      const started = start();
      const failed: StoredExecution = { ...started, status: 'FAILED', stoppedAt: 2000, error: 'E', cause: 'C' };
      store.commit([change(started.id, { status: failed })]);
      expect(store.execution(started.executionArn)).toEqual(failed);
      const running: StoredExecution = { ...started, status: 'RUNNING', redriveCount: 1, redrivenAt: 3000 };
      store.commit([change(started.id, { status: running })]);
      expect(store.execution(started.executionArn)).toEqual(running);
    });

    test('an execution that starts and ends in one transaction', () => {
      const started = execution(store.nextId());
      const status: StoredExecution = { ...started, status: 'SUCCEEDED', stoppedAt: 9, output: '"done"' };
      store.commit([change(started.id, { started, status, snapshot: null, history: history(1) })]);
      expect(store.execution(started.executionArn)).toEqual(status);
      expect(store.snapshot(started.id)).toBeUndefined();
    });

    test('a snapshot is replaced, kept, and dropped', () => {
      const { id } = start({}, { snapshot: snapshot(1, true) });
      expect(store.dueExecutions()).toEqual([id]);
      store.commit([change(id, { snapshot: snapshot(id, false) })]);
      store.commit([change(id)]);
      expect(store.snapshot(id)).toEqual(snapshot(id, false));
      expect(store.dueExecutions()).toEqual([]);
      store.commit([change(id, { snapshot: null })]);
      expect(store.snapshot(id)).toBeUndefined();
    });

    test('history is read in either direction from anywhere, over several transactions', () => {
      const { id } = start({}, { history: history(1, 2, 3) });
      start({}, { history: history(1, 2) });
      store.commit([change(id, { history: history(4) }), change(id, { history: history(5, 6, 7) })]);
      const ids = (from: number, limit: number, reverse: boolean) =>
        store.history(id, { from, limit, reverse }).map((entry) => entry.id);
      expect(ids(1, 100, false)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(ids(2, 3, false)).toEqual([2, 3, 4]);
      expect(ids(6, 9, false)).toEqual([6, 7]);
      expect(ids(8, 9, false)).toEqual([]);
      expect(ids(Number.MAX_SAFE_INTEGER, 2, true)).toEqual([7, 6]);
      expect(ids(5, 3, true)).toEqual([5, 4, 3]);
      expect(ids(2, 9, true)).toEqual([2, 1]);
    });

    test('executions are listed newest first, by what they are asked for', () => {
      const versioned = revision('a', { versionArn: 'arn:a:1', aliasArn: 'arn:a:live' });
      const first = start({ revision: revision('a') }).id;
      const second = start({ revision: versioned }).id;
      const third = start({ revision: revision('b'), mapRunArn: 'arn:mapRun' }).id;
      const fourth = start({ revision: revision('a') }).id;
      const end = (id: number, status: ExecutionStatus, redriveCount = 0) =>
        store.commit([
          change(id, { status: { ...(store.executionById(id) as StoredExecution), status, redriveCount } }),
        ]);
      end(first, 'SUCCEEDED');
      end(fourth, 'FAILED', 1);
      const ids = (...args: Parameters<ExecutionStore['list']>) => store.list(...args).map(({ id }) => id);
      const limit = 10;
      const { stateMachineArn } = revision('a');
      expect(ids({}, { limit })).toEqual([fourth, third, second, first]);
      expect(ids({ stateMachineArn }, { limit })).toEqual([fourth, second, first]);
      expect(ids({ stateMachineArn }, { limit: 1, before: fourth })).toEqual([second]);
      expect(ids({ stateMachineArn, status: 'SUCCEEDED' }, { limit })).toEqual([first]);
      expect(ids({ stateMachineArn: 'arn:unknown' }, { limit })).toEqual([]);
      expect(ids({ qualifiedArn: 'arn:a:1' }, { limit })).toEqual([second]);
      expect(ids({ qualifiedArn: 'arn:a:live' }, { limit })).toEqual([second]);
      expect(ids({ mapRunArn: 'arn:mapRun' }, { limit })).toEqual([third]);
      expect(ids({ redrive: 'REDRIVEN' }, { limit })).toEqual([fourth]);
      expect(ids({ redrive: 'NOT_REDRIVEN', stateMachineArn }, { limit })).toEqual([second, first]);
      expect(store.oldestRunning()?.id).toBe(second);
    });

    test('timers are found when due, earliest first, as they were last set', () => {
      const { id } = start({}, { timers: timers(1, ['0.1', 300], ['1.1', 100], ['2.1', 200], ['3.1', 50]) });
      expect(store.nextTimer()).toBe(50);
      store.commit([change(id, { timers: timers(id, ['1.1', 400], ['3.1', null], ['9.9', null]) })]);
      expect(store.nextTimer()).toBe(200);
      expect(store.dueTimers(350, 10).map(({ key, at }) => [key, at])).toEqual([
        ['2.1', 200],
        ['0.1', 300],
      ]);
      expect(store.dueTimers(350, 1)).toEqual([{ executionId: id, key: '2.1', timer: 'wait', at: 200 }]);
      const rang = (key: string, at: number) => new Map([[timerId(key, 'wait'), at]]);
      store.commit([change(id, { timers: rang('2.1', 200) }), change(id, { timers: rang('0.1', 299) })]);
      expect(store.nextTimer()).toBe(300);
      store.commit([change(id, { timers: timers(id, ['0.1', null], ['1.1', null]) })]);
      expect(store.nextTimer()).toBeUndefined();
    });

    test('a token belongs to its attempt as long as that is open', () => {
      const { id, executionArn } = start(
        {},
        { tokens: tokens(['0.1', { taskToken: 'token-1' }], ['1.1', { taskToken: 'token-2' }]) },
      );
      expect(store.tokenOwner('token-1')).toEqual({ executionId: id, executionArn, key: '0.1' });
      store.commit([change(id, { tokens: tokens(['0.1', null], ['7.7', null]) })]);
      expect(store.tokenOwner('token-1')).toBeUndefined();
      expect(store.tokenOwner('token-2')?.key).toBe('1.1');
    });

    test('activity tasks queue up in order, per activity, from being scheduled to being taken', () => {
      const task = (key: string, activityArn?: string): [string, StoredToken] => [
        key,
        { taskToken: key, ...(activityArn && { activityArn }) },
      ];
      const { id } = start({}, { tokens: tokens(task('0.1', 'a'), task('1.1'), task('2.1', 'b')) });
      const scheduled = (arn: string, limit = 9) => store.scheduledActivities(arn, limit).map(({ key }) => key);
      expect(scheduled('a')).toEqual(['0.1']);
      store.commit([change(id, { tokens: tokens(task('1.1', 'a')) })]);
      expect(scheduled('a')).toEqual(['0.1', '1.1']);
      expect(scheduled('a', 1)).toEqual(['0.1']);
      store.commit([change(id, { tokens: tokens(task('0.1')) })]);
      expect(scheduled('a')).toEqual(['1.1']);
      expect(scheduled('b')).toEqual(['2.1']);
      expect(store.tokenOwner('0.1')?.key).toBe('0.1');
    });

    test('map runs are kept and found', () => {
      const { id, executionArn } = start();
      const mapRun = (arn: string, status: StoredMapRun['status']): StoredMapRun =>
        ({ mapRunArn: arn, executionArn, executionId: id, key: '0.1', status, progress: null }) as StoredMapRun;
      store.commit([], [mapRun('arn:1', 'RUNNING'), mapRun('arn:2', 'RUNNING')]);
      store.commit([], [mapRun('arn:1', 'SUCCEEDED')]);
      expect(store.mapRun('arn:1')).toEqual(mapRun('arn:1', 'SUCCEEDED'));
      expect(store.mapRuns(id).map(({ mapRunArn }) => mapRunArn)).toEqual(['arn:1', 'arn:2']);
      expect(store.runningMapRuns()).toEqual([mapRun('arn:2', 'RUNNING')]);
    });
  });
}

describe('the SQLite store', () => {
  const file = () => join(folder, 'executions.db');

  test('refuses a folder that is not there, by name', () => {
    expect(() => createSqliteStore({ file: join(folder, 'no', 'such.db') })).toThrow(StoreError);
  });

  test('refuses a file that is not a database', () => {
    writeFileSync(file(), 'not a database, but long enough to be looked at as one: '.repeat(100));
    expect(() => createSqliteStore({ file: file() })).toThrow(StoreCorruptError);
  });

  test('closing it again waits until it is closed', async () => {
    store = createSqliteStore({ file: file() });
    start();
    const first = store.close();
    await store.close();
    expect(existsSync(`${file()}-log-1`)).toBe(false);
    await first;
  });

  test('refuses to be opened twice', () => {
    store = createSqliteStore({ file: file() });
    expect(() => createSqliteStore({ file: file() })).toThrow(/in use/);
  });

  test('a failed transaction leaves nothing behind, and nothing is written after it', async () => {
    store = createSqliteStore({ file: file() });
    const first = start();
    const good = execution(store.nextId());
    const bad = execution(store.nextId(), { executionArn: first.executionArn });
    expect(() => store.commit([change(good.id, { started: good }), change(bad.id, { started: bad })])).toThrow(
      StoreError,
    );
    expect(() => start()).toThrow(StoreError);
    await store.close();
    store = createSqliteStore({ file: file() });
    expect(store.list({}, { limit: 10 })).toEqual([first]);
  });

  test('a commit is on the disk before it is acknowledged, and nothing is written after it could not be', () => {
    const calls: string[] = [];
    let isFull = false;
    const disk: LogDisk = {
      ...DISK,
      write(handle, bytes, position) {
        calls.push('write');
        if (isFull) throw new Error('ENOSPC: no space left on device');
        DISK.write(handle, bytes, position);
      },
      sync(handle) {
        calls.push('sync');
        DISK.sync(handle);
      },
    };
    const told = () => readFileSync(`${file()}-acknowledged`, 'utf8');
    store = createSqliteStore({ file: file(), disk });
    start();
    expect(calls.filter((call) => call === 'sync')).toHaveLength(1);
    expect(calls.at(-1)).toBe('sync');
    expect(told()).toContain('"seq":1');
    start();
    expect(calls.slice(-2)).toEqual(['write', 'sync']);
    isFull = true;
    expect(() => start()).toThrow(/no space left/);
    expect(told()).toContain('"seq":2');
    isFull = false;
    expect(() => start()).toThrow(/no space left/);
    expect(store.list({}, { limit: 10 })).toHaveLength(2);
  });

  test('what was committed can be read though the tables are not filled any more, and nothing is added to it', async () => {
    let [isTorn, mend] = [false, () => {}];
    const disk: LogDisk = {
      ...DISK,
      write(handle, bytes, position) {
        DISK.write(handle, isTorn ? bytes.subarray(0, bytes.length - 1) : bytes, position);
        if (isTorn) mend = () => DISK.write(handle, bytes, position);
        isTorn = false;
      },
    };
    store = createSqliteStore({ file: file(), disk });
    const first = start({}, { history: history(1) });
    expect(store.list({}, { limit: 10 })).toEqual([first]);
    isTorn = true;
    const second = start({}, { history: history(1, 2) });
    expect(() => store.list({}, { limit: 10 })).toThrow(/Commit 2 of .* is neither in its tables nor in its log/);
    mend();
    expect(store.list({}, { limit: 10 })).toEqual([second, first]);
    expect(store.history(second.id, { from: 1, limit: 10, reverse: false })).toEqual([event(1), event(2)]);
    expect(store.execution(second.executionArn)).toEqual(second);
    await setTimeout(50);
    expect(() => start()).toThrow(StoreError);
    await store.close();
    store = createSqliteStore({ file: file() });
    expect(store.list({}, { limit: 10 })).toEqual([second, first]);
  });

  test('nobody waits for tables that could not even be opened to be filled', async () => {
    store = createSqliteStore({ file: file() });
    renameSync(file(), `${file()}.moved`);
    mkdirSync(file());
    const first = start();
    const began = performance.now();
    expect(store.list({}, { limit: 10 })).toEqual([first]);
    expect(performance.now() - began).toBeLessThan(10_000);
    await store.close();
    rmdirSync(file());
    renameSync(`${file()}.moved`, file());
    store = createSqliteStore({ file: file() });
    expect(store.list({}, { limit: 10 })).toEqual([first]);
  });

  test('a name that was taken before a restart is refused, and everything else stays as it was', async () => {
    store = createSqliteStore({ file: file() });
    const first = start();
    await store.close();
    store = createSqliteStore({ file: file() });
    expect(() => start({ executionArn: first.executionArn })).toThrow(/already is an execution/);
    await store.close();
    store = createSqliteStore({ file: file() });
    expect(store.list({}, { limit: 10 })).toEqual([first]);
  });

  test('commits that come one at a time do not make the files grow far beyond what is in them', () => {
    store = createSqliteStore({ file: file() });
    for (let n = 0; n < 2000; n++) {
      const { id } = start({}, { timers: timers(n, ['0.1', (n * 7919) % 2003]) });
      expect(store.history(id, { from: 1, limit: 1, reverse: false })).toEqual([]);
    }
    expect(statSync(`${file()}-wal`).size).toBeLessThan(72 * 2 ** 20);
  });

  test('what is no ARN of an execution is refused', () => {
    store = createSqliteStore({ file: file() });
    expect(() => start({ executionArn: 'arn:execution:1' })).toThrow(StoreError);
    expect(store.execution('arn:execution:1')).toBeUndefined();
  });

  test('history and snapshots that grow over many commits are read as they were written', () => {
    store = createSqliteStore({ file: file() });
    const { id } = start({}, { history: history(1), snapshot: snapshot(1, true, 1) });
    let last = 1;
    for (let n = 2; last < 100; n++) {
      const ids = Array.from({ length: (n * 7) % 9 }, (_, index) => last + 1 + index);
      last += ids.length;
      store.commit([change(id, { history: history(...ids), snapshot: snapshot(id, n % 2 === 0, n) })]);
      expect(store.snapshot(id)).toEqual(snapshot(id, n % 2 === 0, n));
      const found = store.history(id, { from: 1, limit: 1000, reverse: false });
      expect(found.map((each) => each.id)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
    }
    store.commit([change(id, { history: history(last + 1), snapshot: null })]);
    expect(store.history(id, { from: last, limit: 9, reverse: false }).map((each) => each.id)).toEqual([
      last,
      last + 1,
    ]);
    expect(store.history(id, { from: 1e9, limit: 2, reverse: true }).map((each) => each.id)).toEqual([last + 1, last]);
  });

  test('steps that add nothing to the history leave it as it is', async () => {
    store = createSqliteStore({ file: file() });
    const { id } = start({}, { history: history(...ids(1, 30)), snapshot: snapshot(1, true) });
    const found = () => store.history(id, { from: 1, limit: 1000, reverse: false }).map((each) => each.id);
    // Reading waits for the tables: what is between two readings gets there at once.
    for (const together of [
      [ids(31, 39)],
      [ids(40, 44), []],
      [[], ids(45, 49)],
      [ids(50, 69)],
      [ids(70, 71), []],
      [[]],
      [ids(72, 99)],
    ]) {
      const before = found();
      for (const step of together) store.commit([change(id, { history: history(...step) })]);
      expect(found()).toEqual([...before, ...together.flat()]);
    }
    await store.close();
    store = createSqliteStore({ file: file() });
    expect(found()).toEqual(ids(1, 99));
  });

  test('an execution whose name was drawn goes on, also when it is in the tables only, and its name is taken', async () => {
    store = createSqliteStore({ file: file() });
    const { id, executionArn } = start({}, { isNameDrawn: true, history: history(1) });
    // Far more than is kept at hand.
    for (let n = 0; n < 4; n++) start({ input: JSON.stringify('x'.repeat(200_000)) }, { isNameDrawn: true });
    expect(store.list({}, { limit: 10 })).toHaveLength(5);
    store.commit([change(id, { history: history(2) })]);
    await store.close();
    store = createSqliteStore({ file: file() });
    expect(store.history(id, { from: 1, limit: 9, reverse: false })).toEqual([event(1), event(2)]);
    expect(() => start({ executionArn })).toThrow(/already is an execution/);
  });

  test('a change of an execution that is not there is refused', () => {
    store = createSqliteStore({ file: file() });
    expect(() => store.commit([change(7, { snapshot: snapshot(7, false) })])).toThrow(StoreError);
  });

  test('everything is there again after a restart', async () => {
    store = createSqliteStore({ file: file() });
    const started = start(
      {},
      {
        snapshot: snapshot(1, true),
        history: history(1),
        timers: timers(1, ['0.1', 300]),
        tokens: tokens(['0.1', { taskToken: 't' }]),
      },
    );
    await store.close();
    store = createSqliteStore({ file: file() });
    expect(store.execution(started.executionArn)).toEqual(started);
    expect(store.snapshot(started.id)).toEqual(snapshot(started.id, true));
    expect(store.history(started.id, { from: 1, limit: 9, reverse: false })).toEqual([event(1)]);
    expect(store.nextTimer()).toBe(300);
    expect(store.tokenOwner('t')?.key).toBe('0.1');
    expect(store.nextId()).toBe(started.id + 1);
  });
});
