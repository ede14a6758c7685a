import type { Currency } from './money.ts';
import type { Order } from './order.ts';
import type { Payment } from './payment.ts';
import type { Instant } from './time.ts';

/** Money that moved: taken for an order, or given back. Written together with the order's record of it. */
export interface Movement {
  /** `YYYY-MM-DD` in UTC: the day of `at`. */
  readonly day: string;
  readonly orderId: string;
  readonly kind: 'capture' | 'refund';
  /** The refund's id; `capture` for the capture, of which there is one. */
  readonly reference: string;
  readonly currency: Currency;
  /** Minor units, never negative. */
  readonly amount: number;
  readonly at: Instant;
}

/** The movements of one order on one day. */
export interface OrderMovements {
  readonly orderId: string;
  readonly movements: readonly Movement[];
}

export const dayOf = (at: Instant): string => at.slice(0, 10);

/** The capture that goes with an order's record, or undefined if nothing was taken. */
export const captureOf = (
  { orderId, currency }: Pick<Order, 'orderId' | 'currency'>,
  amount: number,
  at: Instant,
): Movement | undefined =>
  amount > 0 ? { day: dayOf(at), orderId, kind: 'capture', reference: 'capture', currency, amount, at } : undefined;

export const refundOf = (
  { orderId, currency }: Pick<Order, 'orderId' | 'currency'>,
  { refundId, amount }: { readonly refundId: string; readonly amount: number },
  at: Instant,
): Movement => ({ day: dayOf(at), orderId, kind: 'refund', reference: refundId, currency, amount, at });

/** Each order with what moved for it, by order id. */
export function byOrder(movements: readonly Movement[]): readonly OrderMovements[] {
  const groups = Map.groupBy(movements, ({ orderId }) => orderId);
  return [...groups]
    .map(([orderId, group]) => ({ orderId, movements: group }))
    .sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
}

/**
 * Holds the movements of an order against its record, and that against the payment provider's.
 * @returns a sentence for each difference; empty if all three agree
 */
export function differencesOf(
  { orderId, movements }: OrderMovements,
  order: Pick<Order, 'currency' | 'charged' | 'refunds'> | undefined,
  payment: Pick<Payment, 'authorised' | 'captured' | 'refunded'>,
): readonly string[] {
  if (!order) return [`${orderId}: money moved for an order that is not there`];
  const found: string[] = [];
  const differ = (what: string): void => {
    found.push(`${orderId}: ${what}`);
  };
  for (const { kind, reference, currency, amount } of movements) {
    const refund = order.refunds[reference];
    const recorded = kind === 'capture' ? order.charged : refund?.status === 'refunded' ? refund.amount : undefined;
    if (recorded !== amount) differ(`${kind} ${reference} is ${amount}, the order's record says ${recorded ?? 'none'}`);
    if (currency !== order.currency) differ(`${kind} ${reference} is in ${currency}, the order in ${order.currency}`);
  }
  const charged = order.charged ?? 0;
  if (payment.captured !== charged) differ(`the provider took ${payment.captured}, the order's record says ${charged}`);
  if (payment.authorised && payment.authorised.currency !== order.currency) {
    differ(`the provider took ${payment.authorised.currency}, the order is in ${order.currency}`);
  }
  const refunds = Object.values(order.refunds);
  const sum = (status: string) =>
    refunds.reduce((total, each) => total + (each.status === status ? each.amount : 0), 0);
  // A refund that is under way may have reached the provider already, but not the record.
  const [settled, underWay] = [sum('refunded'), sum('requested')];
  if (payment.refunded < settled || payment.refunded > settled + underWay) {
    differ(`the provider gave back ${payment.refunded}, the order's record says ${settled}`);
  }
  return found;
}
