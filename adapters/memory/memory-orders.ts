import { OrderClosedError, OrderNotFoundError } from '../../domain/errors.ts';
import type { Order } from '../../domain/order.ts';
import type { Orders } from '../../domain/ports.ts';

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
  };
}
