import { OrderNotFoundError } from '../../domain/errors.ts';
import { unshippedSkus } from '../../domain/order.ts';
import type { Clock, Orders } from '../../domain/ports.ts';
import type { Stock } from '../../domain/stock.ts';
import { instant } from '../../domain/time.ts';

/** What was picked has left, what could not be is back in stock, and the order is complete. */
export const completeOrder =
  (orders: Orders, stock: Stock, clock: Clock) =>
  async ({ orderId }: { readonly orderId: string }): Promise<{ readonly orderId: string }> => {
    const order = await orders.find(orderId);
    if (!order) throw new OrderNotFoundError(`There is no order ${orderId}.`);
    const unshipped = unshippedSkus(order, order.shipments ?? []);
    await stock.ship(orderId, unshipped);
    const at = instant(clock());
    const what = unshipped.length > 0 ? `Order complete, without ${unshipped.join(', ')}` : 'Order complete';
    await orders.record(orderId, { completed: { at, what } }, { status: 'completed', endedAt: at });
    return { orderId };
  };
