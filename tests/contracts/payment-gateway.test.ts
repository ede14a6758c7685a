import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sandboxPaymentsTable } from '../../adapters/dynamodb/sandbox-payments-table.ts';
import { stripePaymentsTable } from '../../adapters/dynamodb/stripe-payments-table.ts';
import { memoryPayments } from '../../adapters/memory/memory-payments.ts';
import { sandboxGateway } from '../../adapters/payments/sandbox-gateway.ts';
import { callStripe } from '../../adapters/payments/stripe-client.ts';
import { stripeGateway } from '../../adapters/payments/stripe-gateway.ts';
import type { Money } from '../../domain/money.ts';
import { type PaymentGateway, undoPayment } from '../../domain/payment.ts';
import { type LocalTables, localTables } from './local-tables.ts';
import { type Fault, type StripeDouble, startStripeDouble } from './stripe/stripe-double.ts';

/** How a means of payment behaves. */
type Behaviour =
  | 'works'
  | 'is declined'
  | 'is unknown'
  | 'loses the first request'
  | 'loses the first answer'
  | 'is declined at capture'
  | 'loses the answers of captures';

interface Implementation {
  readonly gateway: PaymentGateway;
  /** @returns the token of a means of payment that behaves like that */
  readonly means: (behaviour: Behaviour) => string;
}

let tables: LocalTables;
let stripe: StripeDouble | undefined;
beforeAll(async () => {
  tables = await localTables();
});
afterEach(async () => {
  await stripe?.close();
  stripe = undefined;
});
afterAll(() => tables.close());

const SANDBOX: Readonly<Record<Behaviour, string>> = {
  works: 'tok_visa',
  'is declined': 'tok_decline',
  'is unknown': 'tok_of_my_own',
  'loses the first request': 'tok_timeout_once',
  'loses the first answer': 'tok_fail_after_effect',
  'is declined at capture': 'tok_capture_declined',
  'loses the answers of captures': 'tok_capture_unanswered',
};

const sandbox = (gateway: PaymentGateway): Implementation => ({ gateway, means: (behaviour) => SANDBOX[behaviour] });

const CREATE = 'POST /v1/payment_intents';
const CAPTURE = 'POST /v1/payment_intents/:id/capture';

/** Stripe's own test means of payment, and for what those can't do, a fault on the way. */
const STRIPE: Readonly<Record<Behaviour, { readonly token: string; readonly faults?: [string, Fault[], boolean?] }>> = {
  works: { token: 'pm_card_visa' },
  'is declined': { token: 'pm_card_visa_chargeDeclined' },
  'is unknown': { token: 'pm_of_my_own' },
  'loses the first request': { token: 'pm_card_visa', faults: [CREATE, ['no request']] },
  'loses the first answer': { token: 'pm_card_visa', faults: [CREATE, ['no answer']] },
  'is declined at capture': { token: 'pm_card_visa', faults: [CAPTURE, ['declined']] },
  'loses the answers of captures': { token: 'pm_card_visa', faults: [CAPTURE, ['no answer'], true] },
};

async function stripeDouble(releasesAreRefunds: boolean): Promise<Implementation> {
  const double = await startStripeDouble({ releasesAreRefunds });
  stripe = double;
  const gateway = stripeGateway({
    call: callStripe(async () => 'sk_test_double', { url: double.url, timeout: 150 }),
    records: stripePaymentsTable(tables.documents, (await tables.create()).StripePayments),
    clock: () => Date.now(),
  });
  return {
    gateway,
    means(behaviour) {
      const { token, faults } = STRIPE[behaviour];
      if (faults) double.fail(...faults);
      return token;
    },
  };
}

const IMPLEMENTATIONS: readonly [string, () => Promise<Implementation>][] = [
  ['sandbox in memory', async () => sandbox(sandboxGateway(memoryPayments()))],
  [
    'sandbox in DynamoDB',
    async () =>
      sandbox(sandboxGateway(sandboxPaymentsTable(tables.documents, (await tables.create()).SandboxPayments))),
  ],
  ['Stripe', () => stripeDouble(true)],
  ['Stripe that does not list as refunds what a partial capture releases', () => stripeDouble(false)],
];

const TEN = { amount: 1_000, currency: 'EUR' } as const;
const euros = (amount: number): Money => ({ amount, currency: 'EUR' });
const declined = { name: 'PaymentDeclinedError' };
const unanswered = { name: 'PaymentUnavailableError' };
const forbidden = { name: 'PaymentStateError' };

describe.each(IMPLEMENTATIONS)('payment gateway: %s', (_, create) => {
  let gateway: PaymentGateway;
  let means: Implementation['means'];
  beforeEach(async () => {
    ({ gateway, means } = await create());
  });
  const authorise = (token = means('works'), amount: Money = TEN) =>
    gateway.authorise({ paymentKey: 'p1', token, amount });

  test('what is declined holds nothing, however often it is tried', async () => {
    const token = means('is declined');
    await expect(authorise(token)).rejects.toMatchObject(declined);
    await expect(authorise(token)).rejects.toMatchObject(declined);
    expect(await gateway.find('p1')).toMatchObject({ status: 'none', captured: 0 });
  });

  test('a token that nobody knows is declined', async () => {
    await expect(authorise(means('is unknown'))).rejects.toMatchObject(declined);
  });

  test('a request that is lost holds nothing; tried again, it may', async () => {
    const token = means('loses the first request');
    await expect(authorise(token)).rejects.toMatchObject(unanswered);
    expect((await gateway.find('p1')).status).toBe('none');
    expect((await authorise(token)).status).toBe('authorised');
  });

  test('an answer that is lost leaves the money held; tried again, the answer comes and no more is held', async () => {
    const token = means('loses the first answer');
    await expect(authorise(token)).rejects.toMatchObject(unanswered);
    expect(await gateway.find('p1')).toMatchObject({ status: 'authorised', authorised: TEN });
    expect(await authorise(token)).toMatchObject({ status: 'authorised', authorised: TEN });
  });

  test('one key holds one amount', async () => {
    await authorise();
    await expect(authorise(means('works'), euros(2_000))).rejects.toMatchObject(forbidden);
  });

  test('capturing twice takes once', async () => {
    await authorise();
    await gateway.capture('p1', TEN);
    expect(await gateway.capture('p1', TEN)).toMatchObject({ status: 'captured', captured: 1_000 });
  });

  test('nothing can be captured that is not held, nor more than is', async () => {
    await expect(gateway.capture('p1', TEN)).rejects.toMatchObject(forbidden);
    await authorise();
    await expect(gateway.capture('p1', euros(1_001))).rejects.toMatchObject(forbidden);
  });

  test('a capture can be declined, and takes nothing then', async () => {
    await authorise(means('is declined at capture'));
    await expect(gateway.capture('p1', TEN)).rejects.toMatchObject(declined);
    expect((await gateway.find('p1')).captured).toBe(0);
  });

  test('a void before the authorisation makes the authorisation fail when it arrives', async () => {
    await gateway.void('p1');
    await expect(authorise()).rejects.toMatchObject(forbidden);
    expect(await gateway.find('p1')).toMatchObject({ status: 'voided', captured: 0 });
  });

  test('what was voided can be voided again, but not captured', async () => {
    await authorise();
    await gateway.void('p1');
    await gateway.void('p1');
    await expect(gateway.capture('p1', TEN)).rejects.toMatchObject(forbidden);
  });

  test('what was captured cannot be voided', async () => {
    await authorise();
    await gateway.capture('p1', TEN);
    await expect(gateway.void('p1')).rejects.toMatchObject(forbidden);
  });

  test('a refund is given once per key, and never more than was captured', async () => {
    await authorise();
    await gateway.capture('p1', TEN);
    await gateway.refund('p1', 'r1', euros(400));
    expect(await gateway.refund('p1', 'r1', euros(400))).toMatchObject({ refunded: 400 });
    await expect(gateway.refund('p1', 'r2', euros(601))).rejects.toMatchObject(forbidden);
    expect(await gateway.refund('p1', 'r3', euros(600))).toMatchObject({ status: 'refunded' });
  });

  test('of a hold a part can be taken: the rest is let go, and what is refunded counts against the part', async () => {
    await authorise();
    expect(await gateway.capture('p1', euros(600))).toMatchObject({ status: 'captured', captured: 600, refunded: 0 });
    expect(await gateway.capture('p1', euros(600))).toMatchObject({ status: 'captured', captured: 600 });
    await expect(gateway.capture('p1', euros(300))).rejects.toMatchObject(forbidden);
    expect(await gateway.find('p1')).toMatchObject({ status: 'captured', authorised: TEN, captured: 600, refunded: 0 });
    await expect(gateway.refund('p1', 'r1', euros(601))).rejects.toMatchObject(forbidden);
    expect(await gateway.refund('p1', 'r2', euros(400))).toMatchObject({ status: 'captured', refunded: 400 });
    expect(await gateway.refund('p1', 'r3', euros(200))).toMatchObject({ status: 'refunded', refunded: 600 });
    expect(await gateway.find('p1')).toMatchObject({ status: 'refunded', captured: 600, refunded: 600 });
  });

  test('an amount in yen is a number of yen', async () => {
    const amount = { amount: 1_500, currency: 'JPY' } as const;
    await gateway.authorise({ paymentKey: 'p1', token: means('works'), amount });
    expect(await gateway.capture('p1', amount)).toMatchObject({ authorised: amount, captured: 1_500 });
  });

  test('undoing gives back whatever was held or taken, so that nothing is charged', async () => {
    expect(await undoPayment(gateway, 'untouched')).toMatchObject({ status: 'voided' });
    await authorise();
    expect(await undoPayment(gateway, 'p1')).toMatchObject({ status: 'voided', captured: 0 });
    await gateway.authorise({ paymentKey: 'p2', token: means('loses the answers of captures'), amount: TEN });
    await expect(gateway.capture('p2', TEN)).rejects.toMatchObject(unanswered);
    expect(await undoPayment(gateway, 'p2')).toMatchObject({ status: 'refunded', captured: 1_000, refunded: 1_000 });
    expect(await undoPayment(gateway, 'p2')).toMatchObject({ status: 'refunded', refunded: 1_000 });
  });

  test('of many at once, one authorises and all get its answer', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 4 }, () => authorise()));
    for (const answer of answers) {
      const name = answer.status === 'fulfilled' ? 'ConcurrentUpdateError' : answer.reason.name;
      expect(name).toBe('ConcurrentUpdateError');
    }
    expect(await gateway.find('p1')).toMatchObject({ status: 'authorised', authorised: TEN });
  });
});
