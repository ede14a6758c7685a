import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Json } from '../../../../../local/stepfunctions/asl/json.ts';
import {
  batchItems,
  batchLimits,
  childMachine,
  mapStateAt,
  selectItems,
  sourceItems,
} from '../../../../../local/stepfunctions/asl/map-items.ts';
import type { MapRunCall } from '../../../../../local/stepfunctions/asl/protocol.ts';
import { Player, withDone } from './player.ts';

const EVENT = { at: 0, seed: '0'.repeat(64) };

const distributed = (fields: object = {}, input: Json = { items: ['a', 'b'], of: 2 }) =>
  new Player(
    withDone('Each', {
      Type: 'Map',
      ItemsPath: '$.items',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
        StartAt: 'S',
        States: { S: { Type: 'Pass', End: true } },
      },
      End: true,
      ...fields,
    }),
    { input },
  ).start();

const runOf = (player: Player): MapRunCall => {
  const [call] = player.calls;
  if (call?.type !== 'mapRun') throw new Error('No map run was started');
  return call;
};

describe('a Distributed Map', () => {
  test('that tolerates less than nothing fails before its run starts', () => {
    const player = distributed({ ToleratedFailurePercentagePath: '$.of' }, { items: [], of: -1 });
    expect(player.execution.cause).toMatch(/ToleratedFailurePercentage must be between 0 and 100\.$/);
    expect(player.calls).toEqual([]);
  });

  test('starts a run, and goes on with its results', () => {
    const player = distributed({ MaxConcurrency: 5, ToleratedFailureCount: 1 });
    const call = runOf(player);
    expect(call).toMatchObject({ statePath: ['Each'], items: ['a', 'b'], maxConcurrency: 5, toleratedFailureCount: 1 });
    player.send({ type: 'mapRunStarted', key: call.key, mapRunArn: 'arn:run' });
    expect(player.send({ type: 'mapRunStarted', key: call.key, mapRunArn: 'arn:other' })).toBe(false);
    player.send({ type: 'mapRunEnded', key: call.key, result: { ok: true, output: ['A', 'B'] } });
    expect(player.output).toEqual(['A', 'B']);
    expect(player.trace.slice(1)).toEqual([
      '2<0 MapStateEntered',
      '3<2 MapStateStarted',
      '4<3 MapRunStarted',
      '5<4 MapRunSucceeded',
      '6<5 MapStateSucceeded',
      '7<4 MapStateExited',
      '8<7 ExecutionSucceeded',
    ]);
  });

  test('fails with its run, can be caught, and is redriven with the same run', () => {
    const failed = { ok: false, error: 'States.ItemReaderFailed', cause: 'no such key' } as const;
    const caught = distributed({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Done' }] });
    caught.send({ type: 'mapRunEnded', key: runOf(caught).key, result: failed });
    expect(caught.output).toEqual({ Error: 'States.ItemReaderFailed', Cause: 'no such key' });

    const player = distributed();
    const first = runOf(player);
    player.send({ type: 'mapRunStarted', key: first.key, mapRunArn: 'arn:run' });
    player.send({ type: 'mapRunEnded', key: first.key, result: failed });
    expect(player.types.slice(-3)).toEqual(['MapRunFailed', 'MapStateFailed', 'ExecutionFailed']);
    player.calls.length = 0;
    player.send({ type: 'redrive' });
    const again = runOf(player);
    expect(again).toMatchObject({ redrive: 'arn:run', items: ['a', 'b'] });
    expect(again.key).not.toBe(first.key);
    player.send({ type: 'mapRunStarted', key: again.key, mapRunArn: 'arn:run' });
    expect(player.details('MapRunRedriven')).toEqual({ mapRunArn: 'arn:run', redriveCount: 1 });
  });

  test('is cancelled with the execution', () => {
    const player = distributed();
    const { key } = runOf(player);
    player.send({ type: 'stop' });
    expect(player.cancelled).toEqual([key]);
  });

  test('is found inside other states, as is the machine that its children run', () => {
    const inner = {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'S',
        States: { S: { Type: 'Pass', End: true } },
      },
      End: true,
    };
    const branches = [
      { StartAt: 'First', States: { First: { Type: 'Pass', End: true } } },
      { StartAt: 'Inner', States: { Inner: inner } },
    ];
    const outer = {
      Type: 'Map',
      ItemProcessor: { StartAt: 'Both', States: { Both: { Type: 'Parallel', Branches: branches, End: true } } },
      End: true,
    };
    const player = new Player(withDone('Outer', outer), { input: [[1], [2]] }).start();
    const call = runOf(player);
    expect(call.statePath).toEqual(['Outer', 'Both', 1, 'Inner']);
    const state = mapStateAt(player.machine, call.statePath);
    expect(childMachine(player.machine, state).startAt).toBe('S');
  });
});

describe('the items of a run', () => {
  test('go through ItemSelector, which sees the item, its index and the input', () => {
    const player = distributed({
      ItemSelector: { 'v.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index', 'of.$': '$.of' },
    });
    const call = runOf(player);
    const state = mapStateAt(player.machine, call.statePath);
    expect(selectItems(state, call, sourceItems(call.items ?? []) ?? [], EVENT)).toEqual({
      ok: true,
      value: [
        { v: 'a', i: 0, of: 2 },
        { v: 'b', i: 1, of: 2 },
      ],
    });
  });

  test('that ItemSelector cannot read are a failure', () => {
    const player = distributed({ ItemSelector: { 'v.$': '$$.Map.Item.Value.x' } });
    const call = runOf(player);
    const state = mapStateAt(player.machine, call.statePath);
    expect(selectItems(state, call, [{ value: 'a' }], EVENT)).toMatchObject({
      ok: false,
      failure: { error: 'States.Runtime' },
    });
  });

  test('may be the members of an object', () => {
    expect(sourceItems({ a: 1 })).toEqual([{ value: { Key: 'a', Value: 1 }, key: 'a' }]);
    expect(sourceItems('text')).toBeUndefined();
  });

  test('are batched within both limits, none lost, none twice, in order', () => {
    const items = fc.array(fc.string({ maxLength: 20 }), { maxLength: 50 });
    fc.assert(
      fc.property(
        items,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 40, max: 200 }),
        (list, maxItems, maxInputBytes) => {
          const batches = batchItems(list, { maxItems, maxInputBytes, batchInput: { of: 1 } });
          expect(batches.flatMap(({ Items }) => Items as Json[])).toEqual(list);
          for (const batch of batches) {
            const count = (batch.Items as Json[]).length;
            expect(count).toBeGreaterThan(0);
            expect(count).toBeLessThanOrEqual(maxItems);
            if (count > 1) expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThanOrEqual(maxInputBytes);
            expect(batch.BatchInput).toEqual({ of: 1 });
          }
        },
      ),
    );
  });

  test('the limits of an ItemBatcher may be computed', () => {
    const player = distributed({ ItemBatcher: { MaxItemsPerBatchPath: '$.of', BatchInput: { 'n.$': '$.of' } } });
    const call = runOf(player);
    const { itemBatcher } = mapStateAt(player.machine, call.statePath);
    if (!itemBatcher) throw new Error('There is no ItemBatcher');
    expect(batchLimits(itemBatcher, call, EVENT)).toEqual({
      ok: true,
      value: { maxItems: 2, maxInputBytes: undefined, batchInput: { n: 2 } },
    });
    const wrong = batchLimits(itemBatcher, { ...call, input: { of: 'x' } }, EVENT);
    expect(wrong).toMatchObject({ ok: false, failure: { error: 'States.Runtime' } });
  });
});
