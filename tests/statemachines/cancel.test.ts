import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { directTables, type LocalTables } from '../contracts/local-tables.ts';
import { type Application, type ApplicationOptions, application } from './application.ts';
import { linkIn } from './browser.ts';
import { body, products } from './sample-order.ts';

// The harness can't stop an execution: what is shown here is that a cancelled order comes to nothing even if its process
// goes on beside the undoing. That it is stopped as well, the end-to-end tests show.

let tables: LocalTables;
beforeAll(() => {
  tables = directTables();
});
afterAll(() => tables.close());

const TWO_DESKS = { lines: [{ sku: 'DESK', quantity: 2 }] };
const approve: ApplicationOptions['onMails'] = async (mails, app) => {
  for (const { text } of mails) if (linkIn(text)) await app.web.press(linkIn(text), 'approve');
};

type Answer = Awaited<ReturnType<Application['cancel']>>;

/** An order that its client cancels just before or after one of its steps. */
async function cancelledAt(state: string, when: 'before' | 'after') {
  const answers: Answer[] = [];
  const app: Application = await application(tables, {
    onMails: approve,
    around: async (call, perform) => {
      const isNow = call.state === state && call.count === 1;
      const orderId = app.started[0] ?? '';
      if (isNow && when === 'before') answers.push(await app.cancel(orderId, 'Not needed any more'));
      const reply = await perform();
      if (isNow && when === 'after') answers.push(await app.cancel(orderId));
      return reply;
    },
  });
  const { orderId, seen } = await app.order(body(TWO_DESKS));
  const stock = (await app.catalogue.list()).map(({ sku, ...counts }) => [
    sku,
    counts.stock,
    counts.reserved,
    counts.shipped,
  ]);
  return { app, orderId, answer: answers[0], seen, stock, payment: await app.payments.find(orderId) };
}

const untouched = products()
  .map(({ sku, stock }) => [sku, stock, 0, 0])
  .sort();

const EARLY = [
  'Reserve stock',
  'Open approval',
  'Ask approvers',
  'Authorise payment',
  'Pick shipment',
  'Issue invoice',
];

describe.each(EARLY)('an order that is cancelled at “%s”', (state) => {
  test.each(['before', 'after'] as const)('%s it, is undone and costs nothing', async (when) => {
    const { answer, seen, stock, payment, app } = await cancelledAt(state, when);
    expect(answer?.status).toBe(202);
    expect(seen.status).toBe('cancelled');
    expect(stock).toEqual(untouched);
    expect(payment.captured).toBe(0);
    expect(payment.status).not.toBe('authorised');
    expect(app.published.map(({ state: said }) => said)).toContain('Tell customer the outcome');
  });
});

test('cancelling just before the payment is taken is in time, just after it is not', async () => {
  const inTime = await cancelledAt('Capture payment', 'before');
  expect(inTime.seen.status).toBe('cancelled');
  expect(inTime.payment.status).toBe('voided');
  const late = await cancelledAt('Capture payment', 'after');
  expect(late.answer).toMatchObject({ status: 409, body: { type: '/problems/too-late-to-cancel' } });
  expect(late.answer?.body.detail).toContain(`POST /orders/${late.orderId}/refunds`);
  expect(late.seen.status).toBe('completed');
});

test('approvers who were asked are told that no decision is needed, and their links are dead', async () => {
  const pages: number[] = [];
  const app: Application = await application(tables, {
    onMails: async ([mail], { web }) => {
      await app.cancel(app.started[0] ?? '', 'Bought elsewhere');
      pages.push((await web.open(linkIn(mail?.text ?? ''))).statusCode);
    },
  });
  const { seen } = await app.order(body(TWO_DESKS));
  expect(seen.status).toBe('cancelled');
  expect(seen.timeline.map(({ what }: { what: string }) => what)).toContain('Cancellation asked for: Bought elsewhere');
  expect(app.mailer.sent.map(({ subject }) => subject.split(':')[0])).toContain('No longer needed');
  expect(pages).toEqual([404]);
});

test('cancelling twice is cancelling once; an order that has ended otherwise cannot be cancelled, nor can none', async () => {
  const app = await application(tables);
  const placed = await app.place(body());
  const { orderId } = placed.output as { orderId: string };
  expect((await app.cancel(orderId)).status).toBe(202);
  const after = await app.see(orderId);
  expect(after.status).toBe('cancelled');
  expect((await app.cancel(orderId)).status).toBe(202);
  expect(await app.see(orderId)).toEqual(after);
  // Its processing begins late, and finds nothing to do.
  expect((await app.process(orderId)).output).toEqual({ orderId, status: 'closed-before' });

  const { orderId: completed } = await app.order(body(), 'key-2');
  expect((await app.cancel(completed)).status).toBe(409);
  const { orderId: stopped } = await app.order(body({ payment: { token: 'tok_decline' } }), 'key-3');
  expect(await app.cancel(stopped)).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('has ended') },
  });
  expect((await app.cancel(`ord_${'0'.repeat(32)}`)).status).toBe(404);
  expect((await app.cancel('nonsense')).status).toBe(404);
});
