import { describe, expect, test } from '@jest/globals';
import { FUNCTION, oneTask, Player, withDone } from './player.ts';

const TASK = { Type: 'Task', Resource: FUNCTION, End: true };

describe('a redrive', () => {
  test('of an execution that runs, succeeded or is EXPRESS is refused', () => {
    const running = new Player(oneTask({})).start();
    expect(running.send({ type: 'redrive' })).toBe(false);
    expect(running.succeed({}).send({ type: 'redrive' })).toBe(false);
    const express = new Player(oneTask({}), { type: 'EXPRESS' }).start().fail('Boom');
    expect(express.send({ type: 'redrive' })).toBe(false);
    expect(express.execution.status).toBe('FAILED');
  });

  test.each([false, true])(
    'does the failed state again, with the same input and fresh Retriers (reloaded: %s)',
    (reload) => {
      const definition = {
        StartAt: 'First',
        States: {
          First: { Type: 'Pass', Result: { a: 1 }, Next: 'Work' },
          Work: { ...TASK, Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 1 }] },
        },
      };
      const player = new Player(definition, { reload }).start();
      player.fail('Boom').skip();
      player.fail('Boom');
      expect(player.execution.status).toBe('FAILED');
      player.at += 1000;
      expect(player.send({ type: 'redrive' })).toBe(true);
      expect(player.execution).toMatchObject({ status: 'RUNNING', redriveCount: 1, redrivenAt: player.at });
      expect(player.execution.error).toBeUndefined();
      expect(player.call.parameters).toEqual({ a: 1 });
      player.fail('Boom').skip();
      expect(player.succeed('fine').output).toBe('fine');
      expect(player.details('ExecutionRedriven')).toEqual({ redriveCount: 1 });
      expect(player.types.filter((type) => type === 'TaskStateEntered')).toHaveLength(1);
    },
  );

  test.each([false, true])('does only those branches again that failed or were aborted (reloaded: %s)', (reload) => {
    const branches = ['A', 'B', 'C'].map((name) => ({ StartAt: name, States: { [name]: TASK } }));
    const player = new Player(withDone('All', { Type: 'Parallel', Branches: branches, End: true }), { reload }).start();
    player.succeed('a').fail('Boom');
    expect(player.execution.status).toBe('FAILED');
    player.send({ type: 'redrive' });
    expect(player.calls).toHaveLength(2);
    expect(player.succeed('b').succeed('c').output).toEqual(['a', 'b', 'c']);
  });

  test('goes on with the iterations that were not started yet', () => {
    const each = {
      Type: 'Map',
      MaxConcurrency: 2,
      ItemProcessor: { StartAt: 'S', States: { S: TASK } },
      End: true,
    };
    const player = new Player(withDone('Each', each), { input: [0, 1, 2, 3], reload: true }).start();
    player.succeed('0').fail('Boom');
    player.send({ type: 'redrive' });
    expect(player.calls.map((call) => (call.type === 'call' ? call.parameters : undefined))).toEqual([1, 2]);
    expect(player.succeed('1').succeed('2').succeed('3').output).toEqual(['0', '1', '2', '3']);
  });

  test.each([
    ['Parallel', { Branches: ['A', 'B'].map((name) => ({ StartAt: name, States: { [name]: TASK } })) }],
    ['Map', { ItemProcessor: { StartAt: 'A', States: { A: TASK } } }],
  ])('does a %s state again as a whole that failed because its result was too large', (Type, more) => {
    const player = new Player(withDone('Both', { Type, ...more, End: true }), { input: [1, 2], reload: true }).start();
    const large = 'x'.repeat(150_000);
    player.succeed(large).succeed(large);
    expect(player.execution).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(player.send({ type: 'redrive' })).toBe(true);
    expect(player.succeed('a').succeed('b').output).toEqual(['a', 'b']);
  });

  test('of a stopped or timed-out execution resets its time', () => {
    const player = new Player({ TimeoutSeconds: 100, ...oneTask({}) }).start();
    player.skip();
    expect(player.execution.status).toBe('TIMED_OUT');
    player.send({ type: 'redrive' });
    expect(player.skip()).toEqual({ seconds: 100, timer: 'execution' });
    player.send({ type: 'redrive' });
    expect(player.succeed(1).execution).toMatchObject({ status: 'SUCCEEDED', redriveCount: 2 });
  });
});
