import { describe, expect, test } from '@jest/globals';
import { activityArn, createTestEngine, historyOf, revisionOf, START } from './harness.ts';

const CALLBACK = revisionOf({
  Ask: {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Parameters: { FunctionName: 'ask', Payload: { 'token.$': '$$.Task.Token' } },
    TimeoutSeconds: 3600,
    HeartbeatSeconds: 600,
    End: true,
  },
});

const ARN = activityArn('pick');
const ACTIVITY = revisionOf({
  Pick: { Type: 'Task', Resource: ARN, TimeoutSeconds: 100, HeartbeatSeconds: 30, End: true },
});

const unknown = 'x'.repeat(86);
const timedOut = { code: 'TaskTimedOut', message: "Task Timed Out: 'Provided task does not exist anymore'" };

async function asked() {
  const test = await createTestEngine();
  const { executionArn } = await test.engine.start({ revision: CALLBACK, input: '{}' });
  const call = test.tasks.next();
  return { ...test, executionArn, call, token: call.call.taskToken! };
}

describe('a callback', () => {
  test('with a text that is no token is refused as such', async () => {
    const { engine } = await createTestEngine();
    const refusal = { code: 'InvalidToken', message: "Invalid Token: 'Invalid token'" };
    await expect(engine.taskSucceeded('nonsense', '{}')).rejects.toMatchObject(refusal);
    await expect(engine.taskFailed('nonsense', {})).rejects.toMatchObject(refusal);
    await expect(engine.taskHeartbeat('nonsense')).rejects.toMatchObject(refusal);
  });

  test('with the token of a task that is over comes too late', async () => {
    const { engine, call, token, settle, skip } = await asked();
    await expect(engine.taskSucceeded(unknown, '{}')).rejects.toMatchObject(timedOut);
    call.succeed({});
    await settle();
    await skip(600);
    await expect(engine.taskSucceeded(token, '{}')).rejects.toMatchObject(timedOut);
    await expect(engine.taskHeartbeat(token)).rejects.toMatchObject(timedOut);
  });

  test('of two at the same time one is taken', async () => {
    const { engine, call, token, settle, executionArn } = await asked();
    call.succeed({});
    await settle();
    const results = await Promise.allSettled([
      engine.taskSucceeded(token, '1'),
      engine.taskFailed(token, { error: 'E' }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(results[1]).toMatchObject({ reason: timedOut });
    expect(engine.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '1' });
  });

  test('is acknowledged when it is recorded', async () => {
    const { engine, call, token, settle, executionArn } = await asked();
    call.succeed({});
    await settle();
    await engine.taskFailed(token, { error: 'Rejected', cause: 'too dear' });
    expect(engine.describe(executionArn)).toMatchObject({ status: 'FAILED', error: 'Rejected', cause: 'too dear' });
  });

  test('that comes before the call it belongs to was answered counts once that is', async () => {
    const { engine, call, token, settle, executionArn } = await asked();
    await engine.taskSucceeded(token, '"early"');
    expect(engine.describe(executionArn).status).toBe('RUNNING');
    await expect(engine.taskSucceeded(token, '"second"')).rejects.toMatchObject(timedOut);
    await expect(engine.taskFailed(token, {})).rejects.toMatchObject(timedOut);
    call.succeed({});
    await settle();
    expect(engine.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"early"' });
    expect(historyOf({ engine }, executionArn).slice(-4)).toEqual([
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('heartbeats keep a task alive until it times out', async () => {
    const { engine, call, token, settle, skip, executionArn } = await asked();
    call.succeed({});
    await settle();
    for (let minutes = 9; minutes < 60; minutes += 9) {
      await skip(9 * 60);
      await engine.taskHeartbeat(token);
    }
    expect(engine.describe(executionArn).status).toBe('RUNNING');
    await skip(60 * 60 - 6 * 9 * 60);
    expect(engine.describe(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  test('a call that fails leaves no token behind', async () => {
    const { engine, call, token, settle, executionArn } = await asked();
    call.fail('Lambda.Unknown', 'no');
    await settle();
    expect(engine.describe(executionArn)).toMatchObject({ status: 'FAILED' });
    await expect(engine.taskSucceeded(token, '{}')).rejects.toMatchObject(timedOut);
  });
});

describe('a job that has the token of its task', () => {
  const JOB = revisionOf({
    Run: {
      Type: 'Task',
      Resource: 'arn:aws:states:::batch:submitJob.sync',
      Parameters: {
        JobName: 'j',
        JobQueue: 'q',
        JobDefinition: 'd',
        'Tags.$': 'States.StringToJson(States.Format(\'\\{"token":"{}"\\}\', $$.Task.Token))',
      },
      Next: 'After',
    },
    After: { Type: 'Wait', Seconds: 60, End: true },
  });

  async function submitted() {
    const test = await createTestEngine();
    const { executionArn } = await test.engine.start({ revision: JOB, input: '{}' });
    const call = test.tasks.next('submitJob');
    const token = call.call.taskToken!;
    expect(call.call.parameters).toMatchObject({ Tags: { token } });
    return { ...test, executionArn, call, token };
  }

  test('may end the task before it is over, and goes on by itself', async () => {
    const { engine, tasks, call, token, settle, skip, executionArn } = await submitted();
    call.succeed({ JobId: 'job' });
    await settle();
    const job = tasks.next('submitJob');
    await engine.taskSucceeded(token, '"enough"');
    expect(historyOf({ engine }, executionArn).slice(-2)).toEqual(['TaskStateExited', 'WaitStateEntered']);
    job.succeed({ Status: 'SUCCEEDED' });
    await settle();
    await skip(60);
    expect(engine.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '"enough"' });
    expect(tasks.cancelled).toEqual([]);
    await expect(engine.taskSucceeded(token, '{}')).rejects.toMatchObject(timedOut);
  });

  test('may do so even before its submission was answered', async () => {
    const { engine, call, token, settle, executionArn } = await submitted();
    await engine.taskSucceeded(token, '"early"');
    call.succeed({ JobId: 'job' });
    await settle();
    expect(historyOf({ engine }, executionArn)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'WaitStateEntered',
    ]);
  });

  test('need not: its end ends the task, and the token', async () => {
    const { engine, tasks, call, token, settle, executionArn } = await submitted();
    call.succeed({ JobId: 'job' });
    await settle();
    tasks.next('submitJob').succeed({ Status: 'SUCCEEDED' });
    await settle();
    expect(historyOf({ engine }, executionArn).slice(-1)).toEqual(['WaitStateEntered']);
    await expect(engine.taskSucceeded(token, '{}')).rejects.toMatchObject(timedOut);
  });
});

describe('an activity', () => {
  test('that does not exist fails the execution', async () => {
    const { engine, settle } = await createTestEngine({ activityExists: () => false });
    const { executionArn } = await engine.start({ revision: ACTIVITY, input: '{}' });
    await settle();
    expect(engine.describe(executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringContaining(`The activity ${ARN} does not exist.`),
    });
    expect(historyOf({ engine }, executionArn)).toEqual(['ExecutionStarted', 'TaskStateEntered', 'ExecutionFailed']);
  });

  test('a poll without a task ends after 60 seconds with nothing', async () => {
    const { engine, skip } = await createTestEngine();
    let answered = false;
    const poll = engine.activityTask(ARN, 'worker').finally(() => {
      answered = true;
    });
    await skip(59);
    expect(answered).toBe(false);
    await skip(1);
    await expect(poll).resolves.toBeUndefined();
  });

  test('a worker that hung up gets no task; the next one does', async () => {
    const { engine, settle } = await createTestEngine();
    const controller = new AbortController();
    const gone = engine.activityTask(ARN, 'gone', controller.signal);
    const waits = engine.activityTask(ARN, 'waits');
    controller.abort();
    await settle();
    await engine.start({ revision: ACTIVITY, input: '{"n":1}' });
    await expect(gone).resolves.toBeUndefined();
    await expect(waits).resolves.toMatchObject({ input: '{"n":1}' });
  });

  test('tasks are given out in order, each to one worker', async () => {
    const { engine } = await createTestEngine();
    const first = engine.activityTask(ARN, 'first');
    for (const n of [1, 2, 3]) await engine.start({ revision: ACTIVITY, input: `{"n":${n}}` });
    const tasks = await Promise.all([first, engine.activityTask(ARN, 'second'), engine.activityTask(ARN, 'third')]);
    expect(tasks.map((task) => task?.input)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
    expect(new Set(tasks.map((task) => task?.taskToken)).size).toBe(3);
  });

  test('a worker succeeds, with heartbeats', async () => {
    const { engine, skip, settle } = await createTestEngine();
    const { executionArn } = await engine.start({ revision: ACTIVITY, input: '{"n":1}' });
    await settle();
    const { taskToken } = (await engine.activityTask(ARN, 'worker'))!;
    for (let beats = 0; beats < 3; beats++) {
      await skip(25);
      await engine.taskHeartbeat(taskToken);
    }
    await engine.taskSucceeded(taskToken, '"picked"');
    expect(engine.describe(executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      output: '"picked"',
      stoppedAt: START + 75_000,
    });
    const { items } = engine.history(executionArn, { maxResults: 100, reverse: false });
    expect(items.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'ActivityScheduled',
      'ActivityStarted',
      'ActivitySucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(items[3]).toMatchObject({ activityStartedEventDetails: { workerName: 'worker' } });
  });

  test('a worker that falls silent is noticed by the heartbeat', async () => {
    const { engine, skip, settle } = await createTestEngine();
    const { executionArn } = await engine.start({ revision: ACTIVITY, input: '{}' });
    await settle();
    const { taskToken } = (await engine.activityTask(ARN, 'worker'))!;
    await skip(30);
    expect(engine.describe(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    await expect(engine.taskHeartbeat(taskToken)).rejects.toMatchObject(timedOut);
  });

  test('a task of an execution that was stopped is given to nobody', async () => {
    const { engine, settle, skip } = await createTestEngine();
    const { executionArn } = await engine.start({ revision: ACTIVITY, input: '{}' });
    await settle();
    await engine.stop(executionArn, {});
    const poll = engine.activityTask(ARN, 'worker');
    await skip(60);
    await expect(poll).resolves.toBeUndefined();
  });
});
