import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { directTables, type LocalTables } from '../contracts/local-tables.ts';
import { type Application, application } from './application.ts';
import { linkIn } from './browser.ts';
import { body } from './sample-order.ts';

// A hundred orders of each kind that recovery is for: whoever had to go on has gone, and nobody said anything.

let tables: LocalTables;
beforeAll(() => {
  tables = directTables();
});
afterAll(() => tables.close());

const HUNDRED = Array.from({ length: 100 }, (_, index) => `key-${index}`);
const PATIENCE = 120_000;
/** What recovery may take until the last order is repaired. */
const FIVE_MINUTES = 5 * 60_000;

class ExecutionLost extends Error {}

/** An application whose processes end without a word when they come to a state; `after` its call was made, or before. */
async function losing(state: string, when: 'before' | 'after'): Promise<Application> {
  const lost = { on: true };
  const app: Application = await application(tables, {
    onMails: async (mails, { web }) => {
      for (const { text } of mails) if (linkIn(text)) await web.press(linkIn(text), 'approve');
    },
    around: async (call, perform) => {
      if (call.state !== state || !lost.on) return perform();
      if (when === 'after') await perform();
      throw new ExecutionLost();
    },
  });
  await app.catalogue.put('LAMP', {
    name: 'Lamp',
    prices: { EUR: 3_900 },
    warehouse: 'main',
    intake: { id: 'i', quantity: 990 },
  });
  return Object.assign(app, { found: () => Object.assign(lost, { on: false }) });
}

async function placeAndLose(app: Application, order: object): Promise<string[]> {
  const ids: string[] = [];
  for (const key of HUNDRED) {
    const { output } = await app.place(order, key);
    const { orderId } = output as { orderId: string };
    ids.push(orderId);
    await app.process(orderId).catch((error) => {
      if (!(error instanceof ExecutionLost)) throw error;
      const { input } = app.standings.get(orderId) ?? { input: null };
      app.standings.set(orderId, { standing: 'dead', input });
    });
  }
  return ids;
}

/** Runs recovery every two minutes, as its schedule does. @returns how long it took until there was nothing to repair */
async function recoverAll(app: Application): Promise<number> {
  (app as Application & { found: () => void }).found();
  const since = app.clock.at;
  for (let time = 1; time <= 10; time++) {
    app.clock.at += 120_000;
    if ((await app.recover()).looked === 0) break;
  }
  return app.clock.at - since - 120_000;
}

const standingOf = async (app: Application) => {
  const [lamp] = await app.catalogue.find(['LAMP']);
  return [lamp?.stock, lamp?.reserved, lamp?.shipped];
};

describe('a hundred executions that ended without saying how', () => {
  test.each([
    ['Reserve stock', 'after'],
    ['Authorise payment', 'before'],
    ['Issue invoice', 'after'],
    ['Capture payment', 'after'],
  ] as const)(
    'at “%s” (%s)',
    async (state, when) => {
      const app = await losing(state, when);
      const ids = await placeAndLose(app, body({ lines: [{ sku: 'LAMP', quantity: 1 }] }));
      expect(await recoverAll(app)).toBeLessThanOrEqual(FIVE_MINUTES);
      const isPaid = state === 'Capture payment';
      expect(await standingOf(app)).toEqual(isPaid ? [900, 0, 100] : [1_000, 0, 0]);
      for (const orderId of ids) {
        const { captured, refunded, status } = await app.payments.find(orderId);
        expect(captured - refunded).toBe(isPaid ? 3_900 : 0);
        expect(status).not.toBe('authorised');
        expect((await app.orders.find(orderId))?.status).toBe(isPaid ? 'completed' : 'failed');
      }
    },
    PATIENCE,
  );
});

describe('a hundred orders that were recorded', () => {
  test(
    'but never started, are started, once',
    async () => {
      const app = await losing('nothing', 'before');
      const ids: string[] = [];
      for (const key of HUNDRED) {
        const { output } = await app.place(body({ lines: [{ sku: 'LAMP', quantity: 1 }] }), key);
        ids.push((output as { orderId: string }).orderId);
      }
      expect(await recoverAll(app)).toBeLessThanOrEqual(FIVE_MINUTES);
      expect(await standingOf(app)).toEqual([900, 0, 100]);
      const processed = app.runs.filter(({ states }) => states.includes('Reserve stock'));
      expect(processed).toHaveLength(100);
      expect(ids).toHaveLength(new Set(ids).size);
    },
    PATIENCE,
  );

  test(
    'and decided, without their state machines hearing of it, are resumed',
    async () => {
      const app = await losing('Ask approvers', 'after');
      const ids = await placeAndLose(app, body({ lines: [{ sku: 'LAMP', quantity: 1 }], risk: ['new-customer'] }));
      // The executions are still there, waiting for an answer that was lost.
      for (const orderId of ids) app.standings.set(orderId, { standing: 'running', input: { orderId } });
      app.answered.clear();
      app.clock.at += 120_000;
      expect(await app.recover()).toEqual({ looked: 100, repaired: 100 });
      expect([...app.answered.values()]).toHaveLength(100);
      for (const answer of app.answered.values()) expect(answer).toMatchObject({ outcome: 'approved', stage: 0 });
    },
    PATIENCE,
  );
});
