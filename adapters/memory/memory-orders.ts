import { OrderClosedError, OrderNotFoundError } from '../../domain/errors.ts';
import type { Order } from '../../domain/order.ts';
import type { Orders } from '../../domain/ports.ts';
import { refundable } from '../../domain/refund.ts';

/** @param placed what `place-order` has recorded */
export function memoryOrders(placed: readonly Order[] = []): Orders & { readonly add: (order: Order) => void } {
  const orders = new Map(placed.map((order) => [order.orderId, order]));
  return {
    add: (order) => void orders.set(order.orderId, order),
    find: async (orderId) => orders.get(orderId),
    async record(orderId, steps, { status, paymentStatus, endedAt, shipments, charged, unless = [] } = {}) {
      const order = orders.get(orderId);
      if (!order) throw new OrderNotFoundError(`There is no order ${orderId}.`);
      const [first = 'none'] = Object.keys(steps);
      if (Object.hasOwn(order.timeline, first)) return order;
      const ruledOut = unless.some((step) => Object.hasOwn(order.timeline, step));
      if (order.endedAt || ruledOut) throw new OrderClosedError(`Order ${orderId} has ended, or gone too far.`);
      const next: Order = {
        ...order,
        timeline: { ...order.timeline, ...steps },
        ...(status && { status }),
        ...(endedAt && { endedAt }),
        ...(shipments && { shipments }),
        ...(charged !== undefined && { charged }),
        ...(paymentStatus && { payment: { ...order.payment, status: paymentStatus } }),
      };
      orders.set(orderId, next);
      return next;
    },
    async addRefund(orderId, refund) {
      const order = orders.get(orderId);
      if (order?.charged === undefined || Object.hasOwn(order.refunds, refund.refundId)) return undefined;
      if (refund.amount > refundable(order)) return undefined;
      const next = {
        ...order,
        refunds: { ...order.refunds, [refund.refundId]: refund },
        refundReserved: (order.refundReserved ?? 0) + refund.amount,
      };
      orders.set(orderId, next);
      return next;
    },
    async endRefund(orderId, refundId, end) {
      const order = orders.get(orderId);
      const refund = order?.refunds[refundId];
      if (!order || refund?.status !== 'requested') return;
      const given = end.status === 'rejected' || end.status === 'expired' ? refund.amount : 0;
      const refunds = { ...order.refunds, [refundId]: { ...refund, ...end } };
      orders.set(orderId, { ...order, refunds, refundReserved: (order.refundReserved ?? 0) - given });
    },
  };
}
