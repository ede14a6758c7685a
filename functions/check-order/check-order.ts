import type { ApprovalPolicy } from '../../domain/approval-policy.ts';
import type { Catalogue } from '../../domain/catalogue.ts';
import type { Json } from '../../domain/fingerprint.ts';
import { type Order, orderIdOf, requestHashOf } from '../../domain/order.ts';
import { checkOrder as check } from '../../domain/place-order.ts';
import type { Clock } from '../../domain/ports.ts';
import { invalidOrder, type Problem } from '../../domain/problem.ts';
import { type Receipt, receiptOf } from '../../domain/receipt.ts';
import { parseSubmission } from '../../domain/submission.ts';

export type Check =
  | { readonly accepted: true; readonly orderId: string; readonly requestHash: string; readonly item: object }
  | {
      readonly accepted: false;
      /** Absent when not even that can be known. */
      readonly orderId?: string;
      readonly requestHash?: string;
      readonly error: 'InvalidOrderError';
      readonly problem: Problem;
    };

/** @param orderItem gives the order the form in which the state machine records it */
export const checkOrder =
  (catalogue: Catalogue, policy: ApprovalPolicy, clock: Clock, orderItem: (order: Order, receipt: Receipt) => object) =>
  async (input: unknown): Promise<Check> => {
    const parsed = parseSubmission(input);
    if (!parsed.ok) return { accepted: false, error: 'InvalidOrderError', problem: invalidOrder(parsed.errors) };
    const { submission } = parsed;
    const identity = {
      orderId: orderIdOf(submission.client, submission.idempotencyKey),
      requestHash: requestHashOf(submission.body as Json),
    };
    const checked = await check(submission, catalogue.find, policy, clock());
    if (!checked.ok) {
      return { accepted: false, ...identity, error: 'InvalidOrderError', problem: invalidOrder(checked.errors) };
    }
    return { accepted: true, ...identity, item: orderItem(checked.order, receiptOf(checked.order)) };
  };
