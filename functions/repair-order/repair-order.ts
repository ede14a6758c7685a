import { approvalIdOf } from '../../domain/approval.ts';
import { type UndoneOutcome, undoName } from '../../domain/cancel-order.ts';
import type { Order } from '../../domain/order.ts';
import type { OrderPolicy } from '../../domain/order-policy.ts';
import type { FindExecution, Orders, StartExecution } from '../../domain/ports.ts';
import { type OrderStanding, type Repair, repairOf } from '../../domain/repair-order.ts';
import type { Stock } from '../../domain/stock.ts';
import { completeOrder } from '../complete-order/complete-order.ts';
import { type RepairRefundsParts, repairRefunds } from './repair-refunds.ts';

export interface RepairParts extends RepairRefundsParts {
  readonly orders: Orders;
  readonly stock: Stock;
  readonly process: { readonly start: StartExecution; readonly find: FindExecution };
  readonly undo: { readonly start: StartExecution; readonly find: FindExecution };
  readonly policy: OrderPolicy;
}

export interface RepairedOrder {
  readonly orderId: string;
  readonly repair: Repair['kind'] | 'refund';
  /** Whose state machine has to be told; only decide-approval can. */
  readonly approvalId?: string;
}

/** Looks at one order that hasn't ended, or is being refunded, and does what it needs to get on. Doing it again changes nothing. */
export const repairOrder =
  (parts: RepairParts) =>
  async ({ orderId }: { readonly orderId: string }): Promise<RepairedOrder> => {
    const { orders, stock, process, undo, policy, clock } = parts;
    const order = await orders.find(orderId);
    if (!order) return { orderId, repair: 'none' };
    if (order.endedAt) return { orderId, repair: (await repairRefunds(parts, order)) ? 'refund' : 'none' };
    const repair = repairOf(await standingOf(parts, order), policy, clock());
    if (repair.kind === 'start') await process.start(orderId, { orderId });
    if (repair.kind === 'complete') await completeOrder(orders, stock, clock)({ orderId });
    if (repair.kind === 'undo') {
      const { attempt, stop, outcome } = repair;
      await undo.start(nameOf(orderId, attempt), { orderId, ...(stop && { stop }), outcome });
    }
    return { orderId, repair: repair.kind, ...(repair.kind === 'resume' && { approvalId: repair.approvalId }) };
  };

const nameOf = (orderId: string, attempt: number): string =>
  attempt === 1 ? undoName(orderId) : `${undoName(orderId)}-${attempt}`;

async function standingOf(parts: RepairParts, order: Order): Promise<OrderStanding> {
  const { approvals, process, signOffExecutions } = parts;
  const { orderId } = order;
  const asked = order.timeline['approval-requested'] && !order.timeline.approved;
  const approval = asked && (await approvals.find(approvalIdOf(`${signOffExecutions}:${orderId}-sign-off`)));
  const [{ standing }, undo] = await Promise.all([process.find(orderId), lastUndo(parts, orderId)]);
  return { order, processing: standing, undo, ...(approval && { approval }) };
}

async function lastUndo({ undo }: RepairParts, orderId: string): Promise<OrderStanding['undo']> {
  let last: OrderStanding['undo'] = { standing: 'none', attempts: 0 };
  for (let attempt = 1; ; attempt++) {
    const { standing, input } = await undo.find(nameOf(orderId, attempt));
    if (standing === 'none') return last;
    const outcome = (input as { outcome?: UndoneOutcome } | null)?.outcome;
    last = { standing, attempts: attempt, ...(outcome && { outcome }) };
  }
}
