import { fingerprint, type Json } from './fingerprint.ts';
import { type Currency, formatMoney, type Money } from './money.ts';
import type { Refund } from './refund.ts';
import type { ApprovalSubject } from './subject.ts';
import type { Instant } from './time.ts';

/** Where an order stands. The ones after `fulfilling` are ends, except that `compensation-failed` waits for repair. */
export type OrderStatus =
  | 'placed'
  | 'backordered'
  | 'awaiting-approval'
  | 'approved'
  | 'fulfilling'
  | 'completed'
  | 'rejected'
  | 'expired'
  | 'payment-declined'
  | 'out-of-stock'
  | 'cancelled'
  | 'failed'
  | 'compensation-failed';

export interface PricedLine {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  /** Minor units of the order's currency, as for every amount below. */
  readonly unitPrice: number;
  readonly amount: number;
  readonly warehouse: string;
}

export interface Order {
  readonly orderId: string;
  /** Counts the changes of what is ordered. It is part of what is approved. */
  readonly version: number;
  readonly client: string;
  readonly requestHash: string;
  readonly placedAt: Instant;
  readonly requestedBy: string;
  readonly currency: Currency;
  readonly lines: readonly PricedLine[];
  readonly total: number;
  readonly payment: { readonly token: string; readonly status?: string };
  readonly shipAt?: Instant;
  /** Waits for stock, as long as the policy allows, where it would be out of stock. */
  readonly backorder?: true;
  readonly reason?: string;
  readonly risk: readonly string[];
  readonly needsApproval: boolean;
  readonly status: OrderStatus;
  readonly endedAt?: Instant;
  readonly invoice?: { readonly number: string; readonly issuedAt: Instant; readonly cancelledAt?: Instant };
  /** What became of each shipment; absent before the warehouse has answered for all of them. */
  readonly shipments?: readonly ShipmentResult[];
  /** What was taken: less than the total when not everything could be shipped. */
  readonly charged?: number;
  /** By their ids. */
  readonly refunds: Readonly<Record<string, Refund>>;
  /** Sum of the refunds that were, or may still be, made: never more than was charged. */
  readonly refundReserved?: number;
  readonly timeline: Timeline;
}

/** What happens to an order, in the order in which it can happen: `stopped` says why it doesn't complete, the rest undoes. A step is recorded once, however often it is retried. */
export const STEPS = [
  'placed',
  'backordered',
  'reserved',
  'approval-requested',
  'approved',
  'authorised',
  'invoiced',
  'capturing',
  'captured',
  'completed',
  'cancel-requested',
  'stopped',
  'invoice-cancelled',
  'voided',
  'released',
  'undo-failed',
] as const;

export type Step = (typeof STEPS)[number];

export interface TimelineEntry {
  readonly at: Instant;
  /** A sentence for people. */
  readonly what: string;
  /** Who did it, where it was a person. */
  readonly by?: string;
}

/** Something that happened to the payment without our doing; there may be several. */
export type NoticeKey = `notice-${string}`;

export type Timeline = Readonly<Partial<Record<Step, TimelineEntry>>> & { readonly [key: NoticeKey]: TimelineEntry };

/** @returns the entries as they happened; within one instant in the order of `STEPS`, and notices last */
export function timelineOf({
  timeline,
}: Pick<Order, 'timeline'>): readonly (TimelineEntry & { readonly step: Step | 'payment-notice' })[] {
  const steps = STEPS.flatMap((step) => (timeline[step] ? [{ step, ...timeline[step] }] : []));
  const notices = Object.entries(timeline).filter(([key]) => key.startsWith('notice-'));
  const entries = [...steps, ...notices.map(([, entry]) => ({ step: 'payment-notice' as const, ...entry }))];
  return entries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** The same client and key always give the same order id: that is what makes placing an order idempotent. */
export const orderIdOf = (client: string, idempotencyKey: string): string =>
  `ord_${fingerprint([client, idempotencyKey]).slice(0, 32)}`;

/** Nothing else is looked up. */
export const isOrderId = (text: string): boolean => /^ord_[0-9a-f]{32}$/.test(text);

/** Equal for bodies that are equal as JSON documents. */
export const requestHashOf = (body: Json): string => fingerprint(body);

export const totalOf = ({ total, currency }: Pick<Order, 'total' | 'currency'>): Money => ({ amount: total, currency });

/** What an approver signs when approving an order. Everything that is charged and sent is in it. */
export function subjectOf(order: Order): ApprovalSubject {
  return {
    type: 'order',
    id: order.orderId,
    version: order.version,
    title: `Order for ${formatMoney(totalOf(order))}`,
    requestedBy: order.requestedBy,
    amount: order.total,
    currency: order.currency,
    risk: order.risk,
    lines: order.lines.map(({ sku, name, quantity, unitPrice, amount }) => ({
      text: `${name} (${sku}) at ${formatMoney({ amount: unitPrice, currency: order.currency })}`,
      quantity,
      amount,
    })),
    ...(order.reason && { reason: order.reason }),
  };
}

export interface Shipment {
  readonly shipmentId: string;
  readonly warehouse: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

/** One shipment per warehouse, in the order of the lines. */
export function shipmentsOf({ orderId, lines }: Pick<Order, 'orderId' | 'lines'>): readonly Shipment[] {
  const byWarehouse = Map.groupBy(lines, ({ warehouse }) => warehouse);
  return [...byWarehouse].map(([warehouse, group], index) => ({
    shipmentId: `${orderId}-${index + 1}`,
    warehouse,
    lines: group.map(({ sku, quantity }) => ({ sku, quantity })),
  }));
}

/** What the warehouse says of a shipment. */
export interface ShipmentResult {
  readonly shipmentId: string;
  readonly status: 'shipped' | 'failed';
  /** The carrier's number. */
  readonly tracking?: string;
  /** Why it failed. */
  readonly reason?: string;
}

/** SKUs of the shipments that failed: they are not charged, and their stock is given back. */
export function unshippedSkus(order: Pick<Order, 'orderId' | 'lines'>, results: readonly ShipmentResult[]): string[] {
  const failed = new Set(results.filter(({ status }) => status === 'failed').map(({ shipmentId }) => shipmentId));
  return shipmentsOf(order)
    .filter(({ shipmentId }) => failed.has(shipmentId))
    .flatMap(({ lines }) => lines.map(({ sku }) => sku));
}

/** What the shipments that left cost, in minor units. */
export function shippedAmount(order: Pick<Order, 'orderId' | 'lines'>, results: readonly ShipmentResult[]): number {
  const missing = new Set(unshippedSkus(order, results));
  return order.lines.reduce((sum, { sku, amount }) => (missing.has(sku) ? sum : sum + amount), 0);
}
