import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createManualClock } from '../../../../../local/manual-clock.ts';
import { createDynamodb } from '../../../../../local/services/dynamodb/dynamodb.ts';
import { openStorage } from '../../../../../local/storage/open-storage.ts';
import { CALLER, type CoreCloud, NOW, startCoreCloud } from '../core-cloud.ts';

const TableName = 'stock';

let cloud: CoreCloud;
let client: DynamoDBClient;
beforeAll(async () => {
  cloud = await startCoreCloud();
  client = cloud.client(DynamoDBClient);
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'kind', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-kind',
          KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
});
afterAll(() => cloud.close());

const put = (id: string, count: number, kind = 'sku') =>
  client.send(
    new PutItemCommand({ TableName, Item: { id: { S: id }, count: { N: String(count) }, kind: { S: kind } } }),
  );

const take = (id: string, count: number): TransactWriteItem => ({
  Update: {
    TableName,
    Key: { id: { S: id } },
    UpdateExpression: 'SET #count = #count - :n',
    ConditionExpression: '#count >= :n',
    ExpressionAttributeNames: { '#count': 'count' },
    ExpressionAttributeValues: { ':n': { N: String(count) } },
  },
});

const write = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
  client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));

async function countOf(id: string): Promise<number | undefined> {
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }));
  return Item && Number(Item.count?.N);
}

describe('TransactWriteItems refuses', () => {
  test.each<[string, TransactWriteItem[], string]>([
    ['nothing', [], 'Member must have length greater than or equal to 1'],
    ['101 actions', Array.from({ length: 101 }, (_, i) => take(`x${i}`, 1)), 'less than or equal to 100'],
    [
      'two actions on one item',
      [take('a', 1), { Delete: { TableName, Key: { id: { S: 'a' } } } }],
      'cannot include multiple operations on one item',
    ],
    [
      'an action of two kinds',
      [{ ...take('a', 1), Delete: { TableName, Key: { id: { S: 'b' } } } }],
      'can only contain one of',
    ],
    ['a key that does not fit', [{ Delete: { TableName, Key: { other: { S: 'a' } } } }], 'does not match the schema'],
    [
      'an expression that is none',
      [{ Delete: { TableName, Key: { id: { S: 'a' } }, ConditionExpression: 'a =' } }],
      'Invalid ConditionExpression',
    ],
  ])('%s', async (_, items, message) => {
    await expect(write(items)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  test('a table that is not there', async () => {
    const items = [{ Put: { TableName: 'none', Item: { id: { S: 'a' } } } }];
    await expect(write(items)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

test('one failed condition cancels all, and each reason is told in order', async () => {
  await Promise.all([put('a', 5), put('b', 1)]);
  const create = { Put: { TableName, Item: { id: { S: 'c' } } } };
  const failing = { ...take('b', 2).Update!, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
  const check = { ConditionCheck: { TableName, Key: { id: { S: 'd' } }, ConditionExpression: 'attribute_exists(id)' } };
  await expect(write([take('a', 1), create, { Update: failing }, check])).rejects.toMatchObject({
    name: 'TransactionCanceledException',
    message:
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, None, ConditionalCheckFailed, ConditionalCheckFailed]',
    CancellationReasons: [
      { Code: 'None' },
      { Code: 'None' },
      {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        Item: { id: { S: 'b' }, count: { N: '1' } },
      },
      { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
    ],
  });
  expect(await Promise.all(['a', 'b', 'c'].map(countOf))).toEqual([5, 1, undefined]);
});

test('an action that fails by its item cancels all too', async () => {
  await put('a', 5);
  const broken = { Update: { TableName, Key: { id: { S: 'z' } }, UpdateExpression: 'SET a = nowhere' } };
  await expect(write([take('a', 1), broken])).rejects.toMatchObject({
    CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError' }],
  });
  expect(await countOf('a')).toBe(5);
});

test('indexes follow', async () => {
  await put('i1', 1, 'old');
  await write([
    { Put: { TableName, Item: { id: { S: 'i2' }, kind: { S: 'new' } } } },
    {
      Update: {
        TableName,
        Key: { id: { S: 'i1' } },
        UpdateExpression: 'SET kind = :k',
        ExpressionAttributeValues: { ':k': { S: 'new' } },
      },
    },
  ]);
  const query = (kind: string) =>
    client.send(
      new QueryCommand({
        TableName,
        IndexName: 'by-kind',
        KeyConditionExpression: 'kind = :k',
        ExpressionAttributeValues: { ':k': { S: kind } },
      }),
    );
  expect([(await query('old')).Count, (await query('new')).Count]).toEqual([0, 2]);
});

test('the same token with the same request applies once, for ten minutes; with another request it is refused', async () => {
  await put('t', 10);
  await write([take('t', 1)], 'token');
  await write([take('t', 1)], 'token');
  expect(await countOf('t')).toBe(9);
  await expect(write([take('t', 2)], 'token')).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
  await cloud.clock.advanceTo(cloud.clock.now() + 10 * 60_000);
  await write([take('t', 2)], 'token');
  expect(await countOf('t')).toBe(7);
});

test('a cancelled request may be repeated with its token', async () => {
  await put('u', 0);
  await expect(write([take('u', 1)], 'again')).rejects.toThrow();
  await put('u', 1);
  await write([take('u', 1)], 'again');
  expect(await countOf('u')).toBe(0);
});

test('TransactGetItems reads what is there, in order', async () => {
  await put('g', 3);
  const get = (id: string) => ({ Get: { TableName, Key: { id: { S: id } }, ProjectionExpression: 'id' } });
  const { Responses } = await client.send(new TransactGetItemsCommand({ TransactItems: [get('g'), get('none')] }));
  expect(Responses).toEqual([{ Item: { id: { S: 'g' } } }, {}]);
});

test('whatever runs side by side, nothing is taken twice, and nobody sees a half', async () => {
  const sku = fc.constantFrom('s1', 's2', 's3');
  const order = fc.uniqueArray(fc.record({ sku, count: fc.integer({ min: 1, max: 4 }) }), {
    selector: ({ sku }) => sku,
    minLength: 1,
  });
  await fc.assert(
    fc.asyncProperty(fc.array(order, { minLength: 2, maxLength: 12 }), fc.scheduler(), async (orders, scheduler) => {
      const storage = openStorage();
      const { operations } = createDynamodb({ storage, clock: createManualClock(NOW) });
      const run = async (operation: string, input: object) =>
        (await operations[operation]!(input, CALLER)) as { Items: Record<string, { N: string }>[] };
      await run('CreateTable', {
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      });
      for (const id of ['s1', 's2', 's3'])
        await run('PutItem', { TableName, Item: { id: { S: id }, count: { N: '10' } } });
      let attempts = 0;
      const attempt = scheduler.scheduleFunction(async (lines: readonly { sku: string; count: number }[]) => {
        const reservation = {
          Put: {
            TableName,
            Item: {
              id: { S: `r${attempts++}` },
              count: { N: String(lines.reduce((sum, { count }) => sum + count, 0)) },
            },
          },
        };
        await run('TransactWriteItems', {
          TransactItems: [...lines.map(({ sku, count }) => take(sku, count)), reservation],
        });
      });
      const look = scheduler.scheduleFunction(async () => {
        const { Items } = await run('Scan', { TableName });
        const sum = Items.reduce((total, item) => total + Number(item.count!.N), 0);
        expect(sum).toBe(30);
        expect(Items.every((item) => Number(item.count!.N) >= 0)).toBe(true);
      });
      const all = orders.flatMap((lines) => [
        attempt(lines).catch((error) => expect(error.code).toBe('TransactionCanceledException')),
        look(),
      ]);
      await scheduler.waitAll();
      await Promise.all(all);
      storage.close();
    }),
    { numRuns: 30 },
  );
});

test('what was answered is there after the process was killed, items and index alike', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dynamodb-'));
  const file = join(folder, 'data.sqlite');
  const module = (path: string) => JSON.stringify(new URL(`../../../../../local/${path}`, import.meta.url).href);
  const script = `
    const { openStorage } = await import(${module('storage/open-storage.ts')});
    const { createDynamodb } = await import(${module('services/dynamodb/dynamodb.ts')});
    const { operations } = createDynamodb({ storage: openStorage({ file: ${JSON.stringify(file)} }), clock: { now: Date.now } });
    const caller = ${JSON.stringify(CALLER)};
    const TableName = 'stock';
    await operations.CreateTable({
      TableName, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }, { AttributeName: 'kind', AttributeType: 'S' }],
      GlobalSecondaryIndexes: [{ IndexName: 'by-kind', KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }], Projection: { ProjectionType: 'KEYS_ONLY' } }],
    }, caller);
    for (let i = 0; ; i++) {
      const Item = (half) => ({ id: { S: i + half }, kind: { S: 'k' } });
      operations.TransactWriteItems({ TransactItems: ['a', 'b'].map((half) => ({ Put: { TableName, Item: Item(half) } })) }, caller);
      process.stdout.write(i + '\\n');
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  let printed = '';
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (data) => {
      printed += data;
      if (printed.length > 200) child.kill('SIGKILL');
    });
    child.on('close', () => resolve());
  });
  const acknowledged = printed.split('\n').length - 1;
  const storage = openStorage({ file });
  const { operations } = createDynamodb({ storage, clock: createManualClock(NOW) });
  const scan = async (more: object) =>
    ((await operations.Scan!({ TableName: 'stock', ...more }, CALLER)) as { Count: number }).Count;
  const items = await scan({});
  expect(items).toBeGreaterThanOrEqual(2 * acknowledged);
  expect(items % 2).toBe(0);
  expect(await scan({ IndexName: 'by-kind' })).toBe(items);
  storage.close();
  rmSync(folder, { recursive: true });
});
