import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { callStripe } from '../../adapters/payments/stripe-client.ts';
import { stripeGateway } from '../../adapters/payments/stripe-gateway.ts';
import { directTables, type LocalTables } from '../contracts/local-tables.ts';
import { type Fault, type StripeDouble, startStripeDouble } from '../contracts/stripe/stripe-double.ts';
import { memoryStripePayments } from '../unit/adapters/payments/memory-stripe-payments.ts';
import { type Application, type ApplicationOptions, application } from './application.ts';
import { body } from './sample-order.ts';

// The real machines and functions with the real library of Stripe. What counts is what Stripe's books say at the end.

const CREATE = 'POST /v1/payment_intents';
const CAPTURE = 'POST /v1/payment_intents/:id/capture';
const CARD = { payment: { token: 'pm_card_visa' } };

let tables: LocalTables;
let stripe: StripeDouble;
beforeAll(() => {
  tables = directTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  stripe = await startStripeDouble();
});
afterEach(() => stripe.close());

function shop(options: ApplicationOptions = {}): Promise<Application> {
  const payments = stripeGateway({
    call: callStripe(async () => 'sk_test_double', { url: stripe.url, timeout: 200 }),
    records: memoryStripePayments(),
    clock: () => stripe.objects.clock.seconds * 1_000,
  });
  return application(tables, { ...options, payments });
}

/** What the customer has paid in the end, and what is still held on the card. */
const books = () => ({
  paid:
    stripe.objects.intents.reduce((sum, { amount_received: taken }) => sum + taken, 0) -
    stripe.objects.refunds.filter(({ metadata }) => metadata.refundKey).reduce((sum, { amount }) => sum + amount, 0),
  held: stripe.objects.intents.reduce((sum, { amount_capturable: held }) => sum + held, 0),
});

test('a card that is declined ends the order, and nothing is held', async () => {
  const app = await shop();
  const { seen } = await app.order(body({ payment: { token: 'pm_card_visa_chargeDeclined' } }));
  expect(seen.status).toBe('payment-declined');
  expect(books()).toEqual({ paid: 0, held: 0 });
});

test.each<[string, Fault[]]>([
  [CREATE, ['no request']],
  [CREATE, ['no answer']],
  [CREATE, ['rate limit', 'rate limit']],
  [CREATE, ['server error after effect']],
  [CAPTURE, ['no request']],
  [CAPTURE, ['no answer']],
  [CAPTURE, ['server error']],
])('the order completes and is charged once when %s meets %j', async (route, faults) => {
  const app = await shop();
  stripe.fail(route, faults);
  const { seen } = await app.order(body(CARD));
  expect(seen).toMatchObject({ status: 'completed', charged: 7_800 });
  expect(books()).toEqual({ paid: 7_800, held: 0 });
});

test.each<[string, Fault]>([
  [CREATE, 'no request'],
  [CREATE, 'rate limit'],
  [CAPTURE, 'rate limit'],
  [CAPTURE, 'declined'],
])('the order is undone and nothing stays held when %s meets %s for good', async (route, fault) => {
  const app = await shop();
  stripe.fail(
    route,
    Array.from({ length: 7 }, () => fault),
  );
  const { seen } = await app.order(body(CARD));
  expect(['failed', 'payment-declined']).toContain(seen.status);
  expect(books()).toEqual({ paid: 0, held: 0 });
});

test('a hold that ran out before the order was shipped is not charged: the order is undone', async () => {
  const app = await shop({
    around: async (call, perform) => {
      if (call.state === 'Capture payment') stripe.objects.expire(stripe.objects.intents[0]!);
      return perform();
    },
  });
  const { seen } = await app.order(body(CARD));
  expect(seen.status).toBe('failed');
  expect(books()).toEqual({ paid: 0, held: 0 });
});

test('of an order that is shipped in part only that part is taken, and a refund of it gives that back', async () => {
  const app = await shop({ lostSkus: ['DESK'] });
  const lines = ['LAMP', 'DESK'].map((sku) => ({ sku, quantity: 1 }));
  const { orderId, seen } = await app.order(body({ ...CARD, lines }));
  expect(seen).toMatchObject({ status: 'completed', total: 63_900, charged: 3_900 });
  expect(books()).toEqual({ paid: 3_900, held: 0 });
  await app.refund(orderId, { reason: 'Broken', requestedBy: 'clerk@example.com', amount: 900 }, 'part');
  expect(books()).toEqual({ paid: 3_000, held: 0 });
  await app.refund(orderId, { reason: 'Broken', requestedBy: 'clerk@example.com' }, 'rest');
  expect(books()).toEqual({ paid: 0, held: 0 });
});
