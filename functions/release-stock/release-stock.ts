import { OrderNotFoundError } from '../../domain/errors.ts';
import type { Clock, Orders } from '../../domain/ports.ts';
import type { Stock } from '../../domain/stock.ts';
import { instant } from '../../domain/time.ts';

/** Undoes `reserve-stock`, whether it has run, not run, or is still running. */
export const releaseStock =
  (orders: Orders, stock: Stock, clock: Clock) =>
  async ({ orderId }: { readonly orderId: string }): Promise<{ readonly orderId: string }> => {
    const order = await orders.find(orderId);
    if (!order) throw new OrderNotFoundError(`There is no order ${orderId}.`);
    await stock.release(orderId, order.lines);
    if (order.timeline.reserved) {
      await orders.record(orderId, { released: { at: instant(clock()), what: 'Stock released' } });
    }
    return { orderId };
  };
