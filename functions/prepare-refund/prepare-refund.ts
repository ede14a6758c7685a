import type { ApprovalPolicy, SignOffPlan } from '../../domain/approval-policy.ts';
import { OrderNotFoundError, RefundClosedError } from '../../domain/errors.ts';
import { formatMoney } from '../../domain/money.ts';
import type { Orders } from '../../domain/ports.ts';
import { planRefund, refundSubject } from '../../domain/refund.ts';
import type { ApprovalSubject } from '../../domain/subject.ts';

export interface RefundStep {
  readonly orderId: string;
  readonly refundId: string;
}

/** What `refund-order` knows of a refund from here on. */
export interface PreparedRefund extends RefundStep {
  readonly amount: number;
  readonly amountText: string;
  readonly currency: string;
  readonly signOffNeeded: boolean;
  readonly subject?: ApprovalSubject;
  readonly plan?: SignOffPlan;
}

/** @throws OrderNotFoundError; RefundClosedError if there is no such refund, or it has ended; NoApproverError */
export const prepareRefund =
  (orders: Pick<Orders, 'find'>, policy: ApprovalPolicy) =>
  async ({ orderId, refundId }: RefundStep): Promise<PreparedRefund> => {
    const order = await orders.find(orderId);
    if (!order) throw new OrderNotFoundError(`There is no order ${orderId}.`);
    const refund = order.refunds[refundId];
    if (refund?.status !== 'requested') throw new RefundClosedError(`Refund ${refundId} is not open.`);
    const plan = planRefund(policy, order, refund);
    const signOffNeeded = plan.stages.length > 0;
    const { amount } = refund;
    const { currency } = order;
    const amountText = formatMoney({ amount, currency });
    const question = signOffNeeded && { subject: refundSubject(order, refund), plan };
    return { orderId, refundId, amount, amountText, currency, signOffNeeded, ...question };
  };
