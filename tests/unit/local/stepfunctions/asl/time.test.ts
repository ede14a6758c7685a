import { describe, expect, test } from '@jest/globals';
import { FUNCTION, oneTask, Player } from './player.ts';

const CALLBACK = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
const ACTIVITY = 'arn:aws:states:us-east-1:123456789012:activity:pick';

const waiting = (fields: object, input = {}) =>
  new Player({ StartAt: 'Wait', States: { Wait: { Type: 'Wait', ...fields, End: true } } }, { input }).start();

describe('Wait', () => {
  test('it ends when its time has come, and not before', () => {
    const player = waiting({ Seconds: 60 });
    const [timer] = player.timers;
    if (!timer) throw new Error('No timer is set');
    player.at += 59_999;
    expect(player.send({ type: 'timer', key: timer.key, timer: 'wait' })).toBe(false);
    player.at += 1;
    expect(player.send({ type: 'timer', key: timer.key, timer: 'wait' })).toBe(true);
    expect(player.execution.status).toBe('SUCCEEDED');
  });

  test('a time that is over already is not waited for', () => {
    expect(waiting({ Timestamp: '2025-12-31T23:59:59Z' }).execution.status).toBe('SUCCEEDED');
    expect(waiting({ Seconds: 0 }).execution.status).toBe('SUCCEEDED');
  });

  test('until a timestamp, with any offset', () => {
    expect(waiting({ TimestampPath: '$.at' }, { at: '2026-01-01T02:00:30.5+02:00' }).skip().seconds).toBe(30);
  });

  test.each([
    [{ SecondsPath: '$.s' }, { s: 'soon' }, 'The SecondsPath parameter cannot be parsed as a long value: $.s == soon'],
    [
      { SecondsPath: '$.s' },
      { s: 1e300 },
      'The SecondsPath parameter references a value above 99999999: $.s == 1e+300',
    ],
    [{ SecondsPath: '$.s' }, {}, 'The SecondsPath parameter does not reference an input value: $.s'],
    [
      { TimestampPath: '$.s' },
      { s: '2026-02-30T00:00:00Z' },
      'The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.s == 2026-02-30T00:00:00Z',
    ],
  ])('%j with %j fails', (fields, input, cause) => {
    expect(waiting(fields, input).execution).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: `An error occurred while executing the state 'Wait' (entered at the event id #2). ${cause}`,
    });
  });
});

describe('Wait in JSONata', () => {
  const computed = (fields: object, input: object = {}) =>
    new Player(
      { QueryLanguage: 'JSONata', StartAt: 'Wait', States: { Wait: { Type: 'Wait', ...fields, End: true } } },
      { input: input as never },
    ).start();

  test('times are computed', () => {
    expect(computed({ Seconds: '{% $states.input.s * 2 %}' }, { s: 4 }).skip().seconds).toBe(8);
    expect(computed({ Timestamp: "{% '2026-01-01T00:01:00Z' %}" }).skip().seconds).toBe(60);
  });

  test.each([
    ['{% 1.5 %}', /returned an unexpected result type\. Expected 'integer', but was 'number' for value: 1\.5$/],
    ['{% -1 %}', /must be between 0 and 99999999, but was: -1$/],
    ["{% 'x' %}", /Expected 'integer', but was 'string' for value: "x"$/],
  ])('Seconds %s fails', (Seconds, cause) => {
    const { execution } = computed({ Seconds });
    expect(execution).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(execution.cause).toMatch(cause);
  });

  test('a timestamp that is none is found after the state was entered', () => {
    const player = computed({ Timestamp: "{% 'noon' %}" });
    expect(player.trace.slice(1)).toEqual(['2<0 WaitStateEntered', '3<2 EvaluationFailed', '4<3 ExecutionFailed']);
    expect(computed({ Timestamp: '{% 12 %}' }).execution.cause).toMatch(/Expected 'string', but was 'number'/);
  });
});

describe('a task', () => {
  test('that takes too long is cancelled and times out, without a cause', () => {
    const player = new Player(oneTask({ TimeoutSeconds: 30 })).start();
    const { key } = player.call;
    expect(player.details('LambdaFunctionScheduled')).toMatchObject({ timeoutInSeconds: 30 });
    expect(player.skip()).toEqual({ seconds: 30, timer: 'timeout' });
    expect(player.cancelled).toEqual([key]);
    expect(player.execution).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(player.execution.cause).toBeUndefined();
    expect(player.details('LambdaFunctionTimedOut')).toEqual({ error: 'States.Timeout' });
    expect(player.send({ type: 'succeeded', key, output: {} })).toBe(false);
  });

  test('that answers in time has its timers cleared', () => {
    const player = new Player(oneTask({ TimeoutSeconds: 30, HeartbeatSeconds: 10 })).start().succeed({});
    expect(player.timers).toEqual([]);
    expect(player.execution.status).toBe('SUCCEEDED');
  });

  test('whose heartbeats stop times out, and States.HeartbeatTimeout names that as well', () => {
    const player = new Player(
      oneTask({
        Resource: CALLBACK,
        Parameters: { QueueUrl: 'u', 'MessageBody.$': '$$.Task.Token' },
        TimeoutSeconds: 600,
        HeartbeatSeconds: 10,
        Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Done' }],
      }),
    ).start();
    const { key, taskToken } = player.call;
    expect(player.call.parameters).toEqual({ QueueUrl: 'u', MessageBody: taskToken });
    player.send({ type: 'submitted', key, output: { MessageId: 'm' } });
    for (let beat = 0; beat < 3; beat++) {
      player.at += 9000;
      expect(player.send({ type: 'heartbeat', key })).toBe(true);
    }
    expect(player.skip()).toEqual({ seconds: 10, timer: 'heartbeat' });
    expect(player.output).toEqual({ Error: 'States.Timeout', Cause: '' });
    expect(player.types).toContain('TaskTimedOut');
  });

  test('times are read at a path, or computed', () => {
    const atPath = new Player(oneTask({ TimeoutSecondsPath: '$.t' }), { input: { t: 7 } }).start();
    expect(atPath.skip().seconds).toBe(7);
    const computed = new Player(
      { QueryLanguage: 'JSONata', ...oneTask({ TimeoutSeconds: '{% $states.input.t * 2 %}' }) },
      { input: { t: 7 } },
    ).start();
    expect(computed.skip().seconds).toBe(14);
    const missing = new Player(oneTask({ TimeoutSecondsPath: '$.t' })).start();
    expect(missing.execution.cause).toMatch(/Invalid path '\$\.t' : No results for path: \$\['t'\]$/);
    expect(missing.types).not.toContain('LambdaFunctionScheduled');
  });
});

describe('a callback', () => {
  const callback = () =>
    new Player(
      oneTask({ Resource: CALLBACK, Parameters: { QueueUrl: 'u', 'MessageBody.$': '$$.Task.Token' } }),
    ).start();

  test('that comes before the call was answered waits for that answer', () => {
    const player = callback();
    const { key } = player.call;
    player.send({ type: 'succeeded', key, output: 'early' });
    expect(player.send({ type: 'failed', key, error: 'Second thoughts' })).toBe(false);
    expect(player.execution.status).toBe('RUNNING');
    player.send({ type: 'submitted', key, output: { MessageId: 'm' } });
    expect(player.types.slice(3)).toEqual([
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
    expect(player.output).toBe('early');
  });

  test('tokens differ, are no secret of the execution, and fit into 2,048 characters', () => {
    const [one, other] = [callback().call.taskToken, callback()];
    other.send({ type: 'failed', key: other.call.key, error: 'SQS.Down', cause: '', failure: 'submit' });
    expect(other.types).toContain('TaskSubmitFailed');
    expect(one).toMatch(/^[\w-]{86}$/);
  });
});

describe('an activity', () => {
  const activity = () => new Player(oneTask({ Resource: ACTIVITY, TimeoutSeconds: 60, HeartbeatSeconds: 10 })).start();

  test('is scheduled when its task lies ready, and its time runs from when a worker has it', () => {
    const player = activity();
    const { key, taskToken } = player.call;
    expect(taskToken).toBeDefined();
    expect(player.timers).toEqual([]);
    player.send({ type: 'submitted', key, output: null });
    expect(player.details('ActivityScheduled')).toMatchObject({
      resource: ACTIVITY,
      timeoutInSeconds: 60,
      heartbeatInSeconds: 10,
    });
    player.at += 1_000_000;
    player.send({ type: 'activityStarted', key, workerName: 'ann' });
    expect(player.send({ type: 'activityStarted', key, workerName: 'bob' })).toBe(false);
    expect(player.details('ActivityStarted')).toEqual({ workerName: 'ann' });
    expect(player.skip()).toEqual({ seconds: 10, timer: 'heartbeat' });
    expect(player.types.slice(-2)).toEqual(['ActivityTimedOut', 'ExecutionFailed']);
  });

  test('that does not exist is an error of the state', () => {
    const player = activity();
    const cause = `The activity ${ACTIVITY} does not exist.`;
    player.send({ type: 'failed', key: player.call.key, error: 'States.Runtime', cause, failure: 'runtime' });
    expect(player.execution).toMatchObject({
      error: 'States.Runtime',
      cause: `An error occurred while executing the state 'Work' (entered at the event id #2). ${cause}`,
    });
    expect(player.types).toEqual(['ExecutionStarted', 'TaskStateEntered', 'ExecutionFailed']);
  });
});

describe('an execution', () => {
  const slow = (fields: object, type: 'STANDARD' | 'EXPRESS' = 'STANDARD') =>
    new Player(
      { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 1000, End: true } }, ...fields },
      { type },
    ).start();

  test('times out as a whole', () => {
    const player = slow({ TimeoutSeconds: 100 });
    expect(player.skip()).toEqual({ seconds: 100, timer: 'execution' });
    expect(player.execution).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
    expect(player.types.at(-1)).toBe('ExecutionTimedOut');
    expect(player.timers).toEqual([]);
  });

  test('has five minutes if it is EXPRESS, whatever it asks for', () => {
    expect(slow({}, 'EXPRESS').skip()).toEqual({ seconds: 300, timer: 'execution' });
    expect(slow({ TimeoutSeconds: 4000 }, 'EXPRESS').skip().seconds).toBe(300);
    expect(slow({ TimeoutSeconds: 4 }, 'EXPRESS').skip().seconds).toBe(4);
  });

  test('that is stopped cancels what goes on and says who did it', () => {
    const player = new Player({ TimeoutSeconds: 9, ...oneTask({ Resource: FUNCTION, TimeoutSeconds: 5 }) }).start();
    const { key } = player.call;
    player.send({ type: 'stop', error: 'Recalled', cause: 'by the customer' });
    expect(player.execution).toMatchObject({ status: 'ABORTED', error: 'Recalled', cause: 'by the customer' });
    expect(player.trace.at(-1)).toBe('5<0 ExecutionAborted');
    expect(player.details('ExecutionAborted')).toEqual({ error: 'Recalled', cause: 'by the customer' });
    expect(player.cancelled).toEqual([key]);
    expect(player.timers).toEqual([]);
    expect(player.send({ type: 'stop' })).toBe(false);
  });
});
