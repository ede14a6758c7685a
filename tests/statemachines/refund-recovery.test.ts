import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { directTables, type LocalTables } from '../contracts/local-tables.ts';
import { type Application, application } from './application.ts';
import { linkIn } from './browser.ts';
import { body } from './sample-order.ts';

// Refunds whose execution ended without saying how, or never began.

let tables: LocalTables;
beforeAll(() => {
  tables = directTables();
});
afterAll(() => tables.close());

/** 78.00 EUR. */
const SMALL = body();
/** 1,200.00 EUR: its refund needs a manager. */
const LARGE = body({ lines: [{ sku: 'DESK', quantity: 2 }] });
const REASON = { reason: 'Broken on arrival', requestedBy: 'clerk@example.com' };

class ExecutionLost extends Error {}

/** A completed order, and its refund, whose execution is gone when it comes to `state`: before its call was made, or after. */
async function losing(order: object, state: string, when: 'before' | 'after', press?: 'approve') {
  const lost = { on: true };
  const app: Application = await application(tables, {
    onMails: async (mails, { web }) => {
      for (const { text, subject } of mails) {
        const decision = subject.includes('Refund') ? press : 'approve';
        if (linkIn(text) && decision) await web.press(linkIn(text), decision);
      }
    },
    around: async (call, perform) => {
      if (call.state !== state || !lost.on) return perform();
      if (when === 'after') await perform();
      throw new ExecutionLost();
    },
  });
  lost.on = false;
  const { orderId } = await app.order(order);
  lost.on = true;
  await app.refund(orderId, REASON).catch((error) => {
    if (!(error instanceof ExecutionLost)) throw error;
  });
  lost.on = false;
  const [refundId = ''] = Object.keys((await app.orders.find(orderId))?.refunds ?? {});
  app.standings.set(refundId, { standing: 'dead', input: null });
  app.standings.set(`${refundId}-sign-off`, { standing: 'dead', input: null });
  return { app, orderId, refundId };
}

const refundsOf = async ({ app, orderId }: { app: Application; orderId: string }) => {
  const { refunds } = await app.see(orderId);
  return refunds.map(({ amount, status }: { amount: number; status: string }) => [amount, status]);
};
const left = async ({ app, orderId }: { app: Application; orderId: string }) => {
  const order = await app.orders.find(orderId);
  return (order?.charged ?? 0) - (order?.refundReserved ?? 0);
};

test('a refund that was stopped while its approver was asked is rejected: its link is dead, its amount may be asked for again', async () => {
  const lost = await losing(LARGE, 'Ask approvers', 'after');
  const link = linkIn(lost.app.mailer.sent.at(-1)?.text ?? '');
  expect(await lost.app.recover()).toEqual({ looked: 1, repaired: 1 });
  expect(await refundsOf(lost)).toEqual([[120_000, 'rejected']]);
  expect(await left(lost)).toBe(120_000);
  expect((await lost.app.web.open(link)).statusCode).toBe(404);
  expect(await lost.app.recover()).toEqual({ looked: 0, repaired: 0 });
});

test.each([
  ['that nobody has to sign off', SMALL, undefined],
  ['that was approved', LARGE, 'approve'],
] as const)(
  'a refund %s has failed: nobody knows whether the money is back, so its amount stays spoken for',
  async (_, order, press) => {
    const lost = await losing(order, 'Give money back', 'before', press);
    expect(await lost.app.recover()).toEqual({ looked: 1, repaired: 1 });
    expect((await refundsOf(lost))[0]).toContain('failed');
    expect(await left(lost)).toBe(0);
    expect(await lost.app.recover()).toEqual({ looked: 0, repaired: 0 });
  },
);

test('a refund that was recorded but never started is started, but not while whoever recorded it may still do so', async () => {
  const lost = await losing(SMALL, 'Prepare refund', 'before');
  lost.app.standings.delete(lost.refundId);
  expect(await lost.app.recover()).toEqual({ looked: 1, repaired: 0 });
  lost.app.clock.at += 60_000;
  expect(await lost.app.recover()).toEqual({ looked: 1, repaired: 1 });
  expect(await refundsOf(lost)).toEqual([[7_800, 'refunded']]);
});

test('a refund that is under way is left alone', async () => {
  const lost = await losing(LARGE, 'Ask approvers', 'after');
  lost.app.standings.set(lost.refundId, { standing: 'running', input: null });
  lost.app.clock.at += 600_000;
  expect(await lost.app.recover()).toEqual({ looked: 1, repaired: 0 });
  expect(await refundsOf(lost)).toEqual([[120_000, 'requested']]);
});
