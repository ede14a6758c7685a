import { type ApprovalPolicy, planSignOff, type SignOffPlan } from './approval-policy.ts';
import { EMAIL, FieldChecks } from './field-checks.ts';
import { fingerprint, type Json } from './fingerprint.ts';
import { formatMoney } from './money.ts';
import { type Order, requestHashOf } from './order.ts';
import type { FieldError } from './problem.ts';
import type { ApprovalSubject } from './subject.ts';
import type { Instant } from './time.ts';

/** Money on its way back. Its amount counts against what was charged until it is rejected or expired. */
export interface Refund {
  readonly refundId: string;
  /** Minor units of the order's currency. */
  readonly amount: number;
  readonly reason: string;
  /** E-mail address; never asked to approve it. */
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  readonly requestHash: string;
  readonly status: 'requested' | RefundEnd;
  readonly endedAt?: Instant;
  /** Who decided, where somebody did. */
  readonly by?: string;
}

/** `failed`: the provider refuses it, or never answered. The money may or may not be back; a person has to look. */
export type RefundEnd = 'refunded' | 'rejected' | 'expired' | 'failed';

export interface RefundRequest {
  /** Absent: all that is left. */
  readonly amount?: number;
  readonly reason: string;
  readonly requestedBy: string;
}

/** The same key for the same order is the same refund. */
export const refundIdOf = (orderId: string, idempotencyKey: string): string =>
  `ref_${fingerprint([orderId, idempotencyKey]).slice(0, 32)}`;

export const refundable = ({ charged = 0, refundReserved = 0 }: Pick<Order, 'charged' | 'refundReserved'>): number =>
  charged - refundReserved;

export function parseRefundRequest(
  body: unknown,
):
  | { readonly ok: true; readonly request: RefundRequest }
  | { readonly ok: false; readonly errors: readonly FieldError[] } {
  const checks = new FieldChecks();
  const fields = checks.object(body, '', ['reason', 'requestedBy'], ['amount']) ?? {};
  const given = <T>(key: string, read: (value: unknown, pointer: string) => T): T | undefined =>
    Object.hasOwn(fields, key) ? read(fields[key], `/${key}`) : undefined;
  const amount = given('amount', (value, pointer) => checks.integer(value, pointer, { min: 1, max: 1e15 }));
  const reason = given('reason', (value, pointer) => checks.text(value, pointer, { max: 500 }));
  const requestedBy = given('requestedBy', (value, pointer) =>
    checks.text(value, pointer, { max: 254, pattern: EMAIL, what: 'an e-mail address' }),
  );
  if (checks.errors.length > 0 || !reason || !requestedBy) return { ok: false, errors: checks.errors };
  const request = { reason, requestedBy: requestedBy.toLowerCase(), ...(amount !== undefined && { amount }) };
  return { ok: true, request };
}

export const newRefund = (
  order: Order,
  { request, body, refundId, at }: { request: RefundRequest; body: unknown; refundId: string; at: Instant },
): Refund => ({
  refundId,
  amount: request.amount ?? refundable(order),
  reason: request.reason,
  requestedBy: request.requestedBy,
  requestedAt: at,
  requestHash: requestHashOf(body as Json),
  status: 'requested',
});

/** What an approver signs when approving a refund. */
export function refundSubject(order: Order, refund: Refund): ApprovalSubject {
  const money = (amount: number) => formatMoney({ amount, currency: order.currency });
  return {
    type: 'refund',
    id: refund.refundId,
    version: 1,
    title: `Refund of ${money(refund.amount)}`,
    requestedBy: refund.requestedBy,
    reason: refund.reason,
    amount: refund.amount,
    currency: order.currency,
    lines: [{ text: `Order ${order.orderId} of ${order.requestedBy}`, amount: order.charged ?? 0 }],
  };
}

/** @throws NoApproverError if nobody but who asks for the refund may approve it */
export const planRefund = (policy: ApprovalPolicy, order: Order, refund: Refund): SignOffPlan =>
  planSignOff(policy, refundSubject(order, refund));
