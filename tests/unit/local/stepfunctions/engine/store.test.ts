import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ExecutionStatus } from '../../../../../local/stepfunctions/engine/ports.ts';
import { createMemoryStore } from '../../../../../local/stepfunctions/engine/store/memory-store.ts';
import { createSqliteStore } from '../../../../../local/stepfunctions/engine/store/sqlite-store.ts';
import {
  type ExecutionChange,
  type ExecutionStore,
  type StoredExecution,
  type StoredMapRun,
  type StoredToken,
  StoreError,
  timerId,
} from '../../../../../local/stepfunctions/engine/store/store.ts';
import { change, execution, history, revision, snapshot, startIn, timers, tokens } from './store-fixtures.ts';

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
