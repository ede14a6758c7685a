import { NothingShippedError, OrderCancelledError, OrderClosedError, OrderNotFoundError } from '../../domain/errors.ts';
import { formatMoney, type Money } from '../../domain/money.ts';
import { type Order, type ShipmentResult, shippedAmount } from '../../domain/order.ts';
import type { PaymentGateway } from '../../domain/payment.ts';
import type { Clock, Orders } from '../../domain/ports.ts';
import { instant } from '../../domain/time.ts';

export interface CapturePayment {
  readonly orderId: string;
  readonly shipments: readonly ShipmentResult[];
}

export interface CapturedPayment {
  readonly orderId: string;
  readonly charged: number;
  readonly chargedText: string;
}

/**
 * Takes what is held for what was shipped; the rest of the hold is given up with it. From the moment that it is recorded
 * that money is being taken, the order can't be cancelled any more; an order that was cancelled before isn't charged.
 * @throws OrderCancelledError, NothingShippedError, PaymentDeclinedError, PaymentUnavailableError, PaymentStateError
 */
export const capturePayment =
  (orders: Orders, payments: PaymentGateway, clock: Clock) =>
  async ({ orderId, shipments }: CapturePayment): Promise<CapturedPayment> => {
    const order = await beginCapture(orders, orderId, shipments, instant(clock()));
    const amount: Money = {
      amount: shippedAmount(order, order.shipments ?? shipments),
      currency: order.currency,
    };
    await payments.capture(orderId, amount);
    const captured = { at: instant(clock()), what: 'Payment captured' };
    await orders.record(orderId, { captured }, { paymentStatus: 'captured', charged: amount.amount });
    return { orderId, charged: amount.amount, chargedText: formatMoney(amount) };
  };

/** The first answer of the warehouse counts, whatever a repeat says. */
async function beginCapture(
  orders: Orders,
  orderId: string,
  shipments: readonly ShipmentResult[],
  at: string,
): Promise<Order> {
  if (!shipments.some(({ status }) => status === 'shipped')) {
    throw new NothingShippedError(`The warehouse could ship nothing of order ${orderId}.`);
  }
  try {
    const capturing = { at, what: 'Payment is being taken' };
    return await orders.record(orderId, { capturing }, { shipments, unless: ['cancel-requested'] });
  } catch (error) {
    if (!(error instanceof OrderClosedError)) throw error;
    const order = await orders.find(orderId);
    if (!order) throw new OrderNotFoundError(`There is no order ${orderId}.`);
    if (order.timeline['cancel-requested']) throw new OrderCancelledError(`Order ${orderId} is cancelled.`);
    throw error;
  }
}
