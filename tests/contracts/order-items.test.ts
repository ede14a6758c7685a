import { DynamoDBServiceException, GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { orderItem } from '../../adapters/dynamodb/order-item.ts';
import { memoryOrders } from '../../adapters/memory/memory-orders.ts';
import { receiptOf } from '../../domain/receipt.ts';
import { type ItemRequest, orderItems } from '../simulation/order-items.ts';
import { sampleOrder } from '../statemachines/sample-order.ts';
import { type LocalTables, localTables } from './local-tables.ts';

// What the state machines ask of the table of orders directly, in the simulation's memory and on DynamoDB.

let tables: LocalTables;
beforeAll(async () => {
  tables = await localTables();
});
afterAll(() => tables.close());

type Operation = 'putItem' | 'getItem' | 'updateItem';
type Perform = (operation: Operation, request: ItemRequest) => Promise<unknown>;

const IMPLEMENTATIONS: readonly [string, () => Promise<Perform>][] = [
  [
    'memory',
    async () => {
      const items = orderItems(memoryOrders());
      return async (operation, request) => JSON.parse(JSON.stringify(items[operation](request)));
    },
  ],
  [
    'DynamoDB',
    async () => {
      const { Orders: TableName } = await tables.create();
      return async (operation, request) => {
        // biome-ignore lint/suspicious/noExplicitAny: what is sent is what is tested.
        const input = { TableName, ...request } as any;
        try {
          if (operation === 'getItem') {
            const { Item } = await tables.client.send(new GetItemCommand(input));
            return Item ? { Item: JSON.parse(JSON.stringify(Item)) } : {};
          }
          if (operation === 'putItem') await tables.client.send(new PutItemCommand(input));
          else await tables.client.send(new UpdateItemCommand(input));
          return {};
        } catch (error) {
          if (!(error instanceof DynamoDBServiceException)) throw error;
          throw Object.assign(error, { name: `DynamoDB.${error.name}` });
        }
      };
    },
  ],
];

describe.each(IMPLEMENTATIONS)('items of orders in %s', (_, create) => {
  let perform: Perform;
  let Item: NonNullable<ItemRequest['Item']>;
  let Key: NonNullable<ItemRequest['Key']>;
  const FAILED = { name: 'DynamoDB.ConditionalCheckFailedException' };
  const entry = (what: string) => ({ M: { at: { S: '2026-11-22T12:00:00.000Z' }, what: { S: what } } });
  const read = (ProjectionExpression = 'endedAt, timeline, invoice') =>
    perform('getItem', { Key, ProjectionExpression }) as Promise<{ Item?: Record<string, unknown> }>;

  beforeEach(async () => {
    perform = await create();
    const order = await sampleOrder();
    Item = orderItem(order, receiptOf(order)) as typeof Item;
    Key = { orderId: { S: order.orderId } };
  });

  test('one is put once, and read as far as it is asked for', async () => {
    expect(await read()).toEqual({});
    const put = () => perform('putItem', { Item, ConditionExpression: 'attribute_not_exists(orderId)' });
    await put();
    await expect(put()).rejects.toMatchObject(FAILED);
    const shown = await perform('getItem', {
      Key,
      ProjectionExpression: 'requestHash, receipt, #status',
      ExpressionAttributeNames: { '#status': 'status' },
    });
    const { requestHash, receipt, status } = Item as Record<string, unknown>;
    expect(shown).toEqual({ Item: { requestHash, receipt, status } });
  });

  test('what is there already stays, and a condition that fails changes nothing', async () => {
    await perform('putItem', { Item });
    const issue = (number: string): ItemRequest => ({
      Key,
      ConditionExpression:
        'attribute_exists(orderId) AND attribute_not_exists(endedAt) AND attribute_not_exists(timeline.#cancelled)',
      UpdateExpression:
        'SET invoice = if_not_exists(invoice, :invoice), timeline.invoiced = if_not_exists(timeline.invoiced, :entry)',
      ExpressionAttributeNames: { '#cancelled': 'cancel-requested' },
      ExpressionAttributeValues: { ':invoice': { M: { number: { S: number } } }, ':entry': entry(number) },
    });
    await perform('updateItem', issue('INV-1'));
    await perform('updateItem', issue('INV-2'));
    expect((await read('invoice')).Item).toEqual({ invoice: { M: { number: { S: 'INV-1' } } } });
    await perform('updateItem', {
      Key,
      UpdateExpression: 'SET timeline.#step = :entry',
      ExpressionAttributeNames: { '#step': 'cancel-requested' },
      ExpressionAttributeValues: { ':entry': entry('cancelled') },
    });
    const before = await read();
    await expect(perform('updateItem', issue('INV-3'))).rejects.toMatchObject(FAILED);
    expect(await read()).toEqual(before);
    const nobody = { ...issue('INV-4'), Key: { orderId: { S: 'ord_none' } } };
    await expect(perform('updateItem', nobody)).rejects.toMatchObject(FAILED);
  });

  test('attributes are removed, and values compared', async () => {
    await perform('putItem', { Item });
    const end: ItemRequest = {
      Key,
      ConditionExpression: '#status = :placed AND attribute_not_exists(endedAt)',
      UpdateExpression: 'SET #status = :status, timeline.#step = :entry, endedAt = :at REMOVE #open',
      ExpressionAttributeNames: { '#status': 'status', '#step': 'stopped', '#open': 'open' },
      ExpressionAttributeValues: {
        ':placed': { S: 'placed' },
        ':status': { S: 'failed' },
        ':entry': entry('failed'),
        ':at': { S: '2026-11-22T12:00:00.000Z' },
      },
    };
    await perform('updateItem', end);
    await expect(perform('updateItem', end)).rejects.toMatchObject(FAILED);
    expect((await read('endedAt')).Item).toEqual({ endedAt: { S: '2026-11-22T12:00:00.000Z' } });
    const { Item: open } = (await perform('getItem', {
      Key,
      ProjectionExpression: '#open, endedAt',
      ExpressionAttributeNames: { '#open': 'open' },
    })) as { Item: object };
    expect(open).not.toHaveProperty('open');
  });
});

test('an expression that the memory does not know is refused, not taken for true', () => {
  const items = orderItems(memoryOrders());
  const Key = { orderId: { S: 'ord_1' } };
  expect(() => items.updateItem({ Key, ConditionExpression: 'size(lines) > :one' })).toThrow('size(lines) > :one');
  expect(() => items.updateItem({ Key, UpdateExpression: 'ADD total :one' })).toThrow('ADD total :one');
});
