import type Stripe from 'stripe';
import type { CallStripe } from './stripe-client.ts';
import type { StripePaymentRecord } from './stripe-payment.ts';

/** With every payment its charge: that says whether it was ever authorised. */
export const WITH_CHARGE = { expand: ['latest_charge'] };

const CLOCKS_APART = 300;

/**
 * Stripe's payment behind a record. One whose answer was lost is looked for among those made since it was asked for; lists are
 * up to date, unlike Stripe's search.
 */
export async function findIntent(
  call: CallStripe,
  { paymentKey, request, intentId }: StripePaymentRecord,
): Promise<Stripe.PaymentIntent | undefined> {
  if (intentId) return call((stripe) => stripe.paymentIntents.retrieve(intentId, WITH_CHARGE));
  if (!request) return undefined;
  const since = Math.floor(request.at / 1_000) - CLOCKS_APART;
  return call(async (stripe) => {
    const params = { created: { gte: since }, limit: 100, expand: ['data.latest_charge'] };
    for await (const intent of stripe.paymentIntents.list(params)) {
      if (intent.metadata.paymentKey === paymentKey) return intent;
    }
    return undefined;
  });
}

export const listRefunds = (call: CallStripe, intentId: string): Promise<readonly Stripe.Refund[]> =>
  call((stripe) => stripe.refunds.list({ payment_intent: intentId, limit: 100 }).autoPagingToArray({ limit: 1_000 }));
