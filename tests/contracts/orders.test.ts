import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { movementsTable } from '../../adapters/dynamodb/movements-table.ts';
import { openOrders } from '../../adapters/dynamodb/open-orders.ts';
import { orderItem } from '../../adapters/dynamodb/order-item.ts';
import { ordersTable } from '../../adapters/dynamodb/orders-table.ts';
import { memoryOrders } from '../../adapters/memory/memory-orders.ts';
import { type Order, timelineOf } from '../../domain/order.ts';
import type { OrderNotices } from '../../domain/payment-notice.ts';
import type { Movements, OpenOrders, Orders } from '../../domain/ports.ts';
import { receiptOf } from '../../domain/receipt.ts';
import { sampleOrder } from '../statemachines/sample-order.ts';
import { type LocalTables, localTables } from './local-tables.ts';

let tables: LocalTables;
beforeAll(async () => {
  tables = await localTables();
});
afterAll(() => tables.close());

type AllOrders = Orders & OrderNotices & Movements & OpenOrders;

const IMPLEMENTATIONS: readonly [string, (order: Order) => Promise<AllOrders>][] = [
  ['memory', async (order) => memoryOrders([order])],
  [
    'DynamoDB',
    async (order) => {
      const { Orders: TableName, Movements } = await tables.create();
      // As the state machine records it: the item in DynamoDB's own JSON.
      const Item = orderItem(order, receiptOf(order)) as Record<string, never>;
      await tables.client.send(new PutItemCommand({ TableName, Item }));
      return {
        ...ordersTable(tables.documents, TableName, Movements),
        ...movementsTable(tables.documents, Movements),
        ...openOrders(tables.documents, TableName),
      };
    },
  ],
];

test('refunds that were recorded before they were counted in DynamoDB end, and are no obstacle to others', async () => {
  const { Orders: TableName, Movements } = await tables.create();
  const { orderId, ...rest } = await sampleOrder({});
  const refund = (refundId: string) => ({
    refundId,
    amount: 20,
    reason: 'A scratch',
    requestedBy: 'clerk@example.com',
    requestedAt: '2026-11-22T12:00:10.000Z',
    requestHash: 'hash',
    status: 'requested' as const,
  });
  const endedAt = '2026-11-22T12:00:09.000Z';
  const refunds = { ref_old: refund('ref_old'), ref_older: refund('ref_older') };
  const Item = { orderId, ...rest, charged: 100, endedAt, refunds, refundReserved: 40 };
  await tables.documents.send(new PutCommand({ TableName, Item }));
  const orders = { ...ordersTable(tables.documents, TableName, Movements), ...openOrders(tables.documents, TableName) };
  await orders.addRefund(orderId, refund('ref_new'));
  const ids = ['ref_new', 'ref_old', 'ref_older'];
  await Promise.all(ids.map((id) => orders.endRefund(orderId, id, { status: 'refunded', endedAt })));
  const after = await orders.find(orderId);
  expect(Object.values(after?.refunds ?? {}).map(({ status }) => status)).toEqual(['refunded', 'refunded', 'refunded']);
  expect(after).not.toHaveProperty('refundsUnderWay');
  expect(await orders.open()).toEqual([]);
});

describe.each(IMPLEMENTATIONS)('orders in %s', (_, create) => {
  let order: Order;
  let orders: AllOrders;
  beforeEach(async () => {
    order = await sampleOrder({ reason: 'Übergröße "X"', shipAt: '2026-12-24T08:00:00+01:00' });
    orders = await create(order);
  });

  const reserved = { reserved: { at: '2026-11-22T12:00:01.000Z', what: 'Stock reserved' } };
  const completed = { completed: { at: '2026-11-22T12:00:09.000Z', what: 'Order complete' } };

  test('an order that was never placed is not found, and nothing can be recorded of it', async () => {
    expect(await orders.find('ord_none')).toBeUndefined();
    await expect(orders.record('ord_none', reserved)).rejects.toMatchObject({ name: 'OrderNotFoundError' });
    expect(await orders.find('ord_none')).toBeUndefined();
  });

  test('an order is read as it was placed', async () => {
    expect(await orders.find(order.orderId)).toEqual(order);
  });

  test('a step is recorded once, with what it changes', async () => {
    const after = await orders.record(order.orderId, reserved, {
      status: 'awaiting-approval',
      paymentStatus: 'authorised',
    });
    expect(after).toEqual({
      ...order,
      status: 'awaiting-approval',
      payment: { ...order.payment, status: 'authorised' },
      timeline: { ...order.timeline, ...reserved },
    });
    const again = { reserved: { at: '2030-01-01T00:00:00.000Z', what: 'Again' } };
    expect(await orders.record(order.orderId, again, { status: 'failed' })).toEqual(after);
    expect(await orders.find(order.orderId)).toEqual(after);
  });

  test('after its end nothing more is recorded, except what is there already', async () => {
    const after = await orders.record(order.orderId, completed, {
      status: 'completed',
      endedAt: completed.completed.at,
    });
    expect(await orders.record(order.orderId, completed, { status: 'completed' })).toEqual(after);
    await expect(orders.record(order.orderId, reserved)).rejects.toMatchObject({ name: 'OrderClosedError' });
    expect(await orders.find(order.orderId)).toEqual(after);
  });

  test('a notice is added once, whether the order has ended or not, and to nothing that is not there', async () => {
    const entry = { at: '2026-11-29T08:00:00.000Z', what: 'The customer disputes the payment.' };
    await orders.addNotice('ord_none', 'notice-dp_1', entry);
    expect(await orders.find('ord_none')).toBeUndefined();
    await orders.record(order.orderId, completed, { status: 'completed', endedAt: '2026-11-22T12:00:09.000Z' });
    await orders.addNotice(order.orderId, 'notice-dp_1', entry);
    await orders.addNotice(order.orderId, 'notice-dp_1', { ...entry, what: 'Again' });
    const after = await orders.find(order.orderId);
    expect(after).toMatchObject({ status: 'completed', timeline: { ...completed, 'notice-dp_1': entry } });
    expect(after && timelineOf(after).at(-1)).toEqual({ step: 'payment-notice', ...entry });
  });

  test('two steps at once are both kept', async () => {
    const steps = {
      ...reserved,
      'approval-requested': { at: reserved.reserved.at, what: 'Approval asked of Manager' },
    };
    const { timeline } = await orders.record(order.orderId, steps);
    expect(Object.keys(timeline).sort()).toEqual(['approval-requested', 'placed', 'reserved']);
  });

  test('a step that another one rules out is not recorded', async () => {
    const cancelled = { 'cancel-requested': { at: '2026-11-22T12:00:02.000Z', what: 'Cancellation asked for' } };
    const capturing = { capturing: { at: '2026-11-22T12:00:03.000Z', what: 'Payment is being taken' } };
    const shipments = [{ shipmentId: 's-1', status: 'shipped' as const, tracking: 'T' }];
    await orders.record(order.orderId, cancelled, { unless: ['capturing', 'captured'] });
    await expect(
      orders.record(order.orderId, capturing, { shipments, unless: ['cancel-requested'] }),
    ).rejects.toMatchObject({ name: 'OrderClosedError' });
    const after = await orders.find(order.orderId);
    expect(after?.timeline.capturing).toBeUndefined();
    expect(after?.shipments).toBeUndefined();
    // Repeating what is there changes nothing, and is no error.
    expect(await orders.record(order.orderId, cancelled, { unless: ['cancel-requested'] })).toEqual(after);
  });

  test('what was shipped and charged is recorded with its steps', async () => {
    const shipments = [{ shipmentId: 's-1', status: 'failed' as const, reason: 'NotOnShelfError' }];
    await orders.record(order.orderId, reserved, { shipments, charged: 0 });
    expect(await orders.find(order.orderId)).toMatchObject({ shipments, charged: 0 });
  });

  describe('movements', () => {
    const captured = { captured: { at: '2026-11-22T23:59:59.999Z', what: 'Payment captured' } };
    const capture = () => ({
      ...{ day: '2026-11-22', orderId: order.orderId, kind: 'capture', reference: 'capture', currency: 'EUR' },
      ...{ amount: 100, at: '2026-11-22T23:59:59.999Z' },
    });

    test('are written once with what they belong to, on the day that it happened', async () => {
      await orders.record(order.orderId, captured, { charged: 100 });
      await orders.record(order.orderId, captured, { charged: 100 });
      expect(await orders.on('2026-11-22')).toEqual([capture()]);
      expect(await orders.on('2026-11-23')).toEqual([]);
    });

    test('are not written for what is not recorded, or moved nothing', async () => {
      const cancelled = { 'cancel-requested': { at: '2026-11-22T12:00:02.000Z', what: 'Cancellation asked for' } };
      await orders.record(order.orderId, cancelled);
      const late = orders.record(order.orderId, captured, { charged: 100, unless: ['cancel-requested'] });
      await expect(late).rejects.toMatchObject({ name: 'OrderClosedError' });
      await orders.record(order.orderId, reserved, { charged: 0 });
      expect(await orders.on('2026-11-22')).toEqual([]);
    });

    test('of refunds are written when the money is back, and only then', async () => {
      await orders.record(order.orderId, captured, { charged: 100 });
      const refund = {
        reason: 'Broken',
        requestedBy: 'clerk@example.com',
        requestHash: 'h',
        status: 'requested' as const,
      };
      for (const refundId of ['ref_1', 'ref_2']) {
        const requestedAt = '2026-11-23T12:00:00.000Z';
        await orders.addRefund(order.orderId, { ...refund, refundId, amount: 30, requestedAt });
      }
      const endedAt = '2026-11-24T00:00:00.000Z';
      await orders.endRefund(order.orderId, 'ref_1', { status: 'rejected', endedAt });
      await orders.endRefund(order.orderId, 'ref_2', { status: 'refunded', endedAt });
      await orders.endRefund(order.orderId, 'ref_2', { status: 'refunded', endedAt: '2026-11-25T00:00:00.000Z' });
      expect(await orders.on('2026-11-22')).toEqual([capture()]);
      expect(await orders.on('2026-11-24')).toEqual([
        { ...capture(), kind: 'refund', reference: 'ref_2', amount: 30, day: '2026-11-24', at: endedAt },
      ]);
      expect(await orders.on('2026-11-25')).toEqual([]);
    });
  });

  describe('refunds', () => {
    const captured = { captured: { at: '2026-11-22T12:00:04.000Z', what: 'Payment captured' } };
    const refund = (refundId: string, amount: number) => ({
      refundId,
      amount,
      reason: 'Broken',
      requestedBy: 'clerk@example.com',
      requestedAt: '2026-11-23T12:00:00.000Z',
      requestHash: 'h',
      status: 'requested' as const,
    });
    const endedAt = '2026-11-23T13:00:00.000Z';
    const add = (refundId: string, amount: number) => orders.addRefund(order.orderId, refund(refundId, amount));
    const reserved = async () => (await orders.find(order.orderId))?.refundReserved;

    test('nothing is refunded of what was not charged, or is not there', async () => {
      expect(await add('ref_1', 1)).toBeUndefined();
      expect(await orders.addRefund('ord_none', refund('ref_1', 1))).toBeUndefined();
    });

    test('all together never exceed the charge, also when asked for at the same time', async () => {
      await orders.record(order.orderId, captured, { charged: 100 });
      expect(await add('ref_0', 101)).toBeUndefined();
      const answers = await Promise.all(['ref_1', 'ref_2', 'ref_3', 'ref_4', 'ref_5'].map((id) => add(id, 30)));
      expect(answers.filter(Boolean)).toHaveLength(3);
      expect(await reserved()).toBe(90);
      expect((await add('ref_6', 10))?.refundReserved).toBe(100);
    });

    test('each is added once, and ends once', async () => {
      await orders.record(order.orderId, captured, { charged: 100 });
      await add('ref_1', 60);
      expect(await add('ref_1', 10)).toBeUndefined();
      for (const status of ['refunded', 'rejected'] as const) {
        await orders.endRefund(order.orderId, 'ref_1', { status, endedAt, by: 'm@example.com' });
      }
      await orders.endRefund(order.orderId, 'ref_9', { status: 'refunded', endedAt });
      const after = await orders.find(order.orderId);
      expect(after?.refunds).toEqual({
        ref_1: { ...refund('ref_1', 60), status: 'refunded', endedAt, by: 'm@example.com' },
      });
      expect(after?.refundReserved).toBe(60);
    });

    test('an order that has ended is open again until the last of them has ended, also when they end at the same time', async () => {
      await orders.record(order.orderId, captured, { charged: 100 });
      await orders.record(order.orderId, completed, { status: 'completed', endedAt: '2026-11-22T12:00:09.000Z' });
      expect(await orders.open()).toEqual([]);
      const ids = ['ref_1', 'ref_2', 'ref_3', 'ref_4'];
      for (const id of ids) await add(id, 20);
      await orders.endRefund(order.orderId, 'ref_1', { status: 'rejected', endedAt });
      expect(await orders.open()).toEqual([order.orderId]);
      await Promise.all(ids.map((id) => orders.endRefund(order.orderId, id, { status: 'refunded', endedAt })));
      expect(await orders.open()).toEqual([]);
      const after = Object.values((await orders.find(order.orderId))?.refunds ?? {});
      expect(after.map(({ status }) => status)).toEqual(['rejected', 'refunded', 'refunded', 'refunded']);
    });

    test('an order that has not ended stays open when a refund of it ends', async () => {
      await orders.record(order.orderId, captured, { charged: 100 });
      await add('ref_1', 20);
      await orders.endRefund(order.orderId, 'ref_1', { status: 'refunded', endedAt });
      expect(await orders.open()).toEqual([order.orderId]);
    });

    test('one that was rejected or expired counts no more; one that failed still does', async () => {
      await orders.record(order.orderId, captured, { charged: 100 });
      for (const [id, status] of [
        ['ref_1', 'rejected'],
        ['ref_2', 'expired'],
        ['ref_3', 'failed'],
      ] as const) {
        await add(id, 20);
        await orders.endRefund(order.orderId, id, { status, endedAt });
      }
      expect(await reserved()).toBe(20);
    });
  });
});
