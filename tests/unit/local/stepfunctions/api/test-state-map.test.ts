import { describe, expect, test } from '@jest/globals';
import { createApi } from './api.ts';

const text = (value: unknown): string => JSON.stringify(value);

describe('of a Map, the test shows', () => {
  const processor = (Mode: string) => ({
    ...(Mode === 'DISTRIBUTED' && { ProcessorConfig: { Mode, ExecutionType: 'STANDARD' } }),
    StartAt: 'In',
    States: { In: { Type: 'Pass', End: true } },
  });
  const ItemSelector = {
    'n.$': '$$.Map.Item.Value.n',
    'at.$': '$$.Map.Item.Index',
    'from.$': '$$.Map.Item.Source',
    'all.$': '$.all',
  };
  const reader = (ReaderConfig: object) => ({
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig,
    Parameters: { Bucket: 'b', Key: 'k' },
  });
  const tried = async (state: object, more: object = {}) =>
    (await createApi().call('TestState', {
      definition: text({ Type: 'Map', End: true, ...state }),
      input: text({ all: true, items: [{ n: 1 }, { n: 2 }, { n: 3 }] }),
      inspectionLevel: 'DEBUG',
      mock: { result: '[0]' },
      ...more,
    })) as { status: string; error?: string; cause?: string; inspectionData: Record<string, string> };

  test.each(['INLINE', 'DISTRIBUTED'])('what its ItemSelector makes of the items: %s', async (mode) => {
    const { inspectionData } = await tried({ ItemsPath: '$.items', ItemSelector, ItemProcessor: processor(mode) });
    expect(inspectionData).toMatchObject({
      afterItemsPath: text([{ n: 1 }, { n: 2 }, { n: 3 }]),
      afterItemSelector: text([1, 2, 3].map((n) => ({ n, at: n - 1, from: 'STATE_DATA', all: true }))),
    });
    expect(inspectionData).not.toHaveProperty('afterItemBatcher');
  });

  test('the batches of its ItemBatcher', async () => {
    const { inspectionData } = await tried({
      ItemsPath: '$.items',
      ItemSelector: { 'n.$': '$$.Map.Item.Value.n' },
      ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { 'all.$': '$.all' } },
      ItemProcessor: processor('DISTRIBUTED'),
    });
    expect(inspectionData.afterItemBatcher).toBe(
      text([
        { BatchInput: { all: true }, Items: [{ n: 1 }, { n: 2 }] },
        { BatchInput: { all: true }, Items: [{ n: 3 }] },
      ]),
    );
  });

  test('what its ItemReader would have read, and where an ItemsPointer leads in it', async () => {
    const state = {
      ItemSelector: { 'key.$': '$$.Map.Item.Key', 'v.$': '$$.Map.Item.Value' },
      ItemReader: reader({ InputType: 'JSON', ItemsPointer: '/a/b' }),
      ItemProcessor: processor('DISTRIBUTED'),
    };
    const { inspectionData } = await tried(state, { stateConfiguration: { mapItemReaderData: '{"a":{"b":{"x":1}}}' } });
    expect(inspectionData).toMatchObject({ afterItemsPointer: '{"x":1}', afterItemSelector: '[{"key":"x","v":1}]' });
    const csv = await tried(
      {
        ItemSelector: { 'v.$': '$$.Map.Item.Value' },
        ItemReader: reader({ InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', MaxItems: 1 }),
        ItemProcessor: processor('DISTRIBUTED'),
      },
      { stateConfiguration: { mapItemReaderData: 'a,b\n1,2\n3,4\n' } },
    );
    expect(csv.inspectionData.afterItemSelector).toBe('[{"v":{"a":"1","b":"2"}}]');
  });

  test('nothing of the items, while nobody has read them', async () => {
    const { status, inspectionData } = await tried({
      ItemSelector,
      ItemReader: reader({ InputType: 'JSON' }),
      ItemProcessor: processor('DISTRIBUTED'),
    });
    expect(status).toBe('SUCCEEDED');
    expect(Object.keys(inspectionData).filter((name) => name.startsWith('afterItem'))).toEqual([]);
  });

  test.each(['INLINE', 'DISTRIBUTED'])(
    'that an ItemSelector cannot make an input, whatever the mock says: %s',
    async (mode) => {
      const selector = { 'n.$': '$$.Map.Item.Value.missing' };
      const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Later' }];
      const state = { ItemsPath: '$.items', ItemSelector: selector, ItemProcessor: processor(mode), Catch };
      expect(await tried(state)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    },
  );

  test('that data is not in the format of the reader', async () => {
    const state = { ItemReader: reader({ InputType: 'JSON' }), ItemProcessor: processor('DISTRIBUTED') };
    expect(await tried(state, { stateConfiguration: { mapItemReaderData: '1;2' } })).toMatchObject({
      status: 'FAILED',
      error: 'States.ItemReaderFailed',
      cause: 'The object is not valid JSON.',
    });
  });

  test('that too large a share of the items has failed', async () => {
    const state = {
      ItemReader: reader({ InputType: 'JSON' }),
      ToleratedFailurePercentage: 50,
      ItemProcessor: processor('DISTRIBUTED'),
    };
    const failed = (count: number) => ({
      mock: { result: '[0,0,0,0]' },
      stateConfiguration: { mapItemReaderData: '[1,2,3,4]', mapIterationFailureCount: count },
    });
    expect(await tried(state, failed(2))).toMatchObject({ status: 'SUCCEEDED' });
    expect(await tried(state, failed(3))).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
    });
  });
});
