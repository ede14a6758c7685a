import { type DynamoDBDocumentClient, GetCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ConcurrentUpdateError, OrderClosedError, OrderNotFoundError } from '../../domain/errors.ts';
import { captureOf, type Movement, refundOf } from '../../domain/movement.ts';
import type { Order, Timeline } from '../../domain/order.ts';
import type { OrderNotices } from '../../domain/payment-notice.ts';
import type { OrderChange, Orders } from '../../domain/ports.ts';
import type { Refund } from '../../domain/refund.ts';
import { cancellationCodes, isConditionFailure } from './document-client.ts';
import { movementItem } from './movements-table.ts';

/** @param movements the table of movements; absent: nothing that moves money can be recorded */
export function ordersTable(client: DynamoDBDocumentClient, table: string, movements?: string): Orders & OrderNotices {
  async function find(orderId: string): Promise<Order | undefined> {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: { orderId }, ConsistentRead: true }));
    if (!Item) return undefined;
    const { receipt: _, open: _open, ...order } = Item;
    return order as Order;
  }

  async function record(orderId: string, steps: Timeline, change: OrderChange = {}): Promise<Order> {
    const [[first, entry] = ['none', undefined]] = Object.entries(steps);
    if (change.charged && entry) {
      const order = await find(orderId);
      await changeOrder(orderId, update(steps, change), order && captureOf(order, change.charged, entry.at));
    } else await changeOrder(orderId, update(steps, change));
    const order = await find(orderId);
    if (!order) throw new OrderNotFoundError(`There is no order ${orderId}.`);
    if (!Object.hasOwn(order.timeline, first))
      throw new OrderClosedError(`Order ${orderId} has ended, or gone too far.`);
    return order;
  }

  /** Changes the order, and writes what moved in the same transaction. @returns false if a condition failed */
  async function changeOrder(orderId: string, update: OrderUpdate, movement?: Movement): Promise<boolean> {
    const change = { TableName: table, Key: { orderId }, ...update };
    try {
      if (movement) await client.send(new TransactWriteCommand(withMovement(change, movement)));
      else await client.send(new UpdateCommand(change));
      return true;
    } catch (error) {
      const codes = cancellationCodes(error);
      if (isConditionFailure(error) || codes?.includes('ConditionalCheckFailed')) return false;
      if (codes) throw new ConcurrentUpdateError(`Order ${orderId} changed while it was being written.`);
      throw error;
    }
  }

  function withMovement(change: OrderUpdate & { TableName: string; Key: { orderId: string } }, movement: Movement) {
    if (!movements) throw new Error('Whoever moves money has to be given the table of movements.');
    return { TransactItems: [{ Update: change }, { Put: { TableName: movements, Item: movementItem(movement) } }] };
  }

  async function addRefund(orderId: string, refund: Refund): Promise<Order | undefined> {
    // What was charged never changes again, so the room for this refund may be computed from what is read.
    const order = await find(orderId);
    if (order?.charged === undefined || refund.amount > order.charged) return undefined;
    const added = await changeOrder(orderId, {
      UpdateExpression: 'SET refunds.#id = :refund, refundReserved = if_not_exists(refundReserved, :zero) + :amount',
      ConditionExpression:
        'attribute_not_exists(refunds.#id) AND (attribute_not_exists(refundReserved) OR refundReserved <= :room)',
      ExpressionAttributeNames: { '#id': refund.refundId },
      ExpressionAttributeValues: {
        ':refund': refund,
        ':zero': 0,
        ':amount': refund.amount,
        ':room': order.charged - refund.amount,
      },
    });
    return added ? find(orderId) : undefined;
  }

  async function endRefund(orderId: string, refundId: string, end: Parameters<Orders['endRefund']>[2]): Promise<void> {
    const order = await find(orderId);
    const refund = order?.refunds[refundId];
    if (!order || refund?.status !== 'requested') return;
    const given = end.status === 'rejected' || end.status === 'expired' ? refund.amount : 0;
    const update = {
      UpdateExpression: 'SET refunds.#id = :refund, refundReserved = refundReserved - :given',
      ConditionExpression: 'refunds.#id.#status = :requested',
      ExpressionAttributeNames: { '#id': refundId, '#status': 'status' },
      ExpressionAttributeValues: { ':refund': { ...refund, ...end }, ':given': given, ':requested': 'requested' },
    };
    await changeOrder(orderId, update, end.status === 'refunded' ? refundOf(order, refund, end.endedAt) : undefined);
  }

  async function addNotice(...[orderId, key, entry]: Parameters<OrderNotices['addNotice']>): Promise<void> {
    await changeOrder(orderId, {
      UpdateExpression: 'SET timeline.#key = :entry',
      ConditionExpression: 'attribute_exists(orderId) AND attribute_not_exists(timeline.#key)',
      ExpressionAttributeNames: { '#key': key },
      ExpressionAttributeValues: { ':entry': entry },
    });
  }

  return { find, record, addRefund, endRefund, addNotice };
}

interface OrderUpdate {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, unknown>;
}

function update(steps: Timeline, { status, paymentStatus, endedAt, shipments, charged, unless = [] }: OrderChange) {
  const entries = Object.entries(steps);
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const sets = entries.map(([step, entry], index) => {
    names[`#step${index}`] = step;
    values[`:entry${index}`] = entry;
    return `timeline.#step${index} = :entry${index}`;
  });
  if (status) {
    names['#status'] = 'status';
    values[':status'] = status;
    sets.push('#status = :status');
  }
  if (paymentStatus) {
    names['#paymentStatus'] = 'status';
    values[':paymentStatus'] = paymentStatus;
    sets.push('payment.#paymentStatus = :paymentStatus');
  }
  if (endedAt) {
    values[':endedAt'] = endedAt;
    sets.push('endedAt = :endedAt');
    names['#open'] = 'open';
  }
  if (shipments) {
    values[':shipments'] = shipments;
    sets.push('shipments = :shipments');
  }
  if (charged !== undefined) {
    values[':charged'] = charged;
    sets.push('charged = :charged');
  }
  const ruledOut = unless.map((step, index) => {
    names[`#unless${index}`] = step;
    return ` AND attribute_not_exists(timeline.#unless${index})`;
  });
  return {
    // What has ended leaves the index of open orders.
    UpdateExpression: `SET ${sets.join(', ')}${endedAt ? ' REMOVE #open' : ''}`,
    ConditionExpression: `attribute_exists(orderId) AND attribute_not_exists(timeline.#step0) AND attribute_not_exists(endedAt)${ruledOut.join('')}`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}
