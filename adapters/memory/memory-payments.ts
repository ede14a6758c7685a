import type { PaymentRecords } from '../payments/sandbox-gateway.ts';
import type { PaymentRecord } from '../payments/sandbox-payment.ts';

export function memoryPayments(): PaymentRecords & { readonly all: () => readonly PaymentRecord[] } {
  const records = new Map<string, PaymentRecord>();
  return {
    find: async (paymentKey) => records.get(paymentKey),
    save: async (record) => {
      if ((records.get(record.paymentKey)?.revision ?? 0) !== record.revision - 1) return false;
      records.set(record.paymentKey, record);
      return true;
    },
    all: () => [...records.values()],
  };
}
