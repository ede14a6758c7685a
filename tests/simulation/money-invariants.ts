import { formatMoney } from '../../domain/money.ts';
import { shipmentsOf, shippedAmount } from '../../domain/order.ts';
import type { Invariants } from './invariants.ts';
import type { Observed, ObservedOrder } from './observed.ts';

export function moneyInvariants(observed: Observed): Invariants {
  const { orders } = observed;
  return {
    I1: { says: 'An order is charged at most once', broken: orders.flatMap(twiceCharged) },
    I8: {
      says: 'An order that is not completed costs nothing, and nothing is held',
      broken: orders.flatMap(kept(observed)),
    },
    I9: {
      says: 'A completed order is charged once for what left, each line of it once, and refunded as agreed',
      broken: [...orders.flatMap(notSettled), ...orders.flatMap(notSent(observed)), ...orders.flatMap(notRefunded)],
    },
    I12: { says: 'What was approved is what is charged', broken: orders.flatMap(notApproved(observed)) },
  };
}

function twiceCharged({ order: { orderId }, movements }: ObservedOrder): string[] {
  const charges = movements.filter(({ kind }) => kind === 'charge').length;
  const holds = movements.filter(({ kind }) => kind === 'hold').length;
  return charges > 1 || holds > 1 ? [`${orderId} was held ${holds} times and charged ${charges} times`] : [];
}

const kept =
  ({ payments }: Observed) =>
  ({ order: { orderId, status, endedAt }, wish, movements, charged, refunded }: ObservedOrder): string[] => {
    const late = movements.filter(({ kind, at }) => kind === 'charge' && wish && at > wish.cancelledAt);
    if (late.length > 0) return [`${orderId} was charged after its cancellation was accepted`];
    if (!endedAt || status === 'completed') return [];
    const held = payments
      .records()
      .filter((record) => record.paymentKey.startsWith(orderId) && record.status === 'authorised');
    return charged !== refunded || held.length > 0
      ? [`${orderId} is ${status}, ${charged} was charged, ${refunded} refunded, ${held.length} payments are held`]
      : [];
  };

/** By the receipt that the client has, as far as it has one. */
function notSettled({ order, charged, movements }: ObservedOrder): string[] {
  const { orderId, status, shipments = [] } = order;
  if (status !== 'completed') return [];
  const due = shippedAmount(order, shipments);
  const isOnce = movements.filter(({ kind }) => kind === 'charge').length === 1;
  return isOnce && charged === due ? [] : [`${orderId} is complete, ${due} is due, and ${charged} was charged`];
}

const notSent =
  ({ warehouse }: Observed) =>
  ({ order }: ObservedOrder): string[] => {
    const { orderId, status, shipments = [] } = order;
    const parcels = [...warehouse.parcels.values()].filter((parcel) => parcel.orderId === orderId && !parcel.returned);
    if (status !== 'completed') {
      return order.endedAt ? parcels.map(({ shipmentId }) => `${shipmentId} left, and the order is ${status}`) : [];
    }
    const counted = new Map<string, number>();
    for (const { sku, quantity } of parcels.flatMap(({ lines }) => lines)) {
      counted.set(sku, (counted.get(sku) ?? 0) + quantity);
    }
    const failed = new Set(
      shipments.filter((result) => result.status === 'failed').map(({ shipmentId }) => shipmentId),
    );
    return shipmentsOf(order).flatMap(({ shipmentId, lines }) =>
      lines.flatMap(({ sku, quantity }) => {
        const due = failed.has(shipmentId) ? 0 : quantity;
        const left = counted.get(sku) ?? 0;
        return left === due ? [] : [`of ${quantity} × ${sku} of ${orderId}, ${due} were to leave, and ${left} did`];
      }),
    );
  };

function notRefunded({ order, wish, charged, refunded }: ObservedOrder): string[] {
  const { orderId, status, refunds } = order;
  if (status !== 'completed') return [];
  const all = Object.values(refunds);
  const sum = (statuses: readonly string[]) =>
    all.reduce((total, refund) => (statuses.includes(refund.status) ? total + refund.amount : total), 0);
  const most = sum(['refunded', 'failed']);
  const lost = [...(wish?.refunds.keys() ?? [])].filter((refundId) => !refunds[refundId]);
  return [
    ...(refunded < sum(['refunded']) || refunded > most
      ? [`${orderId}: ${most} was to be refunded, and ${refunded} was`]
      : []),
    ...(sum(['requested', 'refunded', 'failed']) > charged
      ? [`${orderId}: more refunds were agreed to than ${charged}`]
      : []),
    ...lost.map((refundId) => `${orderId}: the refund ${refundId} was accepted and is gone`),
  ];
}

/** What approvers had before their eyes when they pressed “Approve”, beside what the provider was asked to hold. */
const notApproved =
  ({ approvers }: Observed) =>
  ({ order: { orderId, currency }, signOff, movements, charged }: ObservedOrder): string[] => {
    if (!signOff || charged === 0) return [];
    const amount = movements.find(({ kind }) => kind === 'hold')?.amount ?? 0;
    const text = `Order for ${formatMoney({ amount, currency })}`;
    const { approvalId } = signOff.approval;
    return approvers.clicks
      .filter((click) => click.approvalId === approvalId && click.status === 200 && click.choice === 'approve')
      .filter(({ shown }) => !shown.includes(text))
      .map(() => `${amount} of ${orderId} was held, and that is not what was shown`);
  };
