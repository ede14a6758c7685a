import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../local/stepfunctions/asl/json.ts';
import { directTables, type LocalTables } from '../contracts/local-tables.ts';
import { application } from './application.ts';
import { body } from './sample-order.ts';

// Orders that come as events, which the bus delivers at least once and in any order.

let tables: LocalTables;
beforeAll(async () => {
  tables = await directTables();
});
afterAll(() => tables.close());

const event = (index: number, order: object): JsonObject => ({
  ...{ 'detail-type': 'OrderSubmitted', source: 'procurement', id: `event-${index}` },
  detail: { idempotencyKey: `key-${index}`, order: order as JsonObject },
});

const sku = fc.constantFrom('LAMP', 'DESK', 'PRESS', 'NO-SUCH-THING');
const order = fc.record({ sku, quantity: fc.integer({ min: 0, max: 3 }) }).map((line) => body({ lines: [line] }));
/** Each order with how often it is delivered, and the order of all deliveries. */
const deliveries = fc
  .array(fc.record({ order, times: fc.integer({ min: 1, max: 5 }) }), { minLength: 1, maxLength: 12 })
  .chain((events) => {
    const all = events.flatMap(({ order, times }, index) => Array<JsonObject>(times).fill(event(index, order)));
    return fc.record({
      events: fc.constant(events.map(({ order }, index) => event(index, order))),
      shuffled: fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
      atOnce: fc.integer({ min: 1, max: 5 }),
    });
  });

const isGood = ({ detail }: JsonObject): boolean => {
  const { lines } = (detail as { order: { lines: { sku: string; quantity: number }[] } }).order;
  return lines.every((line) => line.sku !== 'NO-SUCH-THING' && line.quantity > 0);
};

test('one to five shuffled deliveries of each event make one order of each good one, and refuse the others', async () => {
  await fc.assert(
    fc.asyncProperty(deliveries, async ({ events, shuffled, atOnce }) => {
      const app = await application(tables);
      const outputs = new Map<unknown, Set<string>>();
      for (let next = 0; next < shuffled.length; next += atOnce) {
        const some = shuffled.slice(next, next + atOnce);
        const runs = await Promise.all(some.map((each) => app.submit(each)));
        for (const [index, { status, output }] of runs.entries()) {
          expect(status).toBe('SUCCEEDED');
          const { id } = some[index] as JsonObject;
          const { placedAt: _, ...answer } = output as JsonObject;
          outputs.set(id, (outputs.get(id) ?? new Set()).add(JSON.stringify(answer)));
        }
      }
      const good = events.filter(isGood);
      expect(app.started).toHaveLength(good.length);
      expect(new Set(app.started).size).toBe(good.length);
      for (const orderId of app.started)
        expect(await app.orders.find(orderId)).toMatchObject({ orderId, status: 'placed' });
      // Every delivery of an event is answered the same.
      for (const answers of outputs.values()) expect(answers.size).toBe(1);
      const refused = app.published.map(({ parameters }) => (parameters.Entries as JsonObject[])[0] as JsonObject);
      expect(new Set(refused.map(({ DetailType }) => DetailType)).size).toBeLessThanOrEqual(1);
      const keys = refused.map(({ Detail }) => (Detail as JsonObject).idempotencyKey);
      const bad = shuffled.filter((each) => !isGood(each)).map(({ detail }) => (detail as JsonObject).idempotencyKey);
      expect(keys.sort()).toEqual(bad.sort());
    }),
    { numRuns: 15 },
  );
});
