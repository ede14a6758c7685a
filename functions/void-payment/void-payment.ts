import { type PaymentGateway, undoPayment } from '../../domain/payment.ts';
import type { Clock, Orders } from '../../domain/ports.ts';
import { instant } from '../../domain/time.ts';

/** Gives back what is held or was taken; afterwards nothing can be. */
export const voidPayment =
  (orders: Orders, payments: PaymentGateway, clock: Clock) =>
  async ({ orderId }: { readonly orderId: string }): Promise<{ readonly orderId: string }> => {
    const { status, authorised } = await undoPayment(payments, orderId);
    if (authorised) {
      const what = status === 'refunded' ? 'Payment refunded' : 'Payment voided';
      await orders.record(orderId, { voided: { at: instant(clock()), what } }, { paymentStatus: status });
    }
    return { orderId };
  };
