import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AdjustableClock } from '../../../../../local/clock.ts';
import { createManualClock } from '../../../../../local/manual-clock.ts';
import { EngineHaltedError } from '../../../../../local/stepfunctions/engine/errors.ts';
import { createSqliteStore } from '../../../../../local/stepfunctions/engine/store/sqlite-store.ts';
import { type ExecutionStore, StoreError } from '../../../../../local/stepfunctions/engine/store/store.ts';
import {
  activityArn,
  callback,
  createTestEngine,
  historyOf,
  revisionOf,
  START,
  type TestEngine,
  task,
} from './harness.ts';

let folder: string;
let opened: ExecutionStore[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'restart-'));
  opened = [];
});
afterEach(async () => {
  for (const store of opened) await store.close();
  rmSync(folder, { recursive: true });
});

/** The same store, but its commits fail from the n-th on. */
function failingAfter(store: ExecutionStore, commits: number): ExecutionStore & { commits: number } {
  const failing = Object.create(store) as ExecutionStore & { commits: number };
  failing.commits = 0;
  failing.commit = (...args) => {
    if (failing.commits >= commits) throw new StoreError('disk full');
    failing.commits++;
    return store.commit(...args);
  };
  return failing;
}

/** Opens the data file with a new engine; the one before is forgotten without a chance to do anything. */
async function restart(clock: AdjustableClock, wrap = (store: ExecutionStore) => store): Promise<TestEngine> {
  await opened.at(-1)?.close();
  const store = createSqliteStore({ file: join(folder, 'executions.db') });
  opened.push(store);
  return createTestEngine({ clock, store: wrap(store) });
}

/** A clock that goes on where another one stood: that one's timers belong to a process that is gone. */
const clockAfter = (clock: AdjustableClock, seconds = 0): AdjustableClock =>
  createManualClock(clock.now() + seconds * 1000);

describe('a store that fails', () => {
  test('nothing is acknowledged or performed, and the engine refuses to go on', async () => {
    const store = createSqliteStore({ file: join(folder, 'executions.db') });
    opened.push(store);
    const { engine, tasks, errors, settle } = await createTestEngine({ store: failingAfter(store, 1) });
    const revision = revisionOf({ Work: task('work') });
    const { executionArn } = await engine.start({ revision, name: 'first', input: '{}' });
    const ended = engine.ended(executionArn);
    ended.catch(() => {});
    await expect(engine.start({ revision, name: 'second', input: '{}' })).rejects.toThrow(EngineHaltedError);
    expect(tasks.made).toHaveLength(1);
    await expect(engine.stop(executionArn, {})).rejects.toThrow('disk full');
    await expect(ended).rejects.toThrow(EngineHaltedError);
    tasks.next().succeed(1);
    await settle();
    expect(engine.describe(executionArn).status).toBe('RUNNING');
    expect(errors).toEqual([expect.any(EngineHaltedError)]);
  });

  test('a callback that could not be recorded is not acknowledged, and can be sent again after a restart', async () => {
    const clock = createManualClock(START);
    const revision = revisionOf({ Ask: callback() });
    const before = await restart(clock, (store) => failingAfter(store, 2));
    const { executionArn } = await before.engine.start({ revision, input: '{}' });
    const call = before.tasks.next();
    call.succeed({});
    await before.settle();
    await expect(before.engine.taskSucceeded(call.call.taskToken!, '1')).rejects.toThrow(EngineHaltedError);
    const after = await restart(clockAfter(clock));
    await after.engine.taskSucceeded(call.call.taskToken!, '2');
    expect(after.engine.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '2' });
  });
});

describe('after a restart', () => {
  test('calls whose outcome is not known are made again, with the same key', async () => {
    const clock = createManualClock(START);
    const before = await restart(clock);
    const { executionArn } = await before.engine.start({
      revision: revisionOf({ Work: task('work') }),
      input: '{"a":1}',
    });
    const lost = before.tasks.next();
    const after = await restart(clockAfter(clock));
    const again = after.tasks.next();
    expect(again.call).toEqual(lost.call);
    lost.succeed('too late for this process');
    again.succeed('fine');
    await after.settle();
    expect(after.engine.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"fine"' });
  });

  test('a job that was submitted is followed, not started again', async () => {
    const clock = createManualClock(START);
    const revision = revisionOf({
      Job: { Type: 'Task', Resource: 'arn:aws:states:::batch:submitJob.sync', Parameters: {}, End: true },
    });
    const before = await restart(clock);
    const { executionArn } = await before.engine.start({ revision, input: '{}' });
    before.tasks.next().succeed({ JobId: 'j' });
    await before.settle();
    const after = await restart(clockAfter(clock));
    expect(after.tasks.made).toEqual(['completion 0.1']);
    after.tasks.next().succeed({ ok: true });
    await after.settle();
    expect(after.engine.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"ok":true}' });
    expect(historyOf(after, executionArn).filter((type) => type === 'TaskSubmitted')).toHaveLength(1);
  });

  test('timers that became due meanwhile fire at once, others at their time', async () => {
    const clock = createManualClock(START);
    const before = await restart(clock);
    const wait = (Seconds: number) => revisionOf({ Pause: { Type: 'Wait', Seconds, End: true } });
    const short = await before.engine.start({ revision: wait(10), input: '{}' });
    const long = await before.engine.start({ revision: wait(100), input: '{}' });
    const after = await restart(clockAfter(clock, 60));
    await after.settle();
    expect(after.engine.describe(short.executionArn)).toMatchObject({ status: 'SUCCEEDED', stoppedAt: START + 60_000 });
    expect(after.clock.nextTimer()).toBe(START + 100_000);
    await after.skip(40);
    expect(after.engine.describe(long.executionArn)).toMatchObject({ status: 'SUCCEEDED', stoppedAt: START + 100_000 });
  });

  test('a token still works, and who waits for the execution is told', async () => {
    const clock = createManualClock(START);
    const revision = revisionOf({ Ask: callback() });
    const before = await restart(clock);
    const { executionArn } = await before.engine.start({ revision, input: '{}' });
    const call = before.tasks.next();
    call.succeed({});
    await before.settle();
    const after = await restart(clockAfter(clock));
    expect(after.tasks.made).toEqual([]);
    const ended = after.engine.ended(executionArn);
    await after.engine.taskSucceeded(call.call.taskToken!, '"approved"');
    await expect(ended).resolves.toMatchObject({ status: 'SUCCEEDED', output: '"approved"' });
  });

  test('activity tasks wait for a worker again, and those taken are still with theirs', async () => {
    const clock = createManualClock(START);
    const arn = activityArn('pick');
    const before = await restart(clock);
    for (const n of [1, 2]) {
      await before.engine.start({
        revision: revisionOf({ Pick: { Type: 'Task', Resource: arn, End: true } }),
        name: `${n}`,
        input: `${n}`,
      });
    }
    await before.settle();
    const first = (await before.engine.activityTask(arn, 'w'))!;
    const after = await restart(clockAfter(clock));
    const second = (await after.engine.activityTask(arn, 'w'))!;
    expect([first.input, second.input]).toEqual(['1', '2']);
    await after.engine.taskSucceeded(first.taskToken, '1');
    await after.engine.taskSucceeded(second.taskToken, '2');
    expect(after.engine.list({ status: 'SUCCEEDED' }, { maxResults: 9 }).items).toHaveLength(2);
  });

  test('a name that was used is still known', async () => {
    const clock = createManualClock(START);
    const revision = revisionOf({ Only: { Type: 'Pass', End: true } });
    const before = await restart(clock);
    await before.engine.start({ revision, name: 'n', input: '{}' });
    const after = await restart(clockAfter(clock));
    await expect(after.engine.start({ revision, name: 'n', input: '{}' })).rejects.toMatchObject({
      code: 'ExecutionAlreadyExists',
    });
    expect(after.engine.describe(after.engine.list({}, { maxResults: 1 }).items[0]!.executionArn).revision).toEqual(
      revision,
    );
  });

  test('an execution can be redriven', async () => {
    const clock = createManualClock(START);
    const before = await restart(clock);
    const { executionArn } = await before.engine.start({ revision: revisionOf({ Work: task('work') }), input: '{}' });
    before.tasks.next().fail('E');
    await before.settle();
    const after = await restart(clockAfter(clock));
    await after.engine.redrive(executionArn);
    after.tasks.next().succeed(1);
    await after.settle();
    expect(after.engine.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
  });
});

/** Task → Choice → Parallel of two Tasks → Wait → Task, with a retry and a callback among them. */
const BUSY = revisionOf({
  First: task('first', { Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1, MaxAttempts: 2 }], Next: 'Right?' }),
  'Right?': { Type: 'Choice', Choices: [{ Variable: '$', NumericGreaterThan: 0, Next: 'Both' }], Default: 'Wrong' },
  Wrong: { Type: 'Fail' },
  Both: {
    Type: 'Parallel',
    Branches: [
      { StartAt: 'Left', States: { Left: task('left') } },
      {
        StartAt: 'Callback',
        States: {
          Callback: callback(),
        },
      },
    ],
    Next: 'Pause',
  },
  Pause: { Type: 'Wait', Seconds: 5, Next: 'Last' },
  Last: task('last'),
});

/** Answers every open call, as a service would that does the same for the same key. */
async function serve(
  { tasks, engine, settle, skip }: TestEngine,
  answered: Map<string, number>,
  tokens: Set<string>,
): Promise<void> {
  for (let rounds = 0; rounds < 40; rounds++) {
    while (tasks.open.length > 0) {
      const open = tasks.next();
      const { call, context } = open;
      const id = `${context.executionArn} ${call.key}`;
      const times = (answered.get(id) ?? 0) + 1;
      answered.set(id, times);
      if (call.key === '0.1') open.fail('Busy');
      else open.succeed(1);
      await settle();
      if (call.taskToken) tokens.add(call.taskToken);
    }
    // Whoever got a token keeps sending until it is acknowledged, or known to be over.
    for (const token of tokens) await engine.taskSucceeded(token, '1').catch(() => {});
    await skip(1);
  }
}

const EXPECTED = [
  'ExecutionStarted',
  'TaskStateEntered',
  'LambdaFunctionScheduled',
  'LambdaFunctionStarted',
  'LambdaFunctionFailed',
];

test('whatever commit is the last one before a crash, the execution completes, with each transition once', async () => {
  for (let commits = 1; commits < 40; commits++) {
    rmSync(folder, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), 'restart-'));
    const clock = createManualClock(START);
    const before = await restart(clock, (store) => failingAfter(store, commits));
    const { executionArn } = await before.engine.start({ revision: BUSY, name: 'n', input: '{}' });
    const answered = new Map<string, number>();
    const tokens = new Set<string>();
    await serve(before, answered, tokens);
    const crashed = before.errors.length > 0;

    const after = await restart(clockAfter(clock));
    await serve(after, answered, tokens);
    expect(after.engine.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '1' });
    const { items } = after.engine.history(executionArn, { maxResults: 1000, reverse: false });
    expect(items.map(({ id }) => id)).toEqual(items.map((_, index) => index + 1));
    expect(items.slice(0, EXPECTED.length).map(({ type }) => type)).toEqual(EXPECTED);
    const entered = items.filter(({ type }) => type.endsWith('StateEntered'));
    expect(entered).toHaveLength(7);
    // Each attempt was answered; at most those of the lost turn twice.
    expect([...answered.keys()].filter((key) => key.includes(executionArn)).length).toBe(5);
    if (!crashed) return;
  }
  throw new Error('Every run crashed: the loop is too short.');
});

test('two executions whose answers come in any order end as each does alone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 20 }), { minLength: 20, maxLength: 40 }), async (order) => {
      const run = await createTestEngine();
      const arns: string[] = [];
      for (const name of ['a', 'b'])
        arns.push((await run.engine.start({ revision: BUSY, name, input: '{}' })).executionArn);
      const steps = [...order];
      for (let round = 0; round < 200; round++) {
        const choice = steps.shift() ?? 0;
        const [open] = run.tasks.open.splice(choice % Math.max(run.tasks.open.length, 1), 1);
        if (open) {
          if (open.call.key === '0.1') open.fail('Busy');
          else open.succeed(1);
          if (choice % 2) await run.settle();
          if (open.call.taskToken) await run.engine.taskSucceeded(open.call.taskToken, '1');
        } else await run.skip(1);
        if (arns.every((arn) => run.engine.describe(arn).status !== 'RUNNING')) break;
      }
      const histories = arns.map((arn) => run.engine.history(arn, { maxResults: 1000, reverse: false }).items);
      for (const [index, items] of histories.entries()) {
        expect(run.engine.describe(arns[index]!)).toMatchObject({ status: 'SUCCEEDED', output: '1' });
        expect(items.map(({ id }) => id)).toEqual(items.map((_, position) => position + 1));
      }
      const types = histories.map((items) => items.map(({ type }) => type).sort());
      expect(types[0]).toEqual(types[1]);
    }),
    { numRuns: 40 },
  );
});
