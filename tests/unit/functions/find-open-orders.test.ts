import { expect, test } from '@jest/globals';
import { findOpenOrders } from '../../../functions/find-open-orders/find-open-orders.ts';

const NOW = Date.UTC(2026, 10, 27, 12);

async function measured(openedAt: readonly string[], orderIds: readonly string[] = [], now = NOW) {
  const values: Record<string, number> = {};
  const find = findOpenOrders({
    orders: { open: async () => orderIds },
    approvals: { waiting: async () => openedAt.map((at) => ({ openedAt: at }) as never) },
    clock: () => now,
    measure: (name, value) => {
      values[name] = value;
    },
  });
  return { found: await find(), values };
}

test('where nothing waits, that is measured too', async () => {
  const { found, values } = await measured([]);
  expect(found).toEqual({ orderIds: [] });
  expect(values).toEqual({ OpenOrders: 0, PendingApprovals: 0, OldestPendingApproval: 0 });
});

test('open orders and waiting approvals are counted, and the age of the oldest is told in seconds', async () => {
  const { found, values } = await measured(['2026-11-27T10:00:00.000Z', '2026-11-27T11:59:00.000Z'], ['ord_1']);
  expect(found).toEqual({ orderIds: ['ord_1'] });
  expect(values).toEqual({ OpenOrders: 1, PendingApprovals: 2, OldestPendingApproval: 7200 });
});

test('more than fit into one go are looked at in turns, so that none waits for the end of the others', async () => {
  const orderIds = Array.from({ length: 9_000 }, (_, index) => `ord_${index}`);
  const seen = new Set<string>();
  for (const minutes of [0, 2, 4]) {
    const { found, values } = await measured([], orderIds, NOW + minutes * 60_000);
    expect(found.orderIds.length).toBeLessThanOrEqual(4_000);
    expect(values.OpenOrders).toBe(9_000);
    for (const orderId of found.orderIds) seen.add(orderId);
  }
  expect(seen.size).toBe(9_000);
});
