import { OrderClosedError, OrderNotFoundError } from '../../domain/errors.ts';
import { captureOf, type Movement, refundOf } from '../../domain/movement.ts';
import type { Order } from '../../domain/order.ts';
import type { OrderNotices } from '../../domain/payment-notice.ts';
import type { Movements, OpenOrders, Orders } from '../../domain/ports.ts';
import { refundable } from '../../domain/refund.ts';

/** An order as the table holds it: with the answer to its placing, and `open` until it has ended, and while a refund is under way. */
export type OrderItem = Order & { readonly open?: 'yes'; readonly receipt?: string };

interface Items {
  readonly put: (item: OrderItem) => void;
  readonly item: (orderId: string) => OrderItem | undefined;
  readonly all: () => readonly Order[];
}

/** @param placed what `place-order` has recorded */
export function memoryOrders(placed: readonly Order[] = []): Orders & OrderNotices & OpenOrders & Movements & Items {
  const orders = new Map<string, OrderItem>();
  for (const order of placed) orders.set(order.orderId, { ...order, open: 'yes' });
  const movements: Movement[] = [];

  return {
    put: (item) => void orders.set(item.orderId, item),
    item: (orderId) => orders.get(orderId),
    all: () => [...orders.values()].map(toOrder),
    find: async (orderId) => {
      const item = orders.get(orderId);
      return item && toOrder(item);
    },
    on: async (day) =>
      movements
        .filter((each) => each.day === day)
        .sort((a, b) => (`${a.orderId}#${a.reference}` < `${b.orderId}#${b.reference}` ? -1 : 1)),
    async open() {
      const open = [...orders.values()].filter((item) => item.open);
      open.sort((a, b) => (a.placedAt < b.placedAt ? -1 : 1));
      return open.map(({ orderId }) => orderId);
    },
    async record(orderId, steps, { status, paymentStatus, endedAt, shipments, charged, unless = [] } = {}) {
      const order = orders.get(orderId);
      if (!order) throw new OrderNotFoundError(`There is no order ${orderId}.`);
      const [[first, entry] = ['none', undefined]] = Object.entries(steps);
      if (Object.hasOwn(order.timeline, first)) return toOrder(order);
      const ruledOut = unless.some((step) => Object.hasOwn(order.timeline, step));
      if (order.endedAt || ruledOut) throw new OrderClosedError(`Order ${orderId} has ended, or gone too far.`);
      const { open, ...rest } = order;
      const next: OrderItem = {
        ...rest,
        ...(open && !endedAt && { open }),
        timeline: { ...order.timeline, ...steps },
        ...(status && { status }),
        ...(endedAt && { endedAt }),
        ...(shipments && { shipments }),
        ...(charged !== undefined && { charged }),
        ...(paymentStatus && { payment: { ...order.payment, status: paymentStatus } }),
      };
      orders.set(orderId, next);
      const capture = charged && entry && captureOf(order, charged, entry.at);
      if (capture) movements.push(capture);
      return toOrder(next);
    },
    async addRefund(orderId, refund) {
      const order = orders.get(orderId);
      if (order?.charged === undefined || Object.hasOwn(order.refunds, refund.refundId)) return undefined;
      if (refund.amount > refundable(order)) return undefined;
      const next: OrderItem = {
        ...order,
        open: 'yes',
        refunds: { ...order.refunds, [refund.refundId]: refund },
        refundReserved: (order.refundReserved ?? 0) + refund.amount,
      };
      orders.set(orderId, next);
      return toOrder(next);
    },
    async endRefund(orderId, refundId, end) {
      const order = orders.get(orderId);
      const refund = order?.refunds[refundId];
      if (!order || refund?.status !== 'requested') return;
      const given = end.status === 'rejected' || end.status === 'expired' ? refund.amount : 0;
      const refunds = { ...order.refunds, [refundId]: { ...refund, ...end } };
      const { open, ...rest } = order;
      const isOpen = !order.endedAt || Object.values(refunds).some(({ status }) => status === 'requested');
      const refundReserved = (order.refundReserved ?? 0) - given;
      orders.set(orderId, { ...rest, ...(open && isOpen && { open }), refunds, refundReserved });
      if (end.status === 'refunded') movements.push(refundOf(order, refund, end.endedAt));
    },
    async addNotice(orderId, key, entry) {
      const order = orders.get(orderId);
      if (order && !order.timeline[key])
        orders.set(orderId, { ...order, timeline: { ...order.timeline, [key]: entry } });
    },
  };
}

const orderOf = new WeakMap<OrderItem, Order>();

/** An item never changes, so neither does the order that it holds. */
function toOrder(item: OrderItem): Order {
  const known = orderOf.get(item);
  if (known) return known;
  const { open: _, receipt: _r, ...order } = item;
  orderOf.set(item, order);
  return order;
}
