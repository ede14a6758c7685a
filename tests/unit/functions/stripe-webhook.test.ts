import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import Stripe from 'stripe';
import { paymentEventsTable } from '../../../adapters/dynamodb/payment-events-table.ts';
import { memoryOrders } from '../../../adapters/memory/memory-orders.ts';
import { callStripe } from '../../../adapters/payments/stripe-client.ts';
import { stripeEvents } from '../../../adapters/payments/stripe-event.ts';
import { stripeGateway } from '../../../adapters/payments/stripe-gateway.ts';
import { stripeNotices } from '../../../adapters/payments/stripe-notices.ts';
import { cachedSecret } from '../../../adapters/secrets/cached-secret.ts';
import { type Order, timelineOf } from '../../../domain/order.ts';
import type { PaymentGateway } from '../../../domain/payment.ts';
import type { SeenEvents } from '../../../domain/payment-notice.ts';
import { stripeWebhook } from '../../../functions/stripe-webhook/stripe-webhook.ts';
import { type LocalTables, localTables } from '../../contracts/local-tables.ts';
import { type StripeDouble, startStripeDouble } from '../../contracts/stripe/stripe-double.ts';
import { httpEvent } from '../../statemachines/browser.ts';
import { sampleOrder } from '../../statemachines/sample-order.ts';
import { memoryStripePayments } from '../adapters/payments/memory-stripe-payments.ts';

const SECRET = 'whsec_of_the_test';
const MINUTE = 60_000;

let tables: LocalTables;
let stripe: StripeDouble;
let now: number;
let secret: string;
let order: Order;
let orders: ReturnType<typeof memoryOrders>;
let payments: PaymentGateway;
let seen: SeenEvents;
let told: { subject: string; text: string }[];
let tell: (subject: string, text: string) => Promise<void>;
let send: (request: APIGatewayProxyEvent) => Promise<{ status: number; body: object }>;

beforeAll(async () => {
  tables = await localTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  stripe = await startStripeDouble();
  now = stripe.objects.clock.seconds * 1_000;
  secret = SECRET;
  order = await sampleOrder();
  orders = memoryOrders([order]);
  const records = memoryStripePayments();
  const call = callStripe(async () => 'sk_test_double', { url: stripe.url, timeout: 1_000 });
  payments = stripeGateway({ call, records, clock: () => now });
  seen = paymentEventsTable(tables.documents, (await tables.create()).PaymentEvents, () => now);
  told = [];
  tell = async (subject, text) => void told.push({ subject, text });
  const webhook = stripeWebhook({
    verify: stripeEvents(
      cachedSecret(
        async () => secret,
        () => now,
      ),
      () => now,
    ),
    noticesOf: stripeNotices({ call, records }),
    seen: { claim: (id) => seen.claim(id), finish: (id) => seen.finish(id) },
    orders,
    operators: { tell: (subject, text) => tell(subject, text) },
  });
  send = async (request) => {
    const { statusCode, body } = await webhook(request);
    return { status: statusCode, body: JSON.parse(body) };
  };
});
afterEach(() => stripe.close());

/** An event as Stripe writes it down: indented. */
const eventText = (type: string, object: object, id = 'evt_1') =>
  JSON.stringify({ id, object: 'event', type, created: Math.floor(now / 1_000), data: { object } }, null, 2);

const signed = (payload: string, { key = SECRET, at = now, ...more }: { key?: string; at?: number } & object = {}) => {
  const header = Stripe.webhooks.generateTestHeaderString({ payload, secret: key, timestamp: Math.floor(at / 1_000) });
  return httpEvent({ body: payload, headers: { 'Stripe-Signature': header }, ...more });
};

const notSigned = { status: 400, body: { type: '/problems/not-signed' } };

async function paid(): Promise<{ id: string; latest_charge: string }> {
  const amount = { amount: order.total, currency: order.currency };
  await payments.authorise({ paymentKey: order.orderId, token: 'pm_card_visa', amount });
  await payments.capture(order.orderId, amount);
  const intent = stripe.objects.intents[0]!;
  return { id: intent.id, latest_charge: intent.charge?.id ?? '' };
}

const dispute = (payment_intent: string, more: object = {}) => ({
  ...{ id: 'dp_1', object: 'dispute', amount: order.total, currency: 'eur', reason: 'fraudulent' },
  ...{ created: Math.floor(now / 1_000), evidence_details: { due_by: Math.floor(now / 1_000) + 7 * 86_400 } },
  ...{ payment_intent, ...more },
});

const noticed = async () =>
  timelineOf((await orders.find(order.orderId))!).flatMap(({ step, what }) =>
    step === 'payment-notice' ? [what] : [],
  );

/** Nothing was done: no notice, no word to operators, and the event can still be dealt with. */
async function nothingDone(id = 'evt_1'): Promise<void> {
  expect([await noticed(), told]).toEqual([[], []]);
  expect(await seen.claim(id)).toBe('claimed');
}

test.each([
  ['no signature', (text: string) => httpEvent({ body: text })],
  ['an empty signature', (text: string) => httpEvent({ body: text, headers: { 'Stripe-Signature': '' } })],
  ['a signature that is none', (text: string) => httpEvent({ body: text, headers: { 'Stripe-Signature': 'yes' } })],
  ['a signature with another secret', (text: string) => signed(text, { key: 'whsec_other' })],
  ['a signature of a moment too long ago', (text: string) => signed(text, { at: now - 301_000 })],
  ['a signature of the future', (text: string) => signed(text, { at: now + 301_000 })],
  ['no body', (text: string) => ({ ...signed(text), body: null })],
  ['a body of which a space was taken', (text: string) => ({ ...signed(text), body: text.replace(': ', ':') })],
  ['a body that was written anew', (text: string) => ({ ...signed(text), body: JSON.stringify(JSON.parse(text)) })],
  ['a signed body that is no JSON', () => signed('{"id":')],
  ['a body that is said to be base64 and is not', (text: string) => ({ ...signed(text), isBase64Encoded: true })],
])('%s is refused, and nothing is done', async (_, request) => {
  const { id } = await paid();
  const answer = await send(request(eventText('charge.dispute.created', dispute(id))));
  expect(answer).toMatchObject(notSigned);
  await nothingDone();
});

test('a body of more than half a megabyte is refused', async () => {
  expect(await send(signed(eventText('charge.dispute.created', { text: 'x'.repeat(600_000) })))).toMatchObject(
    notSigned,
  );
});

test('a dispute is on the order’s timeline and with the operators, once, however often it is told', async () => {
  const { id } = await paid();
  const request = signed(eventText('charge.dispute.created', dispute(id)));
  expect(await send(request)).toEqual({ status: 200, body: { received: true } });
  expect(await send(request)).toEqual({ status: 200, body: { received: true, repeated: true } });
  expect(await send(signed(eventText('charge.dispute.created', dispute(id), 'evt_2')))).toMatchObject({ status: 200 });
  expect(await noticed()).toEqual([expect.stringMatching(/^The customer disputes 78\.00 EUR .*\(fraudulent\)/)]);
  expect(told).toEqual([{ subject: `Payment of ${order.orderId}`, text: expect.stringContaining('dp_1') }]);
});

test('of many at once, one is dealt with', async () => {
  const { id } = await paid();
  const request = signed(eventText('charge.dispute.created', dispute(id)));
  const answers = await Promise.all(Array.from({ length: 5 }, () => send(request)));
  expect(answers.filter(({ status, body }) => status === 200 && !('repeated' in body))).toHaveLength(1);
  expect(told).toHaveLength(1);
});

test('an event whose dealing-with failed is dealt with when it comes again, after its minute', async () => {
  const { id } = await paid();
  const works = tell;
  tell = async () => {
    throw new Error('SNS is away.');
  };
  const text = eventText('charge.dispute.created', dispute(id));
  await expect(send(signed(text))).rejects.toThrow('SNS is away.');
  tell = works;
  expect(await send(signed(text))).toMatchObject({ status: 409 });
  now += MINUTE;
  expect(await send(signed(text))).toEqual({ status: 200, body: { received: true } });
  expect([await noticed(), told].map(({ length }) => length)).toEqual([1, 1]);
});

test('a refund made in Stripe’s dashboard is told; our own, and what a partial capture lets go, are not', async () => {
  const amount = { amount: order.total, currency: order.currency };
  await payments.authorise({ paymentKey: order.orderId, token: 'pm_card_visa', amount });
  await payments.capture(order.orderId, { ...amount, amount: order.total - 1_000 });
  await payments.refund(order.orderId, 'r1', { ...amount, amount: 500 });
  const intent = stripe.objects.intents[0]!;
  expect(await send(signed(eventText('charge.refunded', intent.charge!)))).toMatchObject({ status: 200 });
  expect(await noticed()).toEqual([]);
  stripe.objects.refundOutside(intent, 300);
  expect(await send(signed(eventText('charge.refunded', intent.charge!, 'evt_2')))).toMatchObject({ status: 200 });
  expect(await noticed()).toEqual(['3.00 EUR were refunded at Stripe, not by this service.']);
});

test('a hold that ran out is told; one that we gave up ourselves is not', async () => {
  const amount = { amount: order.total, currency: order.currency };
  await payments.authorise({ paymentKey: order.orderId, token: 'pm_card_visa', amount });
  await payments.authorise({ paymentKey: 'ord_other', token: 'pm_card_visa', amount });
  await payments.void('ord_other');
  const [expired, given] = stripe.objects.intents;
  stripe.objects.expire(expired!);
  await send(signed(eventText('payment_intent.canceled', given!)));
  expect(told).toEqual([]);
  await send(signed(eventText('payment_intent.canceled', expired!, 'evt_2')));
  expect(await noticed()).toEqual([expect.stringContaining('given up at Stripe (automatic)')]);
});

test('a refund that did not arrive is told', async () => {
  await paid();
  await payments.refund(order.orderId, 'r1', { amount: 500, currency: order.currency });
  const failed = { ...stripe.objects.refunds[0]!, failure_reason: 'lost_or_stolen_card' };
  await send(signed(eventText('refund.failed', failed)));
  expect(await noticed()).toEqual(['A refund of 5.00 EUR did not reach the customer (lost_or_stolen_card).']);
});

test('a payment that is not ours is nobody’s here: others may share the account', async () => {
  const params = { ...{ amount: '500', currency: 'eur' }, 'metadata[paymentKey]': order.orderId };
  stripe.objects.perform('POST', '/v1/payment_intents', params, false);
  const text = eventText('charge.dispute.created', dispute(stripe.objects.intents[0]!.id));
  expect(await send(signed(text))).toEqual({ status: 200, body: { received: true } });
  expect([await noticed(), told]).toEqual([[], []]);
});

test('events that need nobody are acknowledged', async () => {
  const { id } = await paid();
  expect(await send(signed(eventText('payment_intent.succeeded', { id, object: 'payment_intent' })))).toEqual({
    status: 200,
    body: { received: true },
  });
  expect([await noticed(), told]).toEqual([[], []]);
});

test('bytes count, not characters: umlauts as text, and the same as base64', async () => {
  const { id } = await paid();
  const text = eventText('charge.dispute.created', dispute(id, { reason: 'Größe 漢字' }));
  const request = signed(text);
  const body = Buffer.from(text, 'utf8').toString('base64');
  expect(await send({ ...request, body, isBase64Encoded: true })).toMatchObject({ status: 200 });
  expect(await noticed()).toEqual([expect.stringContaining('(Größe 漢字)')]);
  expect(await send(request)).toMatchObject({ body: { repeated: true } });
});

test('a rotated secret is read again before an event is refused, but not for every wrong signature', async () => {
  const text = eventText('payment_intent.succeeded', {});
  expect(await send(signed(text))).toMatchObject({ status: 200 });
  secret = 'whsec_rotated';
  expect(await send(signed(eventText('x', {}, 'evt_2'), { key: 'whsec_rotated' }))).toMatchObject(notSigned);
  now += MINUTE;
  expect(await send(signed(eventText('x', {}, 'evt_2'), { key: 'whsec_rotated' }))).toMatchObject({ status: 200 });
});
