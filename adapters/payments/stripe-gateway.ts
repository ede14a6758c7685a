import type Stripe from 'stripe';
import { PaymentDeclinedError, PaymentStateError } from '../../domain/errors.ts';
import type { Money } from '../../domain/money.ts';
import type { Payment, PaymentGateway } from '../../domain/payment.ts';
import type { Clock } from '../../domain/ports.ts';
import { type CallStripe, once } from './stripe-client.ts';
import { stripeErrorOf } from './stripe-errors.ts';
import { findIntent, listRefunds, WITH_CHARGE } from './stripe-lookup.ts';
import { type StripePaymentRecord, toPayment, unknownPayment } from './stripe-payment.ts';

/** What we remember beside Stripe: which of its payments is ours, and which were given up. Each is one atomic write. */
export interface StripePaymentRecords {
  find(paymentKey: string): Promise<StripePaymentRecord>;
  /** Writes down what is about to be asked, unless something was before, or it is voided. @returns the record as it is now */
  begin(paymentKey: string, request: NonNullable<StripePaymentRecord['request']>): Promise<StripePaymentRecord>;
  setIntent(paymentKey: string, intentId: string): Promise<StripePaymentRecord>;
  markVoided(paymentKey: string): Promise<StripePaymentRecord>;
}

export interface StripeGatewayParts {
  readonly call: CallStripe;
  readonly records: StripePaymentRecords;
  readonly clock: Clock;
}

/** Stripe keeps idempotency keys for at least a day. */
const KEY_LIFE = 23 * 3_600_000;

/** For what was looked up a moment ago: the payment's state says that it isn't done. */
const NOTHING_CAME_OF_IT = async () => undefined;

/**
 * Payments by Stripe: a PaymentIntent per payment key, captured by hand. What Stripe is asked to do is looked up first and done
 * under an idempotency key made of ours, so an answer that was lost is found by the next call.
 */
export function stripeGateway({ call, records, clock }: StripeGatewayParts): PaymentGateway {
  const read = async (paymentKey: string, intent: Stripe.PaymentIntent): Promise<Payment> =>
    toPayment(paymentKey, intent, intent.status === 'succeeded' ? await listRefunds(call, intent.id) : []);

  const isKeyAlive = ({ request }: StripePaymentRecord) => request !== undefined && clock() - request.at < KEY_LIFE;

  /** Asks Stripe to hold the money, or for what came of asking before. A declined payment is remembered, too. */
  async function create({ paymentKey, request }: StripePaymentRecord): Promise<Stripe.PaymentIntent> {
    if (!request) throw wrongState(paymentKey, 'authorised', 'none');
    try {
      const params = createParams(paymentKey, request);
      return await once(
        `${paymentKey}:authorise`,
        (idempotencyKey) => call((stripe) => stripe.paymentIntents.create(params, { idempotencyKey })),
        () => findIntent(call, { paymentKey, request }),
      );
    } catch (error) {
      const declined = stripeErrorOf(error)?.payment_intent?.id;
      if (declined) await records.setIntent(paymentKey, declined);
      throw isRefused(error) ? new PaymentDeclinedError((error as Error).message, { cause: error.cause }) : error;
    }
  }

  async function cancel(paymentKey: string, { id }: Stripe.PaymentIntent): Promise<Stripe.PaymentIntent> {
    return once(
      `${paymentKey}:void`,
      (idempotencyKey) => call((stripe) => stripe.paymentIntents.cancel(id, WITH_CHARGE, { idempotencyKey })),
      NOTHING_CAME_OF_IT,
    );
  }

  /** What Stripe has for a payment that is being given up: a request still under way is waited for, by its key. */
  async function settle(record: StripePaymentRecord): Promise<Stripe.PaymentIntent | undefined> {
    const found = await findIntent(call, record);
    if (found || !isKeyAlive(record)) return found;
    try {
      return await create(record);
    } catch (error) {
      if (!(error instanceof PaymentDeclinedError)) throw error;
      return findIntent(call, await records.find(record.paymentKey));
    }
  }

  return {
    async authorise({ paymentKey, token, amount }) {
      const record = await records.begin(paymentKey, { token, amount, at: clock() });
      if (record.voided) throw wrongState(paymentKey, 'authorised', 'voided');
      refuseOtherAmount(record, amount);
      const isNew = record.intentId === undefined && isKeyAlive(record);
      const intent = (isNew ? undefined : await findIntent(call, record)) ?? (await create(record));
      const { voided } = await records.setIntent(paymentKey, intent.id);
      const payment = await read(paymentKey, intent);
      if (voided && payment.status === 'authorised') await cancel(paymentKey, intent);
      if (voided) throw wrongState(paymentKey, 'authorised', 'voided');
      if (payment.status === 'none') throw new PaymentDeclinedError(`The payment was declined (${intent.status}).`);
      if (payment.status !== 'authorised' && payment.status !== 'captured')
        throw wrongState(paymentKey, 'authorised', payment.status);
      return payment;
    },

    async capture(paymentKey, amount) {
      const record = await records.find(paymentKey);
      const intent = await findIntent(call, record);
      if (!intent) throw wrongState(paymentKey, 'captured', unknownPayment(record).status);
      const before = await read(paymentKey, intent);
      if (before.status === 'captured' && before.captured === amount.amount) return before;
      if (before.status !== 'authorised' || record.voided)
        throw wrongState(paymentKey, 'captured', record.voided ? 'voided' : before.status);
      if (amount.currency !== before.authorised?.currency || amount.amount > before.authorised.amount)
        throw new PaymentStateError(`${paymentKey} is authorised for less.`);
      const params = { amount_to_capture: amount.amount, ...WITH_CHARGE };
      const captured = await once(
        `${paymentKey}:capture:${amount.amount}`,
        (idempotencyKey) => call((stripe) => stripe.paymentIntents.capture(intent.id, params, { idempotencyKey })),
        NOTHING_CAME_OF_IT,
      );
      return toPayment(paymentKey, captured, []);
    },

    async void(paymentKey) {
      const record = await records.markVoided(paymentKey);
      const intent = await settle(record);
      if (!intent) return unknownPayment(record);
      await records.setIntent(paymentKey, intent.id);
      const payment = await read(paymentKey, intent);
      if (payment.status === 'captured') throw wrongState(paymentKey, 'voided', 'captured');
      if (payment.status === 'voided' || payment.status === 'refunded') return payment;
      return toPayment(paymentKey, await cancel(paymentKey, intent), []);
    },

    async refund(paymentKey, refundKey, amount) {
      const intent = await findIntent(call, await records.find(paymentKey));
      if (intent?.status !== 'succeeded') throw wrongState(paymentKey, 'refunded', intent?.status ?? 'none');
      const refunds = await listRefunds(call, intent.id);
      const payment = toPayment(paymentKey, intent, refunds);
      const same = refunds.find(({ metadata }) => metadata?.refundKey === refundKey);
      if (same) return refuseFailed(same, payment);
      if (payment.status === 'refunded') throw wrongState(paymentKey, 'refunded', 'refunded');
      if (amount.amount < 0 || payment.refunded + amount.amount > payment.captured)
        throw new PaymentStateError(`${paymentKey} was captured for less.`);
      const params = { payment_intent: intent.id, amount: amount.amount, metadata: { paymentKey, refundKey } };
      const made = await once(
        `${paymentKey}:refund:${refundKey}`,
        (idempotencyKey) => call((stripe) => stripe.refunds.create(params, { idempotencyKey })),
        NOTHING_CAME_OF_IT,
      );
      return refuseFailed(made, toPayment(paymentKey, intent, [...refunds, made]));
    },

    async find(paymentKey) {
      const record = await records.find(paymentKey);
      const intent = await findIntent(call, record);
      return intent ? read(paymentKey, intent) : unknownPayment(record);
    },
  };
}

const createParams = (
  paymentKey: string,
  { token, amount: { amount, currency } }: NonNullable<StripePaymentRecord['request']>,
): Stripe.PaymentIntentCreateParams => ({
  amount,
  currency: currency.toLowerCase(),
  payment_method: token,
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  capture_method: 'manual',
  confirm: true,
  // Nobody is there to answer a question of the bank: it counts as a decline.
  error_on_requires_action: true,
  metadata: { paymentKey },
  ...WITH_CHARGE,
});

/** Stripe refuses what it was asked to hold: an unknown means of payment, an amount too small for the currency. */
const isRefused = (error: unknown): error is Error => stripeErrorOf(error)?.type === 'StripeInvalidRequestError';

function refuseOtherAmount({ paymentKey, request }: StripePaymentRecord, { amount, currency }: Money): void {
  if (request?.amount.amount === amount && request.amount.currency === currency) return;
  throw new PaymentStateError(`${paymentKey} was authorised for another amount.`);
}

function refuseFailed({ status, failure_reason: reason }: Stripe.Refund, payment: Payment): Payment {
  if (status !== 'failed' && status !== 'canceled') return payment;
  throw new PaymentStateError(`The refund of ${payment.paymentKey} did not arrive (${reason ?? status}).`);
}

const wrongState = (paymentKey: string, wanted: string, status: string) =>
  new PaymentStateError(`${paymentKey} can't be ${wanted}: it is ${status}.`);
