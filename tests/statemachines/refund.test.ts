import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { directTables, type LocalTables } from '../contracts/local-tables.ts';
import { type Application, type ApplicationOptions, application } from './application.ts';
import { linkIn } from './browser.ts';
import { body } from './sample-order.ts';

let tables: LocalTables;
beforeAll(() => {
  tables = directTables();
});
afterAll(() => tables.close());

/** 78.00 EUR. */
const SMALL = body();
/** 1,200.00 EUR: its refund needs a manager too. */
const LARGE = body({ lines: [{ sku: 'DESK', quantity: 2 }] });
const REASON = { reason: 'Broken on arrival', requestedBy: 'clerk@example.com' };

const pressing =
  (decisionOf: (subject: string) => string): ApplicationOptions['onMails'] =>
  async (mails, app) => {
    for (const { text, subject } of mails) if (linkIn(text)) await app.web.press(linkIn(text), decisionOf(subject));
  };
const net = async (app: Application, orderId: string) => {
  const { captured, refunded } = await app.payments.find(orderId);
  return captured - refunded;
};

describe('a refund', () => {
  test('in part, and then of the rest, gives back what was charged and no more', async () => {
    const app = await application(tables);
    const { orderId } = await app.order(SMALL);
    expect(await app.refund(orderId, { ...REASON, amount: 3_000 }, 'a')).toMatchObject({
      status: 202,
      body: { orderId, amount: 3_000, currency: 'EUR', needsApproval: false },
    });
    expect(await net(app, orderId)).toBe(4_800);
    expect(await app.refund(orderId, { ...REASON, amount: 4_801 }, 'b')).toMatchObject({
      status: 422,
      body: {
        type: '/problems/invalid-refund',
        errors: [{ pointer: '/amount', detail: 'At most 48.00 EUR can be refunded.' }],
      },
    });
    expect(await app.refund(orderId, REASON, 'c')).toMatchObject({ status: 202, body: { amount: 4_800 } });
    expect(await net(app, orderId)).toBe(0);
    expect((await app.refund(orderId, REASON, 'd')).status).toBe(422);
    const { refunds } = await app.see(orderId);
    expect(refunds.map(({ amount, status }: { amount: number; status: string }) => [amount, status])).toEqual([
      [3_000, 'refunded'],
      [4_800, 'refunded'],
    ]);
  });

  test('that is asked for again with the same key is the same one; another one under that key is refused', async () => {
    const app = await application(tables);
    const { orderId } = await app.order(SMALL);
    const first = await app.refund(orderId, { ...REASON, amount: 1_000 });
    const again = await app.refund(orderId, { ...REASON, amount: 1_000 });
    expect(again.body).toEqual({ ...first.body, status: 'refunded' });
    expect(await net(app, orderId)).toBe(6_800);
    expect(await app.refund(orderId, { ...REASON, amount: 2_000 })).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    });
  });

  test('is the last one when an order has a hundred: more would not fit into its record once they end', async () => {
    const app = await application(tables);
    const { orderId } = await app.order(SMALL);
    const order = await app.orders.find(orderId);
    for (let index = 0; index < 100; index++) {
      const one = {
        ...REASON,
        amount: 1,
        requestHash: 'h',
        requestedAt: order?.placedAt ?? '',
        status: 'requested' as const,
      };
      await app.orders.addRefund(orderId, { ...one, refundId: `ref_${index}` });
    }
    expect(await app.refund(orderId, { ...REASON, amount: 1 }, 'one more')).toMatchObject({
      status: 422,
      body: { type: '/problems/invalid-refund', detail: 'An order can be refunded in at most 100 parts.' },
    });
  });

  test('above the limit is signed off first', async () => {
    const app = await application(tables, { onMails: pressing(() => 'approve') });
    const { orderId } = await app.order(LARGE);
    expect((await app.refund(orderId, REASON)).body).toMatchObject({ amount: 120_000, needsApproval: true });
    expect(app.mailer.sent.map(({ subject }) => subject)).toContain('Please decide: Refund of 1,200.00 EUR');
    expect(await net(app, orderId)).toBe(0);
    expect((await app.see(orderId)).refunds[0]).toMatchObject({ status: 'refunded', by: 'manager@example.com' });
  });

  test('that is rejected moves nothing, and its amount may be asked for again', async () => {
    const app = await application(tables, {
      onMails: pressing((subject) => (subject.includes('Refund') ? 'reject' : 'approve')),
    });
    const { orderId } = await app.order(LARGE);
    await app.refund(orderId, REASON, 'a');
    expect(await net(app, orderId)).toBe(120_000);
    expect((await app.see(orderId)).refunds[0].status).toBe('rejected');
    expect((await app.refund(orderId, { ...REASON, amount: 10_000 }, 'b')).status).toBe(202);
    expect(await net(app, orderId)).toBe(110_000);
  });

  test('that a manager asks for goes to somebody else', async () => {
    const app = await application(tables, { onMails: pressing(() => 'approve') });
    const { orderId } = await app.order(LARGE);
    await app.refund(orderId, { ...REASON, requestedBy: 'manager@example.com' });
    const asked = app.mailer.sent.filter(({ subject }) => subject.startsWith('Please decide: Refund'));
    expect(asked.map(({ to }) => to)).toEqual(['director@example.com']);
  });

  test('of an order that was not charged, or of none, is refused', async () => {
    const app = await application(tables);
    const { orderId } = await app.order(body({ payment: { token: 'tok_decline' } }));
    const refused = await app.refund(orderId, REASON);
    expect(refused).toMatchObject({ status: 422, body: { detail: expect.stringContaining('payment-declined') } });
    expect((await app.refund(`ord_${'0'.repeat(32)}`, REASON)).status).toBe(404);
    expect((await app.refund('nonsense', REASON)).status).toBe(404);
  });

  test.each([
    ['an amount that is none', { ...REASON, amount: 0 }, 422],
    ['an amount in fractions', { ...REASON, amount: 1.5 }, 422],
    ['no reason', { requestedBy: 'clerk@example.com' }, 422],
    ['an unknown member', { ...REASON, surprise: 1 }, 422],
  ])('with %s is refused', async (_, refund, status) => {
    const app = await application(tables);
    const { orderId } = await app.order(SMALL);
    expect((await app.refund(orderId, refund)).status).toBe(status);
    expect((await app.refund(orderId, REASON, '')).status).toBe(400);
    expect(await net(app, orderId)).toBe(7_800);
  });

  test.each(['Prepare refund', 'Give money back', 'Close refund'])(
    'whose step “%s” loses its answer is made once',
    async (state) => {
      const app = await application(tables, {
        onMails: pressing((subject) => (state === 'Close refund' && subject.includes('Refund') ? 'reject' : 'approve')),
        around: async (call, perform) => {
          const reply = await perform();
          return call.state === state && call.count === 1 ? { error: 'DependencyUnavailableError' } : reply;
        },
      });
      const { orderId } = await app.order(LARGE);
      await app.refund(orderId, { ...REASON, amount: 50_000 });
      expect(await net(app, orderId)).toBe(state === 'Close refund' ? 120_000 : 70_000);
    },
  );
});
