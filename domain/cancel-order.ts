import { OrderClosedError } from './errors.ts';
import type { Order } from './order.ts';
import type { Clock, Orders, StartExecution } from './ports.ts';
import { instant } from './time.ts';

/** How an order ended that doesn't complete: what `undo-order` records, announces and tells the customer. */
export interface UndoneOutcome {
  readonly status: Order['status'];
  readonly event: 'OrderRejected' | 'OrderCancelled' | 'OrderFailed';
  readonly reason: string;
  /** A sentence for people, without full stop. */
  readonly what: string;
  readonly by?: string;
  readonly at: string;
}

/** The name of the execution that undoes an order: whoever starts it first decides why the order is undone. */
export const undoName = (orderId: string): string => `${orderId}-undo`;

/**
 * Records that the client doesn't want the order any more, which rules out taking money for it, and then has everything
 * undone that was done. Repeating it changes nothing.
 * @param startUndo starts `undo-order`
 * @returns the order as it is now
 * @throws OrderNotFoundError; OrderClosedError if it has ended in another way, or its money is being taken
 */
export async function cancelOrder(
  orders: Orders,
  startUndo: StartExecution,
  clock: Clock,
  { orderId, reason }: { readonly orderId: string; readonly reason?: string },
): Promise<Order> {
  const at = instant(clock());
  const what = `Cancellation asked for${reason ? `: ${reason}` : ''}`;
  const order = await record();
  if (order.endedAt) return order;
  const outcome: UndoneOutcome = {
    status: 'cancelled',
    event: 'OrderCancelled',
    reason: 'cancelled',
    what: 'Cancelled',
    at,
  };
  const recorded = order.timeline['cancel-requested']?.at ?? at;
  await startUndo(undoName(orderId), { orderId, stop: true, outcome: { ...outcome, at: recorded } });
  return order;

  async function record(): Promise<Order> {
    const unless = ['capturing', 'captured'] as const;
    const after = await orders.record(orderId, { 'cancel-requested': { at, what } }, { unless });
    if (after.endedAt && after.status !== 'cancelled') throw new OrderClosedError(`Order ${orderId} has ended.`);
    return after;
  }
}
