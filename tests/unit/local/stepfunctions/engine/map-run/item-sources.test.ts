import { expect, test } from '@jest/globals';
import type { Json } from '../../../../../../local/stepfunctions/asl/json.ts';
import { distributed, ITEM, run } from './harness.ts';
import { createMemoryStorage } from './memory-storage.ts';

const SELECTOR = {
  'index.$': '$$.Map.Item.Index',
  'value.$': '$$.Map.Item.Value',
  'source.$': '$$.Map.Item.Source',
};

async function outputOf(more: object, input: Json, objects: Record<string, string> = {}): Promise<Json> {
  const { engine, executionArn } = await run(distributed(ITEM, more), input, {
    mapStorage: createMemoryStorage(objects),
  });
  const { status, output, error, cause } = engine.describe(executionArn);
  expect({ status, error, cause }).toEqual({ status: 'SUCCEEDED' });
  return JSON.parse(output ?? 'null') as Json;
}

test('a Distributed Map goes over the members of an object', async () => {
  const servers = { web: { port: 80 }, db: null };
  expect(await outputOf({ ItemsPath: '$.servers' }, { servers })).toEqual([
    { Key: 'web', Value: { port: 80 } },
    { Key: 'db', Value: null },
  ]);
  const selected = { ItemsPath: '$.servers', ItemSelector: { ...SELECTOR, 'key.$': '$$.Map.Item.Key' } };
  expect(await outputOf(selected, { servers })).toEqual([
    { key: 'web', index: 0, value: { port: 80 }, source: 'STATE_DATA' },
    { key: 'db', index: 1, value: null, source: 'STATE_DATA' },
  ]);
  const batches = await outputOf({ ItemBatcher: { MaxItemsPerBatch: 2 } }, servers);
  expect(batches).toEqual([
    {
      Items: [
        { Key: 'web', Value: { port: 80 } },
        { Key: 'db', Value: null },
      ],
    },
  ]);
});

test('the same in JSONata, where Items may be an object written down', async () => {
  const more = {
    QueryLanguage: 'JSONata',
    Items: { a: '{% $states.input.n + 1 %}', b: 2 },
    ItemSelector: '{% $states.context.Map.Item.Key & "=" & $states.context.Map.Item.Value %}',
  };
  expect(await outputOf(more, { n: 0 })).toEqual(['a=1', 'b=2']);
});

test('a scalar is neither a list nor an object', async () => {
  const { engine, executionArn } = await run(distributed(ITEM, { ItemsPath: '$.n' }), { n: 1 });
  expect(engine.describe(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
});

test('each item says which object it was read from', async () => {
  const reader = {
    ItemReader: {
      Resource: 'arn:aws:states:::s3:listObjectsV2',
      ReaderConfig: { InputType: 'JSON', Transformation: 'LOAD_AND_FLATTEN' },
      Parameters: { Bucket: 'b', Prefix: 'p/' },
    },
    ItemSelector: SELECTOR,
  };
  expect(await outputOf(reader, {}, { 'b/p/1': '["x"]', 'b/p/2': '[]', 'b/p/3': '["y","z"]' })).toEqual([
    { index: 0, value: 'x', source: 'S3://b/p/1' },
    { index: 1, value: 'y', source: 'S3://b/p/3' },
    { index: 2, value: 'z', source: 'S3://b/p/3' },
  ]);
  const listing = {
    ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: { Bucket: 'b', Prefix: 'p/1' } },
    ItemSelector: { 'source.$': '$$.Map.Item.Source', 'key.$': '$$.Map.Item.Value.Key' },
  };
  expect(await outputOf(listing, {}, { 'b/p/1': '["x"]' })).toEqual([{ source: 'S3://b', key: 'p/1' }]);
});
