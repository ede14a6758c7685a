import type { OpenOrders } from '../../domain/ports.ts';

/** How many are looked at in one go: their ids have to fit into a payload of 256 KB. */
const MOST = 4_000;

/** Orders that have not ended, the oldest first. */
export const findOpenOrders = (orders: OpenOrders) => async (): Promise<{ readonly orderIds: readonly string[] }> => ({
  orderIds: await orders.open(MOST),
});
