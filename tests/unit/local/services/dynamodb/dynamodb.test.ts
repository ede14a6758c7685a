import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDynamodb } from '../../../../../local/services/dynamodb/dynamodb.ts';
import { CALLER, type CoreCloud, startCoreCloud } from '../core-cloud.ts';

let cloud: CoreCloud;
let client: DynamoDBClient;
beforeAll(async () => {
  cloud = await startCoreCloud();
  client = cloud.client(DynamoDBClient);
  await client.send(new CreateTableCommand({ ...KEYS, TableName }));
});
afterAll(() => cloud.close());

const TableName = 'orders';
const KEYS = {
  BillingMode: 'PAY_PER_REQUEST' as const,
  KeySchema: [
    { AttributeName: 'customer', KeyType: 'HASH' as const },
    { AttributeName: 'number', KeyType: 'RANGE' as const },
  ],
  AttributeDefinitions: [
    { AttributeName: 'customer', AttributeType: 'S' as const },
    { AttributeName: 'number', AttributeType: 'N' as const },
  ],
};
const key = (customer: string, number: number) => ({ customer: { S: customer }, number: { N: String(number) } });
const put = (customer: string, number: number, more: object = {}) =>
  client.send(new PutItemCommand({ TableName, Item: { ...key(customer, number), ...more } }));

describe('what is refused', () => {
  test('a table that exists', async () => {
    await expect(client.send(new CreateTableCommand({ ...KEYS, TableName }))).rejects.toMatchObject({
      name: 'ResourceInUseException',
    });
  });

  test.each([
    ['too long', `attribute_exists(number) ${'OR attribute_exists(number) '.repeat(200)}`],
    ['nested so deep that parsing it would take for ever', `${'('.repeat(3_000)}a = a${')'.repeat(3_000)}`],
  ])('a condition that is %s', async (_, ConditionExpression) => {
    const command = new PutItemCommand({ TableName, Item: key('a', 1), ConditionExpression });
    await expect(client.send(command)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('a table that does not exist', async () => {
    await expect(client.send(new GetItemCommand({ TableName: 'none', Key: key('a', 1) }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Requested resource not found',
    });
    await expect(client.send(new DescribeTableCommand({ TableName: 'none' }))).rejects.toMatchObject({
      message: 'Requested resource not found: Table: none not found',
    });
  });

  test('streams, by name', async () => {
    const command = new CreateTableCommand({
      ...KEYS,
      TableName: 'streamed',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    });
    await expect(client.send(command)).rejects.toThrow('does not support StreamSpecification');
  });

  test('PartiQL, by name', async () => {
    await expect(client.send(new ExecuteStatementCommand({ Statement: 'SELECT 1' }))).rejects.toThrow(
      'ExecuteStatement',
    );
  });

  test('a parameter that is not known, by name', () => {
    const { operations } = createDynamodb(cloud);
    expect(() => operations.PutItem!({ TableName, Item: key('a', 1), Colour: 'red' }, CALLER)).toThrow(
      'Colour of dynamodb:PutItem',
    );
  });

  test('an item without its key', async () => {
    await expect(client.send(new PutItemCommand({ TableName, Item: { customer: { S: 'a' } } }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'One or more parameter values were invalid: Missing the key number in the item',
    });
  });
});

test.each([
  ['put', () => new PutItemCommand({ TableName, Item: key('condition', 1), ...CONDITION })],
  [
    'update',
    () => new UpdateItemCommand({ TableName, Key: key('condition', 1), UpdateExpression: 'REMOVE a', ...CONDITION }),
  ],
  ['delete', () => new DeleteItemCommand({ TableName, Key: key('condition', 1), ...CONDITION })],
])('a failed condition of a %s tells the item if asked', async (_, command) => {
  await put('condition', 1, { a: { S: 'x' } });
  await expect(client.send(command() as PutItemCommand)).rejects.toMatchObject({
    name: 'ConditionalCheckFailedException',
    message: 'The conditional request failed',
    Item: { ...key('condition', 1), a: { S: 'x' } },
  });
});
const CONDITION = {
  ConditionExpression: 'attribute_not_exists(customer)',
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
};

test('queries go by the range key, in both directions and in pages', async () => {
  for (const number of [10, 9, -1, 100, 2.5]) await put('range', number);
  const query = async (more: object) => {
    const { Items, LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'customer = :c',
        ExpressionAttributeValues: { ':c': { S: 'range' } },
        ...more,
      }),
    );
    return { numbers: Items?.map((item) => Number(item.number?.N)), LastEvaluatedKey };
  };
  expect((await query({})).numbers).toEqual([-1, 2.5, 9, 10, 100]);
  expect((await query({ ScanIndexForward: false })).numbers).toEqual([100, 10, 9, 2.5, -1]);
  const first = await query({ Limit: 2 });
  expect(first.numbers).toEqual([-1, 2.5]);
  expect((await query({ ExclusiveStartKey: first.LastEvaluatedKey })).numbers).toEqual([9, 10, 100]);
});

test('bytes come back as they went', async () => {
  const bytes = new Uint8Array([0, 255, 128]);
  await put('bytes', 1, { b: { B: bytes } });
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: key('bytes', 1) }));
  expect(Item?.b?.B).toEqual(bytes);
});

test('batches write and read', async () => {
  const PutRequest = { Item: key('batch', 1) };
  await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest }] } }));
  const { Responses } = await client.send(
    new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key('batch', 1), key('batch', 2)] } } }),
  );
  expect(Responses).toEqual({ [TableName]: [key('batch', 1)] });
});

test('a table named by its ARN is the same', async () => {
  await put('arn', 1);
  const arn = `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`;
  expect((await client.send(new GetItemCommand({ TableName: arn, Key: key('arn', 1) }))).Item).toEqual(key('arn', 1));
});

test('accounts do not see each other', async () => {
  const other = cloud.client(DynamoDBClient, { credentials: { accessKeyId: '222222222222', secretAccessKey: 'x' } });
  expect((await other.send(new ListTablesCommand())).TableNames).toEqual([]);
});

test('tables are listed page after page', async () => {
  const other = cloud.client(DynamoDBClient, { credentials: { accessKeyId: '333333333333', secretAccessKey: 'x' } });
  for (const name of ['c-table', 'a-table', 'b-table'])
    await other.send(new CreateTableCommand({ ...KEYS, TableName: name }));
  const first = await other.send(new ListTablesCommand({ Limit: 2 }));
  expect(first).toMatchObject({ TableNames: ['a-table', 'b-table'], LastEvaluatedTableName: 'b-table' });
  const rest = await other.send(new ListTablesCommand({ Limit: 2, ExclusiveStartTableName: 'b-table' }));
  expect([rest.TableNames, rest.LastEvaluatedTableName]).toEqual([['c-table'], undefined]);
  await expect(other.send(new ListTablesCommand({ Limit: 101 }))).rejects.toMatchObject({
    name: 'ValidationException',
  });
});

test('a new index finds the items that were there', async () => {
  await client.send(new CreateTableCommand({ ...KEYS, TableName: 'indexed' }));
  await client.send(new PutItemCommand({ TableName: 'indexed', Item: { ...key('a', 1), colour: { S: 'red' } } }));
  await client.send(
    new UpdateTableCommand({
      TableName: 'indexed',
      AttributeDefinitions: [{ AttributeName: 'colour', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            IndexName: 'by-colour',
            KeySchema: [{ AttributeName: 'colour', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        },
      ],
    }),
  );
  const { Items } = await client.send(new ScanCommand({ TableName: 'indexed', IndexName: 'by-colour' }));
  expect(Items).toEqual([{ ...key('a', 1), colour: { S: 'red' } }]);
});

test('deletion protection protects; a deleted table is gone with its items', async () => {
  await client.send(new CreateTableCommand({ ...KEYS, TableName: 'protected', DeletionProtectionEnabled: true }));
  await client.send(new PutItemCommand({ TableName: 'protected', Item: key('a', 1) }));
  await expect(client.send(new DeleteTableCommand({ TableName: 'protected' }))).rejects.toMatchObject({
    name: 'ValidationException',
  });
  await client.send(new UpdateTableCommand({ TableName: 'protected', DeletionProtectionEnabled: false }));
  await client.send(new DeleteTableCommand({ TableName: 'protected' }));
  await client.send(new CreateTableCommand({ ...KEYS, TableName: 'protected' }));
  expect((await client.send(new ScanCommand({ TableName: 'protected' }))).Count).toBe(0);
});

test('items go when their time to live has passed, unless it was put off', async () => {
  const seconds = (later: number) => ({ N: String(Math.floor(cloud.clock.now() / 1000) + later) });
  await client.send(new CreateTableCommand({ ...KEYS, TableName: 'mortal' }));
  const putMortal = (number: number, expires: object) =>
    client.send(new PutItemCommand({ TableName: 'mortal', Item: { ...key('a', number), expires } as never }));
  await putMortal(1, seconds(60));
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName: 'mortal',
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    }),
  );
  await putMortal(2, seconds(60));
  await putMortal(3, seconds(60));
  await putMortal(3, seconds(600));
  await putMortal(4, { S: 'never' });
  const numbers = async () =>
    (await client.send(new ScanCommand({ TableName: 'mortal' }))).Items?.map((item) => Number(item.number?.N)).sort();
  expect(await numbers()).toEqual([1, 2, 3, 4]);
  await cloud.clock.advanceTo(cloud.clock.now() + 61_000);
  expect(await numbers()).toEqual([3, 4]);
  expect((await client.send(new DescribeTimeToLiveCommand({ TableName: 'mortal' }))).TimeToLiveDescription).toEqual({
    TimeToLiveStatus: 'ENABLED',
    AttributeName: 'expires',
  });
});

describe('AWS::DynamoDB::Table', () => {
  const deployment = { ...CALLER, stackName: 'shop', logicalId: 'Orders', packageFolder: '' };
  const type = () => createDynamodb(cloud).resources!['AWS::DynamoDB::Table']!;

  test('another key schema for a table with items is refused', async () => {
    const { KeySchema, AttributeDefinitions, BillingMode } = KEYS;
    await type().apply({ TableName: 'keyed', BillingMode, KeySchema, AttributeDefinitions }, deployment);
    const changed = {
      TableName: 'keyed',
      BillingMode,
      KeySchema: KeySchema.slice(0, 1),
      AttributeDefinitions: AttributeDefinitions.slice(0, 1),
    };
    await expect(type().apply(changed, deployment)).rejects.toThrow('exists with another key schema');
  });

  test('applied again, it keeps the items and changes the rest', async () => {
    const template = { ...KEYS, TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true } };
    const { ref, attributes } = await type().apply(template, deployment);
    expect(attributes).toEqual({ Arn: `arn:aws:dynamodb:us-east-1:000000000000:table/${ref}` });
    await client.send(new PutItemCommand({ TableName: ref, Item: key('a', 1) }));
    const index = {
      IndexName: 'back',
      KeySchema: [{ AttributeName: 'number', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    };
    expect(await type().apply({ ...KEYS, GlobalSecondaryIndexes: [index] }, deployment)).toEqual({ ref, attributes });
    expect((await client.send(new ScanCommand({ TableName: ref, IndexName: 'back' }))).Count).toBe(1);
    expect((await client.send(new DescribeTimeToLiveCommand({ TableName: ref }))).TimeToLiveDescription).toEqual({
      TimeToLiveStatus: 'DISABLED',
    });
  });
});
