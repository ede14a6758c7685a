import { ConcurrentUpdateError } from '../../domain/errors.ts';
import type { Payment, PaymentGateway } from '../../domain/payment.ts';
import {
  authorise,
  capture,
  newRecord,
  type PaymentRecord,
  refund,
  refundedOf,
  type Step,
  voided,
} from './sandbox-payment.ts';

/** Where the sandbox keeps its records. */
export interface PaymentRecords {
  find(paymentKey: string): Promise<PaymentRecord | undefined>;
  /** @returns false if the record isn't at the revision before any more */
  save(record: PaymentRecord): Promise<boolean>;
}

const ATTEMPTS = 5;

/** A payment provider for trying things out: moves no money, behaves as the order's test token says. */
export function sandboxGateway(records: PaymentRecords): PaymentGateway {
  const load = async (paymentKey: string) => (await records.find(paymentKey)) ?? newRecord(paymentKey);

  async function perform(paymentKey: string, operation: (record: PaymentRecord) => Step): Promise<Payment> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const { record, error } = operation(await load(paymentKey));
      if (!(await records.save(record))) continue;
      if (error) throw error;
      return toPayment(record);
    }
    throw new ConcurrentUpdateError(`Payment ${paymentKey} is being changed by others.`);
  }

  return {
    authorise: ({ paymentKey, token, amount }) => perform(paymentKey, (record) => authorise(record, token, amount)),
    capture: (paymentKey, amount) => perform(paymentKey, (record) => capture(record, amount)),
    void: (paymentKey) => perform(paymentKey, voided),
    refund: (paymentKey, refundKey, amount) => perform(paymentKey, (record) => refund(record, refundKey, amount)),
    find: async (paymentKey) => toPayment(await load(paymentKey)),
  };
}

const toPayment = (record: PaymentRecord): Payment => ({
  paymentKey: record.paymentKey,
  status: record.status,
  authorised: record.authorised,
  captured: record.captured,
  refunded: refundedOf(record),
});
