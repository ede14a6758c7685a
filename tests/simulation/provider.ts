import { memoryPayments } from '../../adapters/memory/memory-payments.ts';
import { sandboxGateway } from '../../adapters/payments/sandbox-gateway.ts';
import { type PaymentRecord, refundedOf } from '../../adapters/payments/sandbox-payment.ts';
import type { PaymentGateway } from '../../domain/payment.ts';
import type { Trace } from './trace.ts';
import { brief } from './trace.ts';

/** Money that was held, taken, given up or given back: what the provider itself has in its books. */
export interface Movement {
  readonly paymentKey: string;
  readonly kind: 'hold' | 'charge' | 'void' | 'refund';
  /** Minor units. */
  readonly amount: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface Provider {
  readonly gateway: PaymentGateway;
  readonly movements: readonly Movement[];
  readonly records: () => readonly PaymentRecord[];
}

/** The sandbox, with a ledger of its own that nothing of the application reads. */
export function provider(trace: Trace, now: () => number): Provider {
  const payments = memoryPayments();
  const movements: Movement[] = [];
  const book = (paymentKey: string, kind: Movement['kind'], amount: number) => {
    movements.push({ paymentKey, kind, amount, at: now() });
    trace.say('payment provider', () => `${kind} ${amount} of ${brief(paymentKey)}`);
  };
  const gateway = sandboxGateway({
    find: payments.find,
    async save(record) {
      const before = await payments.find(record.paymentKey);
      if (!(await payments.save(record))) return false;
      const { paymentKey, status, captured } = record;
      const given = refundedOf(record) - (before ? refundedOf(before) : 0);
      if (status === 'authorised' && before?.status !== 'authorised')
        book(paymentKey, 'hold', record.authorised?.amount ?? 0);
      if (captured > (before?.captured ?? 0)) book(paymentKey, 'charge', captured - (before?.captured ?? 0));
      if (status === 'voided' && before?.status === 'authorised')
        book(paymentKey, 'void', before.authorised?.amount ?? 0);
      if (given > 0) book(paymentKey, 'refund', given);
      return true;
    },
  });
  return { gateway, movements, records: payments.all };
}
