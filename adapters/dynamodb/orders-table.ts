import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { OrderClosedError, OrderNotFoundError } from '../../domain/errors.ts';
import type { Order, Timeline } from '../../domain/order.ts';
import type { OrderChange, Orders } from '../../domain/ports.ts';
import type { Refund } from '../../domain/refund.ts';
import { isConditionFailure } from './document-client.ts';

export function ordersTable(client: DynamoDBDocumentClient, table: string): Orders {
  async function find(orderId: string): Promise<Order | undefined> {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: { orderId }, ConsistentRead: true }));
    if (!Item) return undefined;
    const { receipt: _, open: _open, ...order } = Item;
    return order as Order;
  }

  async function record(orderId: string, steps: Timeline, change: OrderChange = {}): Promise<Order> {
    const [first = 'none'] = Object.keys(steps);
    try {
      await client.send(new UpdateCommand({ TableName: table, Key: { orderId }, ...update(steps, change) }));
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
    const order = await find(orderId);
    if (!order) throw new OrderNotFoundError(`There is no order ${orderId}.`);
    if (!Object.hasOwn(order.timeline, first))
      throw new OrderClosedError(`Order ${orderId} has ended, or gone too far.`);
    return order;
  }

  /** @returns false if a condition failed */
  async function change(orderId: string, update: object): Promise<boolean> {
    try {
      await client.send(new UpdateCommand({ TableName: table, Key: { orderId }, ...update }));
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }

  async function addRefund(orderId: string, refund: Refund): Promise<Order | undefined> {
    // What was charged never changes again, so the room for this refund may be computed from what is read.
    const order = await find(orderId);
    if (order?.charged === undefined || refund.amount > order.charged) return undefined;
    const added = await change(orderId, {
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
    const refund = (await find(orderId))?.refunds[refundId];
    if (refund?.status !== 'requested') return;
    const given = end.status === 'rejected' || end.status === 'expired' ? refund.amount : 0;
    await change(orderId, {
      UpdateExpression: 'SET refunds.#id = :refund, refundReserved = refundReserved - :given',
      ConditionExpression: 'refunds.#id.#status = :requested',
      ExpressionAttributeNames: { '#id': refundId, '#status': 'status' },
      ExpressionAttributeValues: { ':refund': { ...refund, ...end }, ':given': given, ':requested': 'requested' },
    });
  }

  return { find, record, addRefund, endRefund };
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
