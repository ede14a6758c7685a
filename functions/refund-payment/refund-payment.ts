import type { ApprovalPolicy } from '../../domain/approval-policy.ts';
import { ApprovalMismatchError, OrderNotFoundError, RefundClosedError } from '../../domain/errors.ts';
import type { Order } from '../../domain/order.ts';
import type { PaymentGateway } from '../../domain/payment.ts';
import type { Clock, Orders } from '../../domain/ports.ts';
import { planRefund, type Refund, refundSubject } from '../../domain/refund.ts';
import { subjectHash } from '../../domain/subject.ts';
import { instant } from '../../domain/time.ts';

export interface RefundPayment {
  readonly orderId: string;
  readonly refundId: string;
  /** The outcome of the sign-off, or null where the policy asked nobody. */
  readonly signOff: {
    readonly outcome: string;
    readonly subjectHash: string;
    readonly decidedBy: readonly string[];
  } | null;
}

/**
 * Gives back what was asked for, under the refund's own key: once, however often it is called.
 * @throws ApprovalMismatchError if what was approved isn't what would be refunded; RefundClosedError; PaymentUnavailableError, PaymentStateError
 */
export const refundPayment =
  (orders: Orders, payments: PaymentGateway, policy: ApprovalPolicy, clock: Clock) =>
  async ({ orderId, refundId, signOff }: RefundPayment): Promise<{ readonly refundId: string }> => {
    const order = await orders.find(orderId);
    if (!order) throw new OrderNotFoundError(`There is no order ${orderId}.`);
    const refund = order.refunds[refundId];
    if (refund?.status === 'refunded') return { refundId };
    if (refund?.status !== 'requested') throw new RefundClosedError(`Refund ${refundId} is not open.`);
    refuseMismatch(order, refund, signOff, policy);
    await payments.refund(orderId, refundId, { amount: refund.amount, currency: order.currency });
    const by = signOff?.decidedBy.join(', ');
    await orders.endRefund(orderId, refundId, { status: 'refunded', endedAt: instant(clock()), ...(by && { by }) });
    return { refundId };
  };

function refuseMismatch(order: Order, refund: Refund, signOff: RefundPayment['signOff'], policy: ApprovalPolicy): void {
  if (!signOff && planRefund(policy, order, refund).stages.length === 0) return;
  if (signOff?.outcome === 'approved' && signOff.subjectHash === subjectHash(refundSubject(order, refund))) return;
  throw new ApprovalMismatchError(`What was approved is not refund ${refund.refundId} as it is now.`);
}
