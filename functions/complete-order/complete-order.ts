import type { Clock, Orders } from '../../domain/ports.ts';
import type { Stock } from '../../domain/stock.ts';
import { instant } from '../../domain/time.ts';

/** What was reserved has left, and the order is complete. */
export const completeOrder =
  (orders: Orders, stock: Stock, clock: Clock) =>
  async ({ orderId }: { readonly orderId: string }): Promise<{ readonly orderId: string }> => {
    await stock.ship(orderId);
    const at = instant(clock());
    await orders.record(orderId, { completed: { at, what: 'Order complete' } }, { status: 'completed', endedAt: at });
    return { orderId };
  };
