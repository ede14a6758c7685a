import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { callStripe } from '../../../../adapters/payments/stripe-client.ts';
import { stripeGateway } from '../../../../adapters/payments/stripe-gateway.ts';
import type { Money } from '../../../../domain/money.ts';
import { type PaymentGateway, undoPayment } from '../../../../domain/payment.ts';
import { type StripeDouble, startStripeDouble } from '../../../contracts/stripe/stripe-double.ts';
import { memoryStripePayments } from './memory-stripe-payments.ts';

// What is Stripe's own. What every gateway does is in tests/contracts/payment-gateway.test.ts.

const CREATE = 'POST /v1/payment_intents';
const CAPTURE = 'POST /v1/payment_intents/:id/capture';
const CANCEL = 'POST /v1/payment_intents/:id/cancel';
const REFUND = 'POST /v1/refunds';
const DAY = 86_400_000;
const TEN: Money = { amount: 1_000, currency: 'EUR' };

let stripe: StripeDouble;
let gateway: PaymentGateway;
let now: number;
/** What the secret holds, and how often it was read afresh. */
let secret: { value: string; reads: number };

beforeEach(async () => {
  stripe = await startStripeDouble();
  now = stripe.objects.clock.seconds * 1_000;
  secret = { value: 'sk_test_double', reads: 0 };
  let known = '';
  const apiKey = async (newerThan?: number) => {
    if (newerThan !== 0 && known) return known;
    secret.reads += 1;
    known = secret.value;
    return known;
  };
  gateway = stripeGateway({
    call: callStripe(apiKey, { url: stripe.url, timeout: 150 }),
    records: memoryStripePayments(),
    clock: () => now,
  });
});
afterEach(() => stripe.close());

const authorise = (token = 'pm_card_visa', amount = TEN, paymentKey = 'p1') =>
  gateway.authorise({ paymentKey, token, amount });
const held = () => stripe.objects.intents.filter(({ status }) => status === 'requires_capture');
const keys = (route: string) => stripe.requests.filter((request) => request.route === route).map(({ key }) => key);

test.each([
  ['pm_card_visa_chargeDeclined', 'card_declined, generic_decline'],
  ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined, insufficient_funds'],
  ['pm_card_authenticationRequired', 'authentication_required'],
  ['pm_nobody_knows', 'resource_missing'],
])('%s is declined, and the reason is Stripe’s code (%s), not what was sent', async (token, code) => {
  const error = await authorise(token).catch((caught: Error) => caught);
  expect(error).toMatchObject({ name: 'PaymentDeclinedError', message: expect.stringContaining(code) });
  expect(String(error)).not.toContain(token);
  expect(held()).toEqual([]);
});

test('an amount below what Stripe takes in a currency is declined, not retried', async () => {
  await expect(authorise('pm_card_visa', { amount: 1, currency: 'EUR' })).rejects.toMatchObject({
    name: 'PaymentDeclinedError',
    message: expect.stringContaining('amount_too_small'),
  });
});

test.each([
  ['rate limit', 'DependencyUnavailableError'],
  ['server error', 'PaymentUnavailableError'],
  ['no request', 'PaymentUnavailableError'],
] as const)('%s can be tried again (%s)', async (fault, name) => {
  stripe.fail(CREATE, [fault]);
  await expect(authorise()).rejects.toMatchObject({ name, family: 'retryable' });
  expect((await authorise()).status).toBe('authorised');
  expect(held()).toHaveLength(1);
});

test('a connection that nobody accepts can be tried again', async () => {
  const { url } = stripe;
  await stripe.close();
  const call = callStripe(async () => 'sk_test_double', { url, timeout: 150 });
  const nowhere = stripeGateway({ call, records: memoryStripePayments(), clock: () => now });
  await expect(nowhere.authorise({ paymentKey: 'p1', token: 'pm_card_visa', amount: TEN })).rejects.toMatchObject({
    name: 'PaymentUnavailableError',
  });
});

test('a connection that is cut is used again by the library, under the same key', async () => {
  stripe.fail(CREATE, ['no connection']);
  expect((await authorise()).status).toBe('authorised');
  expect(keys(CREATE)).toEqual(['p1:authorise', 'p1:authorise']);
});

test('what failed on Stripe’s side after it acted is found, and not done again', async () => {
  stripe.fail(CREATE, ['server error after effect']);
  await expect(authorise()).rejects.toMatchObject({ name: 'PaymentUnavailableError' });
  expect((await gateway.find('p1')).status).toBe('authorised');
  expect((await authorise()).status).toBe('authorised');
  expect(held()).toHaveLength(1);
  stripe.fail(CAPTURE, ['server error after effect']);
  await expect(gateway.capture('p1', TEN)).rejects.toMatchObject({ name: 'PaymentUnavailableError' });
  expect(await gateway.capture('p1', TEN)).toMatchObject({ status: 'captured', captured: 1_000 });
  stripe.fail(REFUND, ['server error after effect']);
  await expect(gateway.refund('p1', 'r1', TEN)).rejects.toMatchObject({ name: 'PaymentUnavailableError' });
  expect(await gateway.refund('p1', 'r1', TEN)).toMatchObject({ status: 'refunded', refunded: 1_000 });
  expect(stripe.objects.refunds).toHaveLength(1);
});

test('a failure that Stripe keeps for a key does not stand in the way for a day', async () => {
  await authorise();
  for (const [route, operation] of [
    [CAPTURE, () => gateway.capture('p1', TEN)],
    [REFUND, () => gateway.refund('p1', 'r1', TEN)],
  ] as const) {
    stripe.fail(route, ['server error']);
    await expect(operation()).rejects.toMatchObject({ name: 'PaymentUnavailableError' });
    await operation();
  }
  expect(keys(CAPTURE)).toEqual(['p1:capture:1000', 'p1:capture:1000', 'p1:capture:1000:again']);
  expect(await gateway.find('p1')).toMatchObject({ status: 'refunded', refunded: 1_000 });
});

test('a key of ours is asked once at Stripe, also with other details', async () => {
  await authorise();
  await authorise();
  await expect(authorise('pm_card_visa', { amount: 2_000, currency: 'EUR' })).rejects.toMatchObject({
    name: 'PaymentStateError',
  });
  expect(keys(CREATE)).toEqual(['p1:authorise']);
});

test('a means of payment that changes between two tries is refused, not charged twice', async () => {
  stripe.fail(CREATE, ['no answer']);
  await expect(authorise()).rejects.toMatchObject({ name: 'PaymentUnavailableError' });
  expect((await authorise('pm_card_visa_chargeDeclined')).status).toBe('authorised');
  expect(stripe.objects.intents).toHaveLength(1);
});

test('giving up a payment whose answer was lost lets go of what is held, whether the request arrived or not', async () => {
  for (const [paymentKey, fault] of [
    ['p1', 'no answer'],
    ['p2', 'no request'],
    ['p3', 'server error after effect'],
  ] as const) {
    stripe.fail(CREATE, [fault]);
    await expect(authorise('pm_card_visa', TEN, paymentKey)).rejects.toMatchObject({ family: 'retryable' });
    expect((await undoPayment(gateway, paymentKey)).status).toBe('voided');
    await expect(authorise('pm_card_visa', TEN, paymentKey)).rejects.toMatchObject({ name: 'PaymentStateError' });
  }
  expect(held()).toEqual([]);
});

test('giving up beside an authorisation under way ends with nothing held', async () => {
  for (let round = 0; round < 5; round += 1) {
    const paymentKey = `p${round}`;
    await Promise.allSettled([authorise('pm_card_visa', TEN, paymentKey), gateway.void(paymentKey)]);
    await gateway.void(paymentKey);
  }
  expect(held()).toEqual([]);
});

test('a void whose answer was lost is found to be done', async () => {
  await authorise();
  stripe.fail(CANCEL, ['no answer']);
  await expect(gateway.void('p1')).rejects.toMatchObject({ name: 'PaymentUnavailableError' });
  expect((await gateway.void('p1')).status).toBe('voided');
  expect(held()).toEqual([]);
});

test('after days, when Stripe has forgotten the key, the payment is found among many by what is noted on it', async () => {
  stripe.fail(CREATE, ['no answer']);
  await expect(authorise()).rejects.toMatchObject({ name: 'PaymentUnavailableError' });
  for (let other = 0; other < 120; other += 1) {
    const params = { ...{ amount: '500', currency: 'eur' }, 'metadata[paymentKey]': `other-${other}` };
    stripe.objects.perform('POST', '/v1/payment_intents', params, false);
  }
  now += 3 * DAY;
  expect((await gateway.find('p1')).status).toBe('authorised');
  expect((await authorise()).status).toBe('authorised');
  expect(keys(CREATE)).toHaveLength(1);
});

test('an authorisation that Stripe gave up can neither be captured nor made again', async () => {
  await authorise();
  stripe.objects.expire(stripe.objects.intents[0]!);
  expect((await gateway.find('p1')).status).toBe('voided');
  await expect(gateway.capture('p1', TEN)).rejects.toMatchObject({ name: 'PaymentStateError' });
  await expect(authorise()).rejects.toMatchObject({ name: 'PaymentStateError' });
});

test('what was refunded in Stripe’s dashboard counts', async () => {
  await authorise();
  await gateway.capture('p1', TEN);
  stripe.objects.refundOutside(stripe.objects.intents[0]!, 700);
  expect(await gateway.find('p1')).toMatchObject({ status: 'captured', refunded: 700 });
  await expect(gateway.refund('p1', 'r1', { amount: 301, currency: 'EUR' })).rejects.toMatchObject({
    name: 'PaymentStateError',
  });
  expect(await undoPayment(gateway, 'p1')).toMatchObject({ status: 'refunded', refunded: 1_000 });
});

test('a refund that failed on its way is not taken for done', async () => {
  await authorise();
  await gateway.capture('p1', TEN);
  await gateway.refund('p1', 'r1', TEN);
  Object.assign(stripe.objects.refunds[0]!, { status: 'failed', failure_reason: 'expired_or_canceled_card' });
  await expect(gateway.refund('p1', 'r1', TEN)).rejects.toThrow('expired_or_canceled_card');
  expect(await gateway.find('p1')).toMatchObject({ status: 'captured', refunded: 0 });
});

test('a rotated API key is read again when Stripe refuses the old one', async () => {
  await authorise();
  stripe.apiKeys.clear();
  stripe.apiKeys.add('sk_test_rotated');
  secret.value = 'sk_test_rotated';
  expect((await gateway.capture('p1', TEN)).status).toBe('captured');
  expect(secret.reads).toBe(2);
});

test('an API key that Stripe refuses for good can be tried again, for somebody may mend it, and is not told', async () => {
  stripe.apiKeys.clear();
  const error = await authorise().catch((caught: Error) => caught);
  expect(error).toMatchObject({ name: 'DependencyUnavailableError', family: 'retryable' });
  expect(String(error)).not.toContain('sk_test');
  expect(secret.reads).toBe(2);
});
