import type { ApprovalPolicy } from './approval-policy.ts';
import { ConcurrentUpdateError, NoApproverError, OrderNotFoundError } from './errors.ts';
import { formatMoney } from './money.ts';
import type { Order } from './order.ts';
import type { Clock, Orders, StartExecution } from './ports.ts';
import type { FieldError } from './problem.ts';
import { newRefund, parseRefundRequest, planRefund, type Refund, refundable, refundIdOf } from './refund.ts';
import { instant } from './time.ts';

export type RequestedRefund =
  | { readonly kind: 'accepted'; readonly order: Order; readonly refund: Refund; readonly needsApproval: boolean }
  | { readonly kind: 'invalid'; readonly errors: readonly FieldError[] }
  /** The key was used for another refund of this order. */
  | { readonly kind: 'key-reused' };

export interface RefundParts {
  readonly orders: Orders;
  readonly policy: ApprovalPolicy;
  /** Starts `refund-order`. */
  readonly start: StartExecution;
  readonly clock: Clock;
}

const ATTEMPTS = 5;
/** They are in the record of the order, which holds 400 KB: one that is paid must not fail for want of room. */
const MOST_REFUNDS = 100;

/**
 * Records a refund, once per key, if all refunds of the order together stay within what was charged, and starts it.
 * @throws OrderNotFoundError; ConcurrentUpdateError
 */
export async function requestRefund(
  { orders, policy, start, clock }: RefundParts,
  { orderId, idempotencyKey, body }: { orderId: string; idempotencyKey: string; body: unknown },
): Promise<RequestedRefund> {
  const parsed = parseRefundRequest(body);
  if (!parsed.ok) return { kind: 'invalid', errors: parsed.errors };
  const refundId = refundIdOf(orderId, idempotencyKey);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const order = await orders.find(orderId);
    if (!order) throw new OrderNotFoundError(`There is no order ${orderId}.`);
    const refund = newRefund(order, { request: parsed.request, body, refundId, at: instant(clock()) });
    const earlier = order.refunds[refundId];
    if (earlier) return earlier.requestHash === refund.requestHash ? begin(order, earlier) : { kind: 'key-reused' };
    const mistake = mistakeIn(order, refund) ?? approverMistake(order, refund);
    if (mistake) return { kind: 'invalid', errors: [mistake] };
    const after = await orders.addRefund(orderId, refund);
    if (after) return begin(after, refund);
  }
  throw new ConcurrentUpdateError(`Order ${orderId} is being refunded by others.`);

  async function begin(order: Order, refund: Refund): Promise<RequestedRefund> {
    const needsApproval = planRefund(policy, order, refund).stages.length > 0;
    if (refund.status === 'requested') await start(refund.refundId, { orderId, refundId: refund.refundId });
    return { kind: 'accepted', order, refund, needsApproval };
  }

  function approverMistake(order: Order, refund: Refund): FieldError | undefined {
    try {
      planRefund(policy, order, refund);
      return undefined;
    } catch (error) {
      if (!(error instanceof NoApproverError)) throw error;
      return { pointer: '/requestedBy', detail: 'Nobody but who asks for it may approve a refund like this.' };
    }
  }
}

function mistakeIn(order: Order, { amount }: Refund): FieldError | undefined {
  if (order.status !== 'completed' || order.charged === undefined) {
    return { pointer: '', detail: `The order is ${order.status}: nothing was charged that could be refunded.` };
  }
  if (Object.keys(order.refunds).length >= MOST_REFUNDS) {
    return { pointer: '', detail: `An order can be refunded in at most ${MOST_REFUNDS} parts.` };
  }
  const left = refundable(order);
  if (amount >= 1 && amount <= left) return undefined;
  const most = formatMoney({ amount: left, currency: order.currency });
  return { pointer: '/amount', detail: `At most ${most} can be refunded.` };
}
