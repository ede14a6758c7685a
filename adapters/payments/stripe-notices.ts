import type Stripe from 'stripe';
import { formatMoney, isCurrency } from '../../domain/money.ts';
import type { PaymentNotice } from '../../domain/payment-notice.ts';
import { instant, readable } from '../../domain/time.ts';
import type { CallStripe } from './stripe-client.ts';
import type { StripePaymentRecords } from './stripe-gateway.ts';
import { findIntent, listRefunds } from './stripe-lookup.ts';
import { refundsOf, type StripePaymentRecord } from './stripe-payment.ts';

interface Ours {
  readonly record: StripePaymentRecord;
  readonly intent: Stripe.PaymentIntent;
}

export interface StripeNoticesParts {
  readonly call: CallStripe;
  readonly records: Pick<StripePaymentRecords, 'find'>;
}

/**
 * What an event means for a payment of ours. Events only say where to look: amounts and owners are read from Stripe and from our
 * records. @returns nothing for events that need nobody, of payments that aren't ours, and of what we did ourselves
 */
export function stripeNotices({ call, records }: StripeNoticesParts) {
  /** The payment, if it is one of this stage's: others may share the account. */
  async function ours(payment: string | { readonly id: string } | null): Promise<Ours | undefined> {
    const intentId = typeof payment === 'string' ? payment : payment?.id;
    if (!intentId) return undefined;
    const intent = await findIntent(call, { paymentKey: '', intentId });
    const paymentKey = intent?.metadata.paymentKey;
    const record = paymentKey ? await records.find(paymentKey) : undefined;
    const isOurs = record?.request !== undefined && (record.intentId ?? intentId) === intentId;
    return intent && record && isOurs ? { record, intent } : undefined;
  }

  async function disputed({ id, payment_intent: payment, ...dispute }: Stripe.Dispute): Promise<PaymentNotice[]> {
    const found = await ours(payment);
    if (!found) return [];
    const dueBy = dispute.evidence_details?.due_by;
    const until = dueBy ? ` until ${readable(at(dueBy))}` : '';
    const what = `The customer disputes ${amountText(dispute)} of the payment (${dispute.reason}). Answer in Stripe's dashboard${until}.`;
    return [{ noticeId: id, paymentKey: found.record.paymentKey, at: at(dispute.created), what }];
  }

  async function canceled({ id }: Stripe.PaymentIntent, seconds: number): Promise<PaymentNotice[]> {
    const found = await ours(id);
    // What we gave up ourselves is no news.
    if (!found || found.record.voided || found.intent.status !== 'canceled') return [];
    const reason = found.intent.cancellation_reason ?? 'no reason given';
    const what = `The hold of ${amountText(found.intent)} was given up at Stripe (${reason}). The order cannot be charged any more.`;
    return [{ noticeId: id, paymentKey: found.record.paymentKey, at: at(seconds), what }];
  }

  async function refunded({ payment_intent: payment }: Stripe.Charge): Promise<PaymentNotice[]> {
    const found = await ours(payment);
    // A hold that is let go may be told as a refund, too.
    if (found?.intent.status !== 'succeeded') return [];
    const outside = refundsOf(found.intent, await listRefunds(call, found.intent.id)).filter(
      ({ metadata }) => !metadata?.refundKey,
    );
    return outside.map((refund) => ({
      noticeId: refund.id,
      paymentKey: found.record.paymentKey,
      at: at(refund.created),
      what: `${amountText(refund)} were refunded at Stripe, not by this service.`,
    }));
  }

  async function refundFailed({ id, payment_intent: payment, ...refund }: Stripe.Refund, seconds: number) {
    const found = await ours(payment);
    if (!found) return [];
    const what = `A refund of ${amountText(refund)} did not reach the customer (${refund.failure_reason ?? 'unknown'}).`;
    return [{ noticeId: `${id}-failed`, paymentKey: found.record.paymentKey, at: at(seconds), what }];
  }

  return async (event: Stripe.Event): Promise<readonly PaymentNotice[]> => {
    switch (event.type) {
      case 'charge.dispute.created':
        return disputed(event.data.object);
      case 'payment_intent.canceled':
        return canceled(event.data.object, event.created);
      case 'charge.refunded':
        return refunded(event.data.object);
      case 'refund.failed':
        return refundFailed(event.data.object, event.created);
      default:
        return [];
    }
  };
}

const at = (seconds: number) => instant(seconds * 1_000);

function amountText({ amount, currency }: { readonly amount: number; readonly currency: string }): string {
  const code = currency.toUpperCase();
  // Disputes may be in the currency of the bank.
  return isCurrency(code) ? formatMoney({ amount, currency: code }) : `${amount} minor units of ${code}`;
}
