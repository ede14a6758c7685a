import { describe, expect, test } from '@jest/globals';
import { oneTask, Player } from './player.ts';

const LIMIT = 262_144;
const LOOP = {
  StartAt: 'Again?',
  States: {
    'Again?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.stop', IsPresent: true, Next: 'Stop' }],
      Default: 'Once more',
    },
    'Once more': { Type: 'Pass', Next: 'Again?' },
    Stop: { Type: 'Succeed' },
  },
};

describe('a result', () => {
  test('of more than 262,144 bytes fails the task, as a failure that can be caught', () => {
    const player = new Player(
      oneTask({ Catch: [{ ErrorEquals: ['States.DataLimitExceeded'], Next: 'Done' }] }),
    ).start();
    player.succeed('x'.repeat(LIMIT - 1));
    expect(player.output).toEqual({
      Error: 'States.DataLimitExceeded',
      Cause:
        "The state/task 'arn:aws:lambda:us-east-1:123456789012:function:f' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
    expect(player.types).toContain('LambdaFunctionFailed');
  });

  test('is measured in bytes of UTF-8, and its quotes count', () => {
    expect(new Player(oneTask({})).start().succeed('x'.repeat(LIMIT - 2)).execution.status).toBe('SUCCEEDED');
    expect(new Player(oneTask({})).start().succeed('é'.repeat(LIMIT / 2 - 1)).execution.status).toBe('SUCCEEDED');
    expect(new Player(oneTask({})).start().succeed('é'.repeat(LIMIT / 2)).execution.status).toBe('FAILED');
  });

  test('that a state puts together may not be larger either', () => {
    const player = new Player(oneTask({ ResultPath: '$.result' }), { input: { a: 'x'.repeat(LIMIT / 2) } }).start();
    player.succeed('x'.repeat(LIMIT / 2));
    expect(player.execution).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
      cause: "The state/task 'Work' returned a result with a size exceeding the maximum number of bytes service limit.",
    });
  });
});

describe('variables', () => {
  const loop = {
    StartAt: 'Assign',
    States: {
      Assign: { Type: 'Pass', Assign: { 'a.$': '$.text', 'n.$': '$$.State.EnteredTime' }, Next: 'Pause' },
      Pause: { Type: 'Wait', Seconds: 1, Next: 'Stop?' },
      'Stop?': { Type: 'Choice', Choices: [{ Variable: '$.stop', IsPresent: true, Next: 'Stop' }], Default: 'Assign' },
      Stop: { Type: 'Succeed' },
    },
  };

  test('that one state assigns have 262,144 bytes together', () => {
    const player = new Player(loop, { input: { text: 'x'.repeat(LIMIT - 20) } }).start();
    expect(player.execution).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  test('may be assigned over and over: what is gone does not count', () => {
    const player = new Player(loop, { input: { text: 'x'.repeat(200_000) } }).start();
    for (let round = 0; round < 120; round++) player.skip();
    expect(player.execution.status).toBe('RUNNING');
  });

  test('of all scopes together have 10 MiB', () => {
    const names = Array.from({ length: 60 }, (_, i) => `v${i}`);
    const states = Object.fromEntries(
      names.map((name, i) => {
        const next = names[i + 1];
        const assign = { [`${name}.$`]: '$.text' };
        return [name, { Type: 'Pass', Assign: assign, ...(next ? { Next: next } : { End: true }) }];
      }),
    );
    const player = new Player({ StartAt: 'v0', States: states }, { input: { text: 'x'.repeat(250_000) } }).start();
    expect(player.execution).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(player.types.filter((type) => type === 'PassStateExited')).toHaveLength(41);
  });
});

describe('a history', () => {
  test('of a STANDARD execution ends with event 25,000', () => {
    const player = new Player(LOOP).start();
    while (player.execution.status === 'RUNNING') player.skip();
    expect(player.execution.events).toBe(25_000);
    expect(player.history).toHaveLength(25_000);
    expect(player.history.at(-1)).toMatchObject({ id: 25_000, type: 'ExecutionFailed' });
    expect(player.execution).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    });
  });

  test('may end with ExecutionSucceeded as its event 25,000', () => {
    // 1 + 2 for each of 12,499 Pass states + 1
    const states = Object.fromEntries(
      Array.from({ length: 12_499 }, (_, i) => [
        `P${i}`,
        { Type: 'Pass', ...(i < 12_498 ? { Next: `P${i + 1}` } : { End: true }) },
      ]),
    );
    const player = new Player({ StartAt: 'P0', States: states }).start();
    while (player.execution.status === 'RUNNING') player.skip();
    expect(player.execution).toMatchObject({ status: 'SUCCEEDED', events: 25_000 });
  });
});

describe('an endless loop', () => {
  test('of an EXPRESS execution gives way to its timeout', () => {
    const player = new Player(LOOP, { type: 'EXPRESS' }).start();
    expect(player.skip()).toEqual({ seconds: 0, timer: 'continue' });
    player.at += 300_000;
    player.timers = player.timers.filter(({ timer }) => timer === 'execution');
    player.skip();
    expect(player.execution.status).toBe('TIMED_OUT');
  });

  test('can be stopped', () => {
    const player = new Player(LOOP, { type: 'EXPRESS' }).start();
    player.send({ type: 'stop' });
    expect(player.execution.status).toBe('ABORTED');
    expect(player.timers).toEqual([]);
  });
});
