import {
  ApprovalMismatchError,
  OrderCancelledError,
  OrderClosedError,
  OrderNotFoundError,
} from '../../domain/errors.ts';
import { type Order, subjectOf, totalOf } from '../../domain/order.ts';
import type { PaymentGateway } from '../../domain/payment.ts';
import type { Clock, Orders } from '../../domain/ports.ts';
import { subjectHash } from '../../domain/subject.ts';
import { instant } from '../../domain/time.ts';

export interface AuthorisePayment {
  readonly orderId: string;
  /** The outcome of the sign-off, or null where the policy asked nobody. */
  readonly signOff: SignedOff | null;
}

interface SignedOff {
  readonly outcome: string;
  readonly subjectHash: string;
  readonly decidedBy: readonly string[];
  readonly decidedAt: string;
}

/**
 * Holds the order's total, under the order's id: once, however often it is called.
 * @throws ApprovalMismatchError if what was approved isn't what would be charged; PaymentDeclinedError; PaymentUnavailableError
 */
export const authorisePayment =
  (orders: Orders, payments: PaymentGateway, clock: Clock) =>
  async ({ orderId, signOff }: AuthorisePayment): Promise<{ readonly orderId: string }> => {
    const order = await orders.find(orderId);
    if (!order) throw new OrderNotFoundError(`There is no order ${orderId}.`);
    if (order.endedAt) throw new OrderClosedError(`Order ${orderId} has ended.`);
    if (order.timeline['cancel-requested']) throw new OrderCancelledError(`Order ${orderId} is cancelled.`);
    refuseMismatch(order, signOff);
    if (signOff) {
      const approved = { at: signOff.decidedAt, what: 'Approved', by: signOff.decidedBy.join(', ') };
      await orders.record(orderId, { approved }, { status: 'approved' });
    }
    await payments.authorise({ paymentKey: orderId, token: order.payment.token, amount: totalOf(order) });
    const authorised = { at: instant(clock()), what: 'Payment authorised' };
    await orders.record(orderId, { authorised }, { status: 'fulfilling', paymentStatus: 'authorised' });
    return { orderId };
  };

function refuseMismatch(order: Order, signOff: SignedOff | null): void {
  if (!order.timeline['approval-requested'] && !signOff) return;
  if (signOff?.outcome === 'approved' && signOff.subjectHash === subjectHash(subjectOf(order))) return;
  throw new ApprovalMismatchError(`What was approved is not order ${order.orderId} as it is now.`);
}
