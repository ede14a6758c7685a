import { describe, expect, test } from '@jest/globals';
import { EngineClosedError } from '../../../../../local/stepfunctions/engine/errors.ts';
import type { ExecutionDescription } from '../../../../../local/stepfunctions/engine/ports.ts';
import { createTestEngine, functionArn, historyOf, pass, revisionOf, START, task } from './harness.ts';

const PASS = revisionOf({ Only: pass({ done: true }) });
const TASK = revisionOf({ Work: task('work') });
const WAIT = revisionOf({ Pause: { Type: 'Wait', Seconds: 60, End: true } });

describe('starting', () => {
  test('a name that was used with another input is refused, and so is one whose execution is over', async () => {
    const { engine } = await createTestEngine();
    const { executionArn } = await engine.start({ revision: TASK, name: 'n', input: '{"a":1}' });
    const refusal = { code: 'ExecutionAlreadyExists', message: `Execution Already Exists: '${executionArn}'` };
    await expect(engine.start({ revision: TASK, name: 'n', input: '{"a":2}' })).rejects.toMatchObject(refusal);
    await engine.stop(executionArn, {});
    await expect(engine.start({ revision: TASK, name: 'n', input: '{"a":1}' })).rejects.toMatchObject(refusal);
  });

  test('the same name and input again while it runs gives the same answer, and nothing starts twice', async () => {
    const { engine, tasks, settle, skip } = await createTestEngine();
    const request = { revision: TASK, name: 'n', input: '{"a":1}' };
    const [first, second] = await Promise.all([engine.start(request), engine.start(request)]);
    await skip(10);
    const third = await engine.start(request);
    await settle();
    expect(second).toEqual(first);
    expect(third).toEqual(first);
    expect(tasks.made).toHaveLength(1);
  });

  test('a definition that cannot be parsed is told to the caller, and nothing is recorded', async () => {
    const { engine } = await createTestEngine();
    await expect(engine.start({ revision: revisionOf({ States: 7 }), input: '{}' })).rejects.toThrow();
    expect(engine.list({}, { maxResults: 10 }).items).toEqual([]);
  });

  test('an execution that needs nothing is over when its start is acknowledged', async () => {
    const { engine } = await createTestEngine();
    const { executionArn, startedAt } = await engine.start({ revision: PASS, name: 'quick', input: '{"a":1}' });
    expect(executionArn).toBe('arn:aws:states:eu-west-1:123456789012:execution:machine:quick');
    expect(startedAt).toBe(START);
    expect(engine.describe(executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      input: '{"a":1}',
      output: '{"done":true}',
      stoppedAt: START,
      redriveCount: 0,
    });
    expect(historyOf({ engine }, executionArn)).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('executions without a name get different ones', async () => {
    const { engine } = await createTestEngine();
    const starts = await Promise.all([1, 2, 3].map(() => engine.start({ revision: PASS, input: '{}' })));
    expect(new Set(starts.map(({ executionArn }) => executionArn)).size).toBe(3);
  });
});

describe('what does not exist', () => {
  test('is not described, stopped, redriven or waited for', async () => {
    const { engine } = await createTestEngine();
    const arn = 'arn:aws:states:eu-west-1:123456789012:execution:machine:none';
    const refusal = { code: 'ExecutionDoesNotExist', message: `Execution Does Not Exist: '${arn}'` };
    expect(() => engine.describe(arn)).toThrow(expect.objectContaining(refusal));
    expect(() => engine.history(arn, { maxResults: 1, reverse: false })).toThrow(expect.objectContaining(refusal));
    await expect(engine.stop(arn, {})).rejects.toMatchObject(refusal);
    await expect(engine.redrive(arn)).rejects.toMatchObject(refusal);
    await expect(engine.ended(arn)).rejects.toMatchObject(refusal);
  });

  test('an Express execution is described by nobody', async () => {
    const { engine } = await createTestEngine();
    const { executionArn } = await engine.start({ revision: { ...TASK, type: 'EXPRESS' }, input: '{}' });
    expect(() => engine.describe(executionArn)).toThrow(expect.objectContaining({ code: 'InvalidArn' }));
  });
});

describe('calls', () => {
  test('a call that fails fails the execution', async () => {
    const { engine, tasks, settle } = await createTestEngine();
    const { executionArn } = await engine.start({ revision: TASK, input: '{}' });
    tasks.next().fail('Broken', 'because');
    await settle();
    expect(engine.describe(executionArn)).toMatchObject({ status: 'FAILED', error: 'Broken', cause: 'because' });
    expect(historyOf({ engine }, executionArn)).toContain('LambdaFunctionFailed');
  });

  test('a runner that throws fails the task and says why', async () => {
    const { engine, tasks, settle } = await createTestEngine();
    const { executionArn } = await engine.start({ revision: TASK, input: '{}' });
    tasks.next().explode(new Error('no such thing'));
    await settle();
    expect(engine.describe(executionArn)).toMatchObject({ status: 'FAILED', cause: 'no such thing' });
  });

  test('a late answer to a state that timed out changes nothing', async () => {
    const { engine, tasks, settle, skip } = await createTestEngine();
    const revision = revisionOf({
      Work: task('work', {
        TimeoutSeconds: 5,
        Next: 'Pause',
        Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Pause' }],
      }),
      Pause: { Type: 'Wait', Seconds: 60, End: true },
    });
    const { executionArn } = await engine.start({ revision, input: '{}' });
    const call = tasks.next();
    await skip(5);
    expect(call.context.signal.aborted).toBe(true);
    const before = historyOf({ engine }, executionArn);
    call.succeed('late');
    await settle();
    expect(historyOf({ engine }, executionArn)).toEqual(before);
    await skip(60);
    expect(engine.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('a retry is another call, with another key, after its backoff', async () => {
    const { engine, tasks, skip, settle, clock } = await createTestEngine();
    const retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 10, MaxAttempts: 2, BackoffRate: 2 }];
    const { executionArn } = await engine.start({
      revision: revisionOf({ Work: task('work', { Retry: retry, End: true }) }),
      input: '{}',
    });
    tasks.next().fail('Busy');
    await settle();
    expect(clock.nextTimer()).toBe(START + 10_000);
    await skip(9.999);
    expect(tasks.open).toHaveLength(0);
    await skip(0.001);
    tasks.next().fail('Busy');
    await skip(20);
    tasks.next().succeed(7);
    await settle();
    expect(engine.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '7' });
    expect(new Set(tasks.made).size).toBe(3);
  });

  test("a job is submitted, followed, and its outcome is the task's", async () => {
    const { engine, tasks, settle } = await createTestEngine();
    const revision = revisionOf({
      Job: { Type: 'Task', Resource: 'arn:aws:states:::batch:submitJob.sync', Parameters: {}, End: true },
    });
    const { executionArn } = await engine.start({ revision, input: '{}' });
    tasks.next().succeed({ JobId: 'j' });
    await settle();
    const completion = tasks.next();
    expect(completion).toMatchObject({ kind: 'completion', submitted: { JobId: 'j' } });
    expect(historyOf({ engine }, executionArn).at(-1)).toBe('TaskSubmitted');
    completion.succeed({ Status: 'SUCCEEDED' });
    await settle();
    expect(engine.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"Status":"SUCCEEDED"}' });
  });

  test('a job is cancelled when the execution is stopped: submitted, or accepted only afterwards', async () => {
    const { engine, tasks, settle } = await createTestEngine();
    const revision = revisionOf({
      Job: { Type: 'Task', Resource: 'arn:aws:states:::batch:submitJob.sync', Parameters: {}, End: true },
    });
    const running = await engine.start({ revision, input: '{}' });
    tasks.next().succeed({ JobId: 'running' });
    await settle();
    const starting = await engine.start({ revision, input: '{}' });
    const call = tasks.next('submitJob');
    const late = tasks.open.length === 1 ? call : call;
    await engine.stop(running.executionArn, { error: 'E', cause: 'C' });
    await engine.stop(starting.executionArn, {});
    for (const open of [late, ...tasks.open]) open.succeed({ JobId: 'late' });
    await settle();
    expect(tasks.cancelled.map(({ submitted }) => submitted)).toEqual(
      expect.arrayContaining([{ JobId: 'running' }, { JobId: 'late' }]),
    );
    expect(tasks.cancelled).toHaveLength(2);
    expect(engine.describe(running.executionArn)).toMatchObject({ status: 'ABORTED', error: 'E', cause: 'C' });
  });

  test('calls are made for the execution and its revision', async () => {
    const { engine, tasks } = await createTestEngine();
    const { executionArn } = await engine.start({ revision: TASK, input: '{"a":1}' });
    const { call, context } = tasks.next();
    expect(call).toMatchObject({ resource: { type: 'function', arn: functionArn('work') }, parameters: { a: 1 } });
    expect(context).toMatchObject({ executionArn, revision: TASK, account: '123456789012', region: 'eu-west-1' });
  });
});

describe('waiting', () => {
  test('most of a year is one timer', async () => {
    const { engine, clock, skip } = await createTestEngine();
    const year = 364 * 24 * 3600;
    const { executionArn } = await engine.start({
      revision: revisionOf({ Pause: { Type: 'Wait', Seconds: year, End: true } }),
      input: '{}',
    });
    expect(clock.nextTimer()).toBe(START + year * 1000);
    await skip(year - 1);
    expect(engine.describe(executionArn).status).toBe('RUNNING');
    await skip(1);
    expect(engine.describe(executionArn).status).toBe('SUCCEEDED');
    expect(clock.nextTimer()).toBeUndefined();
  });

  test('an execution may take a year, and no longer', async () => {
    const { engine, tasks, skip, clock } = await createTestEngine();
    const first = await engine.start({ revision: TASK, input: '{}' });
    await skip(3600);
    const second = await engine.start({ revision: TASK, input: '{}' });
    const call = tasks.next();
    expect(clock.nextTimer()).toBeUndefined();
    await skip(365 * 24 * 3600 - 3600);
    const end = START + 365 * 24 * 3600_000;
    expect(engine.describe(first.executionArn)).toMatchObject({
      status: 'TIMED_OUT',
      error: 'States.Timeout',
      stoppedAt: end,
    });
    expect(call.context.signal.aborted).toBe(true);
    expect(engine.describe(second.executionArn).status).toBe('RUNNING');
    await skip(3600);
    expect(engine.describe(second.executionArn).status).toBe('TIMED_OUT');
  });

  test('many executions due at the same time all go on', async () => {
    const { engine, skip } = await createTestEngine();
    await Promise.all(Array.from({ length: 2500 }, () => engine.start({ revision: WAIT, input: '{}' })));
    await skip(60);
    const { items } = engine.list({ status: 'SUCCEEDED' }, { maxResults: 3000 });
    expect(items).toHaveLength(2500);
  });

  test('stopping clears the timer', async () => {
    const { engine, clock } = await createTestEngine();
    const { executionArn } = await engine.start({ revision: WAIT, input: '{}' });
    await expect(engine.stop(executionArn, {})).resolves.toEqual({ stoppedAt: START });
    expect(clock.nextTimer()).toBeUndefined();
    await expect(engine.stop(executionArn, {})).resolves.toEqual({ stoppedAt: START });
    expect(historyOf({ engine }, executionArn).filter((type) => type === 'ExecutionAborted')).toHaveLength(1);
  });
});

describe('the end of an execution', () => {
  test('is told to who waits for it, before and after', async () => {
    const { engine, skip } = await createTestEngine();
    const { executionArn } = await engine.start({ revision: WAIT, input: '{}' });
    const before = engine.ended(executionArn);
    await skip(60);
    await expect(before).resolves.toMatchObject({ status: 'SUCCEEDED' });
    await expect(engine.ended(executionArn)).resolves.toMatchObject({ status: 'SUCCEEDED' });
  });

  test('who gives up waiting is told so', async () => {
    const { engine } = await createTestEngine();
    const { executionArn } = await engine.start({ revision: WAIT, input: '{}' });
    const controller = new AbortController();
    const waiting = engine.ended(executionArn, controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });

  test('changes of status are told once each, when they are durable', async () => {
    const changes: [string, string][] = [];
    const onStatusChange = ({ name, status }: ExecutionDescription) => changes.push([name, status]);
    const { engine, tasks, settle } = await createTestEngine({ onStatusChange });
    await engine.start({ revision: TASK, name: 'slow', input: '{}' });
    await engine.start({ revision: PASS, name: 'quick', input: '{}' });
    tasks.next().fail('E');
    await settle();
    expect(changes).toEqual([
      ['slow', 'RUNNING'],
      ['quick', 'RUNNING'],
      ['quick', 'SUCCEEDED'],
      ['slow', 'FAILED'],
    ]);
  });
});

describe('listing', () => {
  test('pages hold what they are asked for, and tokens fit only their listing', async () => {
    const { engine } = await createTestEngine();
    for (const name of ['a', 'b', 'c', 'd', 'e']) await engine.start({ revision: PASS, name, input: '{}' });
    const first = engine.list({}, { maxResults: 2 });
    await engine.start({ revision: PASS, name: 'f', input: '{}' });
    const second = engine.list({}, { maxResults: 2, nextToken: first.nextToken! });
    const third = engine.list({}, { maxResults: 2, nextToken: second.nextToken! });
    expect([first, second, third].map(({ items }) => items.map(({ name }) => name).join(''))).toEqual([
      'ed',
      'cb',
      'a',
    ]);
    expect(third.nextToken).toBeUndefined();
    const refusal = expect.objectContaining({ code: 'InvalidToken' });
    expect(() => engine.list({ status: 'FAILED' }, { maxResults: 2, nextToken: first.nextToken! })).toThrow(refusal);
    expect(() => engine.list({}, { maxResults: 2, nextToken: 'nonsense' })).toThrow(refusal);
  });

  test('history is paged in both directions', async () => {
    const { engine } = await createTestEngine();
    const { executionArn } = await engine.start({ revision: PASS, input: '{}' });
    const pages = (reverse: boolean): number[][] => {
      const all: number[][] = [];
      let nextToken: string | undefined;
      do {
        const page = engine.history(executionArn, { maxResults: 3, reverse, ...(nextToken && { nextToken }) });
        all.push(page.items.map(({ id }) => id));
        nextToken = page.nextToken;
      } while (nextToken);
      return all;
    };
    expect(pages(false)).toEqual([[1, 2, 3], [4]]);
    expect(pages(true)).toEqual([[4, 3, 2], [1]]);
  });
});

test('a closed engine refuses work and tells those who wait', async () => {
  const { engine } = await createTestEngine();
  const { executionArn } = await engine.start({ revision: WAIT, input: '{}' });
  const waiting = engine.ended(executionArn);
  await engine.close();
  await expect(waiting).rejects.toThrow(EngineClosedError);
  await expect(engine.start({ revision: WAIT, input: '{}' })).rejects.toThrow(EngineClosedError);
  await expect(engine.taskSucceeded('x', '{}')).rejects.toThrow(EngineClosedError);
});
