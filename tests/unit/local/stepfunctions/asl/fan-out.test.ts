import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../../../../local/stepfunctions/asl/json.ts';
import { FUNCTION, Player, withDone } from './player.ts';

const TASK = { Type: 'Task', Resource: FUNCTION, End: true };

const parallel = (branches: object[], fields: object = {}) =>
  new Player(
    withDone('Both', {
      Type: 'Parallel',
      Branches: branches.map((state, i) => ({ StartAt: `S${i}`, States: { [`S${i}`]: state } })),
      End: true,
      ...fields,
    }),
  ).start();

const map = (state: object, fields: object = {}, input: Json = { items: ['a', 'b', 'c'] }) => {
  const processor = { StartAt: 'S', States: { S: state } };
  const each = { Type: 'Map', ItemsPath: '$.items', ItemProcessor: processor, End: true, ...fields };
  return new Player(withDone('Each', each), { input }).start();
};

describe('a Parallel state', () => {
  test('fails with the first branch that fails, and aborts the others', () => {
    const player = parallel([TASK, TASK, { Type: 'Wait', Seconds: 9, End: true }]);
    const [, second] = player.calls;
    player.fail('Boom');
    expect(player.execution).toMatchObject({ status: 'FAILED', error: 'Boom', cause: 'because' });
    expect(player.cancelled).toEqual([second?.key]);
    expect(player.timers).toEqual([]);
    expect(player.trace.slice(10)).toEqual([
      '11<6 LambdaFunctionFailed',
      '12<11 TaskStateAborted',
      '13<9 TaskStateAborted',
      '14<10 WaitStateAborted',
      '15<11 ParallelStateFailed',
      '16<15 ExecutionFailed',
    ]);
  });

  test('ignores what aborted branches still answer', () => {
    const player = parallel([TASK, TASK], { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }] });
    const key = player.calls[1]?.key ?? '';
    player.fail('Boom');
    expect(player.execution.status).toBe('SUCCEEDED');
    expect(player.send({ type: 'succeeded', key, output: 1 })).toBe(false);
  });

  test('goes on through its Catcher when the failure came from a Map inside a branch', () => {
    const each = {
      Type: 'Map',
      ItemProcessor: { StartAt: 'S', States: { S: TASK } },
      End: true,
    };
    const fields = { Parameters: [1, 2], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }] };
    const player = parallel([each, TASK], fields);
    player.fail('Boom');
    expect(player.execution.status).toBe('SUCCEEDED');
    expect(player.timers).toEqual([]);
  });

  test('gives the results in the order of the branches, however they come', () => {
    const player = parallel([TASK, TASK, { Type: 'Pass', Result: 3, End: true }]);
    const [first, second] = player.calls.map(({ key }) => key);
    player.send({ type: 'succeeded', key: second ?? '', output: 2 });
    player.send({ type: 'succeeded', key: first ?? '', output: 1 });
    expect(player.output).toEqual([1, 2, 3]);
    expect(player.trace.slice(-3)).toEqual([
      '16<15 ParallelStateSucceeded',
      '17<15 ParallelStateExited',
      '18<17 ExecutionSucceeded',
    ]);
  });

  test('starts all branches again in a retry', () => {
    const player = parallel([TASK, TASK], { Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 1 }] });
    player.fail('Boom');
    expect(player.types).not.toContain('ParallelStateFailed');
    player.skip();
    expect(player.types.filter((type) => type === 'ParallelStateStarted')).toHaveLength(2);
    expect(player.succeed(1).succeed(2).output).toEqual([1, 2]);
  });

  test('keeps what its branches assign to themselves', () => {
    const player = new Player({
      QueryLanguage: 'JSONata',
      StartAt: 'Outer',
      States: {
        Outer: { Type: 'Pass', Assign: { outer: 'o' }, Next: 'Both' },
        Both: {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'A',
              States: {
                A: { Type: 'Pass', Assign: { mine: '{% $outer & "a" %}' }, Next: 'B' },
                B: { Type: 'Pass', Output: '{% $mine %}', End: true },
              },
            },
          ],
          Next: 'After',
        },
        After: { Type: 'Pass', Output: { result: '{% $states.input %}', leaked: '{% $exists($mine) %}' }, End: true },
      },
    });
    expect(player.start().output).toEqual({ result: ['oa'], leaked: false });
  });
});

describe('a Map state', () => {
  test('starts as many iterations as MaxConcurrency allows, and the next when one is over', () => {
    const player = map(TASK, { MaxConcurrency: 2 });
    expect(player.calls).toHaveLength(2);
    player.succeed('A');
    expect(player.calls.map((call) => (call.type === 'call' ? call.parameters : undefined))).toEqual(['b', 'c']);
    expect(player.succeed('B').succeed('C').output).toEqual(['A', 'B', 'C']);
  });

  test('fails with one iteration, aborts the others and starts no more', () => {
    const player = map(TASK, { MaxConcurrency: 2 }).fail('Boom');
    expect(player.execution).toMatchObject({ status: 'FAILED', error: 'Boom' });
    expect(player.trace.slice(-5)).toEqual([
      '13<12 MapIterationFailed',
      '14<11 TaskStateAborted',
      '15<14 MapIterationAborted',
      '16<12 MapStateFailed',
      '17<16 ExecutionFailed',
    ]);
    expect(player.calls).toHaveLength(0);
  });

  test('refers back to the iteration before, one at a time', () => {
    const player = map({ Type: 'Pass', End: true }, { MaxConcurrency: 1 });
    expect(player.trace.slice(2)).toEqual([
      '3<2 MapStateStarted',
      '4<3 MapIterationStarted',
      '5<4 PassStateEntered',
      '6<5 PassStateExited',
      '7<6 MapIterationSucceeded',
      '8<6 MapIterationStarted',
      '9<8 PassStateEntered',
      '10<9 PassStateExited',
      '11<10 MapIterationSucceeded',
      '12<10 MapIterationStarted',
      '13<12 PassStateEntered',
      '14<13 PassStateExited',
      '15<14 MapIterationSucceeded',
      '16<15 MapStateSucceeded',
      '17<15 MapStateExited',
      '18<17 ExecutionSucceeded',
    ]);
  });

  test('of nothing is over at once', () => {
    expect(map(TASK, {}, { items: [] }).output).toEqual([]);
  });

  test('fails on what is no list', () => {
    expect(map(TASK, {}, { items: 1 }).execution).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  test('ItemSelector and the states inside see the item and its index', () => {
    const state = { Type: 'Pass', Parameters: { 'selected.$': '$', 'index.$': '$$.Map.Item.Index' }, End: true };
    const fields = { ItemSelector: { 'value.$': '$$.Map.Item.Value', 'of.$': '$.of' } };
    expect(map(state, fields, { items: ['a', 'b'], of: 2 }).output).toEqual([
      { selected: { value: 'a', of: 2 }, index: 0 },
      { selected: { value: 'b', of: 2 }, index: 1 },
    ]);
  });

  test('an ItemSelector that fails, fails the state and aborts what runs', () => {
    const player = map(TASK, { ItemSelector: { 'x.$': '$$.Map.Item.Value.x' } }, { items: [{ x: 1 }, {}] });
    expect(player.execution).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(player.cancelled).toHaveLength(1);
  });

  test('nests deeply and runs thousands of iterations without a deep stack', () => {
    const nested = {
      Type: 'Map',
      ItemProcessor: { StartAt: 'N', States: { N: { Type: 'Pass', End: true } } },
      End: true,
    };
    const items = Array.from({ length: 200 }, (_, row) => Array.from({ length: 20 }, (_, column) => row * column));
    const player = map(nested, {}, { items });
    expect(player.output).toEqual(items);
  });
});
