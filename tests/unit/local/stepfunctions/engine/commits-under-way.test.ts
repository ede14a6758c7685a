import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { activityArn, callback, createTestEngine, revisionOf, task } from './harness.ts';
import { createSlowStore } from './slow-store.ts';

// What happens while commits are under way: to the outside nothing has happened yet, to the engine it has.

const turn = async () => {
  for (let turns = 0; turns < 4; turns++) await new Promise(setImmediate);
};

test('nothing is acknowledged, performed or told before it is durable', async () => {
  const store = createSlowStore();
  const told: string[] = [];
  const { engine, tasks } = await createTestEngine({ store, onStatusChange: ({ status }) => told.push(status) });
  let acknowledged = false;
  const starting = engine.start({ revision: revisionOf({ Work: task('work') }), input: '{}' }).finally(() => {
    acknowledged = true;
  });
  await turn();
  expect([acknowledged, tasks.made, told]).toEqual([false, [], []]);
  await store.release();
  const { executionArn } = await starting;
  let over = false;
  const ended = engine.ended(executionArn).finally(() => {
    over = true;
  });
  tasks.next().succeed(1);
  await turn();
  expect([over, told]).toEqual([false, ['RUNNING']]);
  await store.release();
  await expect(ended).resolves.toMatchObject({ status: 'SUCCEEDED' });
  expect(told).toEqual(['RUNNING', 'SUCCEEDED']);
});

test('an event that comes meanwhile is applied to what is under way, not to what is stored', async () => {
  const store = createSlowStore();
  const { engine, tasks } = await createTestEngine({ store });
  const branch = (name: string) => ({ StartAt: name, States: { [name]: task(name) } });
  const revision = revisionOf({ Both: { Type: 'Parallel', Branches: [branch('Left'), branch('Right')], End: true } });
  const starting = engine.start({ revision, input: '{}' });
  await turn();
  await store.release();
  const { executionArn } = await starting;
  const [left, right] = [tasks.next('Left'), tasks.next('Right')];
  left.succeed('l');
  await turn();
  expect(store.waiting).toBe(1);
  // All calls are back: only the commit keeps the execution in memory.
  right.succeed('r');
  await turn();
  expect(store.waiting).toBe(2);
  await store.release();
  await store.release();
  expect(engine.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '["l","r"]' });
  const { items } = engine.history(executionArn, { maxResults: 100, reverse: false });
  expect(items.map(({ id }) => id)).toEqual(items.map((_, index) => index + 1));
});

test('a timer rings once, however long its commit takes', async () => {
  const store = createSlowStore();
  const { engine, skip, clock } = await createTestEngine({ store });
  const starting = engine.start({
    revision: revisionOf({ Pause: { Type: 'Wait', Seconds: 10, End: true } }),
    input: '{}',
  });
  await turn();
  await store.release();
  const { executionArn } = await starting;
  await skip(10);
  await skip(10);
  expect(store.waiting).toBe(1);
  await store.release();
  expect(engine.describe(executionArn).status).toBe('SUCCEEDED');
  expect(clock.nextTimer()).toBeUndefined();
});

test('a heartbeat under way outlives the timer that it replaces', async () => {
  const store = createSlowStore();
  const { engine, tasks, skip } = await createTestEngine({ store });
  const revision = revisionOf({ Ask: callback({ HeartbeatSeconds: 10, End: true }) });
  const starting = engine.start({ revision, input: '{}' });
  await turn();
  await store.release();
  const { executionArn } = await starting;
  const call = tasks.next();
  call.succeed({});
  await turn();
  await store.release();
  await skip(9);
  const beat = engine.taskHeartbeat(call.call.taskToken!);
  await turn();
  // The old timer is due, and the store still has it.
  await skip(2);
  await store.hurry();
  await beat;
  expect(engine.describe(executionArn).status).toBe('RUNNING');
  await skip(9);
  expect(engine.describe(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
});

test('an activity task is given away once, however long its commit takes', async () => {
  const store = createSlowStore();
  const { engine, skip } = await createTestEngine({ store });
  const arn = activityArn('pick');
  const starting = engine.start({
    revision: revisionOf({ Pick: { Type: 'Task', Resource: arn, End: true } }),
    input: '{}',
  });
  await turn();
  await store.release();
  await starting;
  await store.release();
  const first = engine.activityTask(arn, 'first');
  const second = engine.activityTask(arn, 'second');
  await turn();
  await store.hurry();
  await expect(first).resolves.toMatchObject({ input: '{}' });
  await skip(60);
  await expect(second).resolves.toBeUndefined();
});

test('executions end as they would alone, in whatever order answers and commits come', async () => {
  const branch = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } });
  const revision = revisionOf({
    First: task('first', { Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1, MaxAttempts: 1 }], Next: 'Both' }),
    Both: { Type: 'Parallel', Branches: [branch('Left', task('left')), branch('Ask', callback())], Next: 'Last' },
    Last: task('last'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 5 }), { minLength: 60, maxLength: 60 }), async (choices) => {
      const store = createSlowStore();
      const run = await createTestEngine({ store });
      const starts = [1, 2, 3, 4].map((n) => run.engine.start({ revision, name: `${n}`, input: '{}' }));
      for (const choice of choices) {
        await turn();
        if (choice < 3) await store.release();
        const [open] = run.tasks.open.splice(choice % Math.max(run.tasks.open.length, 1), 1);
        if (!open) continue;
        if (open.call.key === '0.1') open.fail('Busy');
        else open.succeed(1);
        if (open.call.taskToken) void run.engine.taskSucceeded(open.call.taskToken, '1');
        if (choice === 5) await run.skip(1);
      }
      await store.hurry();
      const arns = (await Promise.all(starts)).map(({ executionArn }) => executionArn);
      for (let round = 0; round < 20; round++) {
        for (const open of run.tasks.open.splice(0)) {
          if (open.call.key === '0.1') open.fail('Busy');
          else open.succeed(1);
          await run.settle();
          if (open.call.taskToken) await run.engine.taskSucceeded(open.call.taskToken, '1');
        }
        await run.skip(1);
      }
      for (const arn of arns) {
        expect(run.engine.describe(arn)).toMatchObject({ status: 'SUCCEEDED', output: '1' });
        const { items } = run.engine.history(arn, { maxResults: 1000, reverse: false });
        expect(items.map(({ id }) => id)).toEqual(items.map((_, index) => index + 1));
        expect(items.filter(({ type }) => type === 'TaskStateEntered')).toHaveLength(4);
      }
    }),
    { numRuns: 30 },
  );
});
