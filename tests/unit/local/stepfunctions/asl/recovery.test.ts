import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { oneTask, Player } from './player.ts';

const retrying = (retrier: object, more: object = {}) =>
  new Player(oneTask({ Retry: [{ ErrorEquals: ['States.ALL'], ...retrier }], ...more })).start();

const catching = (names: string[], more: object = {}) =>
  new Player(oneTask({ Catch: [{ ErrorEquals: names, Next: 'Done' }], ...more })).start();

describe('Retry', () => {
  test('an error that no Retrier names fails the execution', () => {
    const player = new Player(oneTask({ Retry: [{ ErrorEquals: ['Other'] }] })).start().fail('Boom');
    expect(player.execution).toMatchObject({ status: 'FAILED', error: 'Boom', cause: 'because' });
  });

  test('three attempts more, 1, 2 and 4 seconds later, are the default', () => {
    const player = retrying({});
    const waits = [1, 2, 3].map(() => player.fail('Boom').skip());
    expect(waits).toEqual([1, 2, 4].map((seconds) => ({ seconds, timer: 'retry' })));
    player.fail('Boom');
    expect(player.execution.status).toBe('FAILED');
    expect(player.timers).toEqual([]);
  });

  test('MaxDelaySeconds holds the backoff down', () => {
    const player = retrying({ IntervalSeconds: 3, BackoffRate: 10, MaxAttempts: 3, MaxDelaySeconds: 20 });
    expect([1, 2, 3].map(() => player.fail('Boom').skip().seconds)).toEqual([3, 20, 20]);
  });

  test('MaxAttempts 0 tries nothing again', () => {
    expect(retrying({ MaxAttempts: 0 }).fail('Boom').execution.status).toBe('FAILED');
  });

  test('full jitter waits between nothing and the whole delay, and draws from the seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (interval) => {
        const fields = { IntervalSeconds: interval, JitterStrategy: 'FULL' };
        const [first, second] = [retrying(fields).fail('Boom').skip(), retrying(fields).fail('Boom').skip()];
        expect(first).toEqual(second);
        expect(first.seconds).toBeGreaterThanOrEqual(0);
        expect(first.seconds).toBeLessThanOrEqual(interval);
      }),
      { numRuns: 25 },
    );
  });

  test('each Retrier counts for itself, and the first that names the error decides', () => {
    const player = new Player(
      oneTask({
        Retry: [
          { ErrorEquals: ['A'], IntervalSeconds: 5, MaxAttempts: 1 },
          { ErrorEquals: ['B'], IntervalSeconds: 7, MaxAttempts: 1 },
          { ErrorEquals: ['States.ALL'], IntervalSeconds: 9, MaxAttempts: 9 },
        ],
      }),
    ).start();
    expect(player.fail('A').skip().seconds).toBe(5);
    expect(player.fail('B').skip().seconds).toBe(7);
    expect(player.fail('C').skip().seconds).toBe(9);
    player.fail('A');
    expect(player.execution).toMatchObject({ status: 'FAILED', error: 'A' });
  });

  test('the parameters are evaluated again, with the new RetryCount', () => {
    const player = retrying({}, { Parameters: { 'attempt.$': '$$.State.RetryCount' } });
    expect(player.call.parameters).toEqual({ attempt: 0 });
    player.fail('Boom').skip();
    expect(player.call.parameters).toEqual({ attempt: 1 });
  });

  test('every attempt has a key of its own', () => {
    const player = retrying({});
    const first = player.call.key;
    player.fail('Boom').skip();
    expect(player.call.key).not.toBe(first);
    expect(player.send({ type: 'succeeded', key: first, output: 1 })).toBe(false);
  });

  test('the counts start anew when the state is entered again', () => {
    const player = new Player({
      StartAt: 'Work',
      States: {
        Work: {
          Type: 'Task',
          Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f',
          Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ['Boom'], Next: 'Work' }],
          End: true,
        },
      },
    }).start();
    for (let round = 0; round < 3; round++) {
      expect(player.fail('Boom').skip().seconds).toBe(1);
      player.fail('Boom');
      expect(player.execution.status).toBe('RUNNING');
    }
  });
});

describe('Catch', () => {
  test('States.Runtime is not among States.ALL, States.TaskFailed, or what can be tried again', () => {
    const missing = { Parameters: { 'a.$': '$.missing' } };
    expect(catching(['States.ALL'], missing).execution.error).toBe('States.Runtime');
    expect(catching(['States.TaskFailed'], missing).execution.error).toBe('States.Runtime');
    const retry = { ...missing, Retry: [{ ErrorEquals: ['States.Runtime'] }] };
    expect(catching(['Other'], retry).execution.error).toBe('States.Runtime');
  });

  test('States.TaskFailed is any error but a timeout', () => {
    expect(catching(['States.TaskFailed']).fail('Boom').execution.status).toBe('SUCCEEDED');
    const player = catching(['States.TaskFailed'], { TimeoutSeconds: 5 });
    player.skip();
    expect(player.execution).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  test('no Catch gets an OutputPath that leads nowhere', () => {
    const player = catching(['States.Runtime'], { OutputPath: '$.a.b' }).succeed({});
    expect(player.execution).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'Work' (entered at the event id #2). Invalid path '$.a.b' : Missing property in path $['a']",
    });
  });

  test('the error becomes the output; ResultPath puts it beside the input', () => {
    expect(catching(['States.ALL']).fail('Boom').output).toEqual({ Error: 'Boom', Cause: 'because' });
    const player = new Player(
      oneTask({ Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Done' }] }),
      { input: { order: 1 } },
    );
    expect(player.start().fail('Boom').output).toEqual({ order: 1, error: { Error: 'Boom', Cause: 'because' } });
  });

  test('a timeout has an empty cause, a callback without error has neither', () => {
    const timedOut = catching(['States.Timeout'], { TimeoutSeconds: 5 });
    timedOut.skip();
    expect(timedOut.output).toEqual({ Error: 'States.Timeout', Cause: '' });
    const silent = catching(['States.ALL']);
    silent.send({ type: 'failed', key: silent.call.key });
    expect(silent.output).toEqual({ Error: null, Cause: null });
  });

  test('it comes after all retries', () => {
    const player = catching(['States.ALL'], { Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 1 }] });
    player.fail('Boom').skip();
    expect(player.fail('Boom').types).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionFailed',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionFailed',
      'TaskStateExited',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('in JSONata, Output and Assign see the error and the variables as on entry', () => {
    const player = new Player({
      QueryLanguage: 'JSONata',
      StartAt: 'Count',
      States: {
        Count: { Type: 'Pass', Assign: { n: 1 }, Next: 'Work' },
        Work: {
          Type: 'Task',
          Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f',
          Catch: [
            {
              ErrorEquals: ['Boom'],
              Assign: { n: '{% $n + 1 %}' },
              Output: { error: '{% $states.errorOutput.Error %}', n: '{% $n %}' },
              Next: 'Done',
            },
          ],
          End: true,
        },
        Done: { Type: 'Pass', Output: { caught: '{% $states.input %}', n: '{% $n %}' }, End: true },
      },
    });
    expect(player.start().fail('Boom').output).toEqual({ caught: { error: 'Boom', n: 1 }, n: 2 });
    expect(player.details('TaskStateExited').assignedVariables).toEqual({ n: '2' });
  });

  test('one that cannot make its output fails the execution', () => {
    const player = new Player({
      QueryLanguage: 'JSONata',
      ...oneTask({ Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $nothing %}', Next: 'Done' }] }),
    });
    player.start().fail('Boom');
    expect(player.execution).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect(player.types.slice(-2)).toEqual(['EvaluationFailed', 'ExecutionFailed']);
  });
});
