import type { StripePaymentRecords } from '../../../../adapters/payments/stripe-gateway.ts';
import type { StripePaymentRecord } from '../../../../adapters/payments/stripe-payment.ts';

/** As the table in DynamoDB, which the contract suite runs against. */
export function memoryStripePayments(): StripePaymentRecords {
  const records = new Map<string, StripePaymentRecord>();
  const find = (paymentKey: string) => records.get(paymentKey) ?? { paymentKey };
  const change = (paymentKey: string, members: Partial<StripePaymentRecord>) => {
    const record = { ...find(paymentKey), ...members };
    records.set(paymentKey, record);
    return record;
  };
  return {
    find: async (paymentKey) => find(paymentKey),
    begin: async (paymentKey, request) => {
      const record = find(paymentKey);
      return record.request || record.voided ? record : change(paymentKey, { request });
    },
    setIntent: async (paymentKey, intentId) => change(paymentKey, { intentId }),
    markVoided: async (paymentKey) => change(paymentKey, { voided: true }),
  };
}
