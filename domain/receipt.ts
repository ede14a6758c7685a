import type { Order, PricedLine } from './order.ts';

/** What the client is answered for an order: made of what never changes, so that every repeat gets the same. */
export interface Receipt
  extends Pick<Order, 'orderId' | 'placedAt' | 'requestedBy' | 'currency' | 'total' | 'needsApproval'> {
  readonly status: 'placed';
  readonly lines: readonly Omit<PricedLine, 'warehouse'>[];
  readonly links: { readonly self: string };
}

export const receiptOf = (order: Order): Receipt => ({
  orderId: order.orderId,
  status: 'placed',
  placedAt: order.placedAt,
  requestedBy: order.requestedBy,
  currency: order.currency,
  lines: order.lines.map(({ warehouse: _, ...line }) => line),
  total: order.total,
  needsApproval: order.needsApproval,
  links: { self: `/orders/${order.orderId}` },
});
