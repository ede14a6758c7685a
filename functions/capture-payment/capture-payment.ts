import { OrderNotFoundError } from '../../domain/errors.ts';
import { totalOf } from '../../domain/order.ts';
import type { PaymentGateway } from '../../domain/payment.ts';
import type { Clock, Orders } from '../../domain/ports.ts';
import { instant } from '../../domain/time.ts';

/** Takes what is held. @throws PaymentDeclinedError, PaymentUnavailableError, PaymentStateError */
export const capturePayment =
  (orders: Orders, payments: PaymentGateway, clock: Clock) =>
  async ({ orderId }: { readonly orderId: string }): Promise<{ readonly orderId: string }> => {
    const order = await orders.find(orderId);
    if (!order) throw new OrderNotFoundError(`There is no order ${orderId}.`);
    await payments.capture(orderId, totalOf(order));
    const captured = { at: instant(clock()), what: 'Payment captured' };
    await orders.record(orderId, { captured }, { paymentStatus: 'captured' });
    return { orderId };
  };
