import { approvalIdOf } from '../../domain/approval.ts';
import type { Order } from '../../domain/order.ts';
import type { Approvals, Clock, FindExecution, Orders, StartExecution } from '../../domain/ports.ts';
import type { Refund } from '../../domain/refund.ts';
import { refundRepairOf } from '../../domain/repair-order.ts';
import { instant } from '../../domain/time.ts';
import { closeApproval } from '../close-approval/close-approval.ts';

export interface RepairRefundsParts {
  readonly orders: Pick<Orders, 'endRefund'>;
  readonly approvals: Approvals;
  readonly refunding: { readonly start: StartExecution; readonly find: FindExecution };
  /** ARN of the sign-offs' executions, up to their names. */
  readonly signOffExecutions: string;
  readonly clock: Clock;
}

/**
 * Looks at the refunds of an order that have not ended. One that was never started is started; one whose execution ended
 * without saying how is closed.
 * @returns whether there was one to repair
 */
export async function repairRefunds(parts: RepairRefundsParts, { orderId, refunds }: Order): Promise<boolean> {
  const { refunding, clock } = parts;
  let isRepaired = false;
  for (const refund of Object.values(refunds)) {
    if (refund.status !== 'requested') continue;
    const { refundId } = refund;
    const { standing } = await refunding.find(refundId);
    const repair = refundRepairOf(refund, standing, clock());
    if (repair === 'start') await refunding.start(refundId, { orderId, refundId });
    if (repair === 'close') await close(parts, orderId, refund);
    isRepaired ||= repair !== 'none';
  }
  return isRepaired;
}

/**
 * Its question is withdrawn first. Only where somebody was asked, and has not approved, is it certain that no money is on its
 * way. (A withdrawal may have left a mark where nobody was asked.)
 */
async function close(
  { orders, approvals, signOffExecutions, clock }: RepairRefundsParts,
  orderId: string,
  { refundId }: Refund,
): Promise<void> {
  const execution = `${signOffExecutions}:${refundId}-sign-off`;
  const asked = await approvals.find(approvalIdOf(execution));
  const { outcome } = await closeApproval(approvals, clock)({ execution, close: 'withdrawn' });
  const isCertain = asked?.subject.id === refundId && outcome !== 'approved';
  const status = !isCertain ? 'failed' : outcome === 'expired' ? 'expired' : 'rejected';
  await orders.endRefund(orderId, refundId, { status, endedAt: instant(clock()) });
}
