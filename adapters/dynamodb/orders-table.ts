import { type DynamoDBDocumentClient, GetCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ConcurrentUpdateError, OrderClosedError, OrderNotFoundError } from '../../domain/errors.ts';
import { captureOf, type Movement, refundOf } from '../../domain/movement.ts';
import type { Order, Timeline } from '../../domain/order.ts';
import type { OrderNotices } from '../../domain/payment-notice.ts';
import type { OrderChange, Orders } from '../../domain/ports.ts';
import type { Refund } from '../../domain/refund.ts';
import { cancellationCodes, isConditionFailure } from './document-client.ts';
import { movementItem } from './movements-table.ts';

const ATTEMPTS = 10;

/** An order as the table holds it, but for what it was answered when it was placed. */
interface OrderItem extends Order {
  readonly receipt?: string;
  readonly open?: 'yes';
  /** How many refunds have not ended. */
  readonly refundsUnderWay?: number;
}

const toOrder = ({ receipt, open, refundsUnderWay, ...order }: OrderItem): Order => order;

/** @param movements the table of movements; absent: nothing that moves money can be recorded */
export function ordersTable(client: DynamoDBDocumentClient, table: string, movements?: string): Orders & OrderNotices {
  async function read(orderId: string): Promise<OrderItem | undefined> {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: { orderId }, ConsistentRead: true }));
    return Item as OrderItem | undefined;
  }

  async function find(orderId: string): Promise<Order | undefined> {
    const item = await read(orderId);
    return item && toOrder(item);
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
      UpdateExpression:
        'SET refunds.#id = :refund, refundReserved = if_not_exists(refundReserved, :zero) + :amount, ' +
        'refundsUnderWay = if_not_exists(refundsUnderWay, :zero) + :one, #open = :yes',
      ConditionExpression:
        'attribute_not_exists(refunds.#id) AND (attribute_not_exists(refundReserved) OR refundReserved <= :room)',
      ExpressionAttributeNames: { '#id': refund.refundId, '#open': 'open' },
      ExpressionAttributeValues: {
        ...{ ':zero': 0, ':one': 1, ':yes': 'yes' },
        ':refund': refund,
        ':amount': refund.amount,
        ':room': order.charged - refund.amount,
      },
    });
    return added ? find(orderId) : undefined;
  }

  async function endRefund(orderId: string, refundId: string, end: Parameters<Orders['endRefund']>[2]): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const order = await read(orderId);
      const refund = order?.refunds[refundId];
      if (!order || refund?.status !== 'requested') return;
      const left = Object.values(order.refunds).filter(({ status }) => status === 'requested').length - 1;
      const isOver = left === 0 && order.endedAt !== undefined;
      const { refundsUnderWay: seen } = order;
      const update = {
        UpdateExpression: `SET refunds.#id = :refund, refundReserved = refundReserved - :given, refundsUnderWay = :left${isOver ? ' REMOVE #open' : ''}`,
        // By the count, of two that end at the same time one sees that it is the last. Older orders have none yet.
        ConditionExpression: `refunds.#id.#status = :requested AND ${seen === undefined ? 'attribute_not_exists(refundsUnderWay)' : 'refundsUnderWay = :seen'}`,
        ExpressionAttributeNames: { '#id': refundId, '#status': 'status', ...(isOver && { '#open': 'open' }) },
        ExpressionAttributeValues: {
          ...{ ':requested': 'requested', ':left': left, ...(seen !== undefined && { ':seen': seen }) },
          ':refund': { ...refund, ...end },
          ':given': end.status === 'rejected' || end.status === 'expired' ? refund.amount : 0,
        },
      };
      const movement = end.status === 'refunded' ? refundOf(order, refund, end.endedAt) : undefined;
      if (await changeOrder(orderId, update, movement)) return;
    }
    throw new ConcurrentUpdateError(`Refunds of order ${orderId} are being changed by others.`);
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
