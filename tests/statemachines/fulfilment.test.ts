import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { directTables, type LocalTables } from '../contracts/local-tables.ts';
import { type Application, application } from './application.ts';
import { body, products } from './sample-order.ts';

let tables: LocalTables;
beforeAll(() => {
  tables = directTables();
});
afterAll(() => tables.close());

/** 39.00 EUR from one warehouse, 600.00 EUR from another. */
const BOTH = {
  lines: [
    { sku: 'LAMP', quantity: 1 },
    { sku: 'DESK', quantity: 1 },
  ],
};
const countsOf = async ({ catalogue }: Application, sku: string) => {
  const [product] = await catalogue.find([sku]);
  return [product?.stock, product?.reserved, product?.shipped];
};

describe('when a shipment fails', () => {
  test('its lines are not charged and go back into stock; the others are sent', async () => {
    const app = await application(tables, { lostSkus: ['DESK'] });
    const { orderId, seen } = await app.order(body(BOTH));
    expect(seen).toMatchObject({
      status: 'completed',
      total: 63_900,
      charged: 3_900,
      shipments: [
        { shipmentId: `${orderId}-1`, status: 'shipped', tracking: `T-${orderId}-1` },
        { shipmentId: `${orderId}-2`, status: 'failed', reason: 'NotOnShelfError' },
      ],
    });
    expect(seen.timeline.at(-1).what).toBe('Order complete, without DESK');
    expect(await app.payments.find(orderId)).toMatchObject({ status: 'captured', captured: 3_900 });
    expect(await countsOf(app, 'LAMP')).toEqual([9, 0, 1]);
    expect(await countsOf(app, 'DESK')).toEqual([10, 0, 0]);
  });

  test('and all others with it, the order fails, and nothing is charged', async () => {
    const app = await application(tables, { lostSkus: ['LAMP', 'DESK'] });
    const { orderId, seen, processed } = await app.order(body(BOTH));
    expect(seen.status).toBe('failed');
    expect(processed.cause).toBe('The warehouse could ship nothing');
    expect(await app.payments.find(orderId)).toMatchObject({ status: 'voided', captured: 0 });
    expect(await countsOf(app, 'LAMP')).toEqual([10, 0, 0]);
  });

  test('a capture that is repeated takes what the first one took', async () => {
    const app = await application(tables, {
      lostSkus: ['DESK'],
      around: async (call, perform) => {
        const reply = await perform();
        const isFirst = call.state === 'Capture payment' && call.count === 1;
        return isFirst ? { error: 'DependencyUnavailableError' } : reply;
      },
    });
    const { orderId, seen } = await app.order(body(BOTH));
    expect(seen.charged).toBe(3_900);
    expect(await app.payments.find(orderId)).toMatchObject({ captured: 3_900, refunded: 0 });
  });
});

describe('an order that nobody in the warehouse takes', () => {
  test('is stopped and undone once its time is over', async () => {
    class StillWaiting extends Error {}
    const app = await application(tables, {
      around: async ({ state }, perform) => {
        if (state === 'Pick shipment') throw new StillWaiting();
        return perform();
      },
    });
    const { output } = await app.place(body());
    const { orderId } = output as { orderId: string };
    await expect(app.process(orderId)).rejects.toBeInstanceOf(StillWaiting);

    app.clock.at += 13 * 86_400_000;
    expect(await app.recover()).toEqual({ looked: 1, repaired: 0 });
    app.clock.at += 86_400_000;
    expect(await app.recover()).toEqual({ looked: 1, repaired: 1 });
    const seen = await app.see(orderId);
    expect(seen).toMatchObject({ status: 'failed' });
    expect(seen.timeline).toContainEqual(
      expect.objectContaining({ what: 'Failed: the warehouse did not pick it in time' }),
    );
    expect(await app.payments.find(orderId)).toMatchObject({ status: 'voided', captured: 0 });
    expect(await countsOf(app, 'LAMP')).toEqual([10, 0, 0]);
  });
});

describe('an order that may wait for stock', () => {
  const TOO_MANY = { lines: [{ sku: 'LAMP', quantity: 12 }], backorder: true };

  test('goes on when stock comes in', async () => {
    let looks = 0;
    const app: Application = await application(tables, {
      around: async (call, perform) => {
        if (call.state === 'Reserve stock' && ++looks === 3) {
          const { name, prices, warehouse } = products()[0] as ReturnType<typeof products>[number];
          await app.catalogue.put('LAMP', { name, prices, warehouse, intake: { id: 'more', quantity: 5 } });
        }
        return perform();
      },
    });
    const { seen } = await app.order(body(TOO_MANY));
    expect(seen.status).toBe('completed');
    expect(seen.timeline.slice(0, 3)).toMatchObject([
      { step: 'placed' },
      { step: 'backordered', at: '2026-11-22T12:00:00.000Z' },
      { step: 'reserved', at: '2026-11-23T00:00:00.000Z' },
    ]);
  });

  test('waits no longer than the policy allows', async () => {
    const app = await application(tables);
    const { seen } = await app.order(body(TOO_MANY));
    expect(seen).toMatchObject({ status: 'out-of-stock', endedAt: '2026-12-06T12:00:00.000Z' });
    expect(await countsOf(app, 'LAMP')).toEqual([10, 0, 0]);
  });
});

test('an order that has ended is neither invoiced nor picked to the end, should its processing come to life again', async () => {
  const app: Application = await application(tables, {
    around: async (call, perform) => {
      // Undone by others before the pick, as when who stopped it has its execution redriven.
      if (call.state === 'Pick shipment') return 'silence';
      if (call.state === 'Issue invoice' && call.count === 1) {
        const at = new Date(call.at).toISOString();
        const { orderId } = call.parameters.Key as { orderId: { S: string } };
        const stopped = { at, what: 'Failed: its processing ended unexpectedly' };
        await app.orders.record(orderId.S, { stopped }, { status: 'failed', endedAt: at });
      }
      return perform();
    },
  });
  const { seen, processed } = await app.order(body(BOTH));
  expect(seen.invoice).toBeUndefined();
  expect(seen.timeline.map(({ step }: { step: string }) => step)).not.toContain('invoiced');
  expect(processed.states).not.toContain('Capture payment');
  expect(processed.endedAt - processed.startedAt).toBeLessThan(1_000);
});
