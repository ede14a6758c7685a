import type Stripe from 'stripe';
import type { Currency, Money } from '../../domain/money.ts';
import type { Payment, PaymentStatus } from '../../domain/payment.ts';

/** What our records know of a payment, beside what Stripe does. */
export interface StripePaymentRecord {
  readonly paymentKey: string;
  /** What Stripe was asked for, written down before it was asked. */
  readonly request?: { readonly token: string; readonly amount: Money; readonly at: number };
  /** Stripe's id, once it was told to us. */
  readonly intentId?: string;
  /** Was given up: nothing may be held or taken for it any more. */
  readonly voided?: true;
}

/** A payment of which Stripe knows nothing. */
export const unknownPayment = ({ paymentKey, voided }: StripePaymentRecord): Payment => ({
  paymentKey,
  status: voided ? 'voided' : 'none',
  authorised: undefined,
  captured: 0,
  refunded: 0,
});

/** @param refunds all of them; needed once it is captured. Stripe's amounts are minor units, as ours: yen have no smaller unit in both. */
export function toPayment(
  paymentKey: string,
  intent: Stripe.PaymentIntent,
  refunds: readonly Stripe.Refund[],
): Payment {
  const captured = intent.amount_received;
  const refunded = sumOf(refundsOf(intent, refunds));
  return {
    paymentKey,
    status: statusOf(intent, captured, refunded),
    authorised: wasAuthorised(intent) ? moneyOf(intent) : undefined,
    captured,
    refunded,
  };
}

export const moneyOf = ({ amount, currency }: Stripe.PaymentIntent): Money => ({
  amount,
  currency: currency.toUpperCase() as Currency,
});

function statusOf({ status }: Stripe.PaymentIntent, captured: number, refunded: number): PaymentStatus {
  switch (status) {
    case 'requires_capture':
      return 'authorised';
    case 'succeeded':
      return refunded === captured ? 'refunded' : 'captured';
    case 'canceled':
      return 'voided';
    default:
      return 'none';
  }
}

/** A payment that was declined has a charge too: one that failed. */
function wasAuthorised({ latest_charge: charge }: Stripe.PaymentIntent): boolean {
  return typeof charge === 'object' && charge !== null && charge.status !== 'failed';
}

/**
 * The refunds of what was taken. Taking less than was held gives the rest back by itself, which Stripe may list as a refund,
 * too: one that is not ours, of just that amount, is the first of those and moved nothing.
 */
export function refundsOf(intent: Stripe.PaymentIntent, refunds: readonly Stripe.Refund[]): readonly Stripe.Refund[] {
  const valid = refunds.filter(({ status }) => status !== 'failed' && status !== 'canceled');
  const rest = intent.amount - intent.amount_received;
  const release = valid
    .filter(({ amount, metadata }) => rest > 0 && amount === rest && !metadata?.refundKey)
    .sort((a, b) => a.created - b.created)[0];
  return valid.filter((refund) => refund !== release);
}

const sumOf = (refunds: readonly Stripe.Refund[]): number => refunds.reduce((sum, { amount }) => sum + amount, 0);
