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
import { DISK, type LogDisk } from '../../../../../local/stepfunctions/engine/store/commit-log.ts';
import { createSqliteStore } from '../../../../../local/stepfunctions/engine/store/sqlite-store.ts';
import {
  type ExecutionChange,
  type ExecutionStore,
  StoreCorruptError,
  type StoredExecution,
  StoreError,
} from '../../../../../local/stepfunctions/engine/store/store.ts';
import { change, event, execution, history, ids, snapshot, startIn, timers, tokens } from './store-fixtures.ts';

let folder: string;
let store: ExecutionStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
});
afterEach(async () => {
  await store?.close();
  rmSync(folder, { recursive: true });
});

const start = (more?: Partial<StoredExecution>, changes?: Partial<ExecutionChange>) => startIn(store, more, changes);

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
