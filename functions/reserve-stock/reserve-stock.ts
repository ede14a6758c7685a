import { type ApprovalPolicy, planSignOff, type SignOffPlan } from '../../domain/approval-policy.ts';
import { OrderCancelledError, OrderClosedError, OrderNotFoundError, OutOfStockError } from '../../domain/errors.ts';
import { type Order, type Shipment, shipmentsOf, subjectOf, type Timeline } from '../../domain/order.ts';
import { type OrderPolicy, stockCheckAfter } from '../../domain/order-policy.ts';
import type { Clock, Orders } from '../../domain/ports.ts';
import type { Stock } from '../../domain/stock.ts';
import type { ApprovalSubject } from '../../domain/subject.ts';
import { instant } from '../../domain/time.ts';

/** What `process-order` knows of an order from here on. The means of payment is not in it. */
export interface ReservedOrder extends Pick<Order, 'orderId' | 'requestedBy' | 'currency' | 'total'> {
  readonly shipNotBefore: string;
  readonly shipments: readonly Shipment[];
  readonly signOffNeeded: boolean;
  readonly subject?: ApprovalSubject;
  readonly plan?: SignOffPlan;
}

/** Out of stock, but allowed to wait. */
export interface BackorderedOrder {
  readonly orderId: string;
  /** How long to wait before looking again. */
  readonly waitSeconds: number;
}

/** @throws OrderNotFoundError, OrderClosedError, OrderCancelledError, OutOfStockError, ReservationClosedError, NoApproverError */
export const reserveStock =
  (orders: Orders, stock: Stock, { approvals, orders: orderPolicy }: ReservePolicies, clock: Clock) =>
  async ({ orderId }: { readonly orderId: string }): Promise<ReservedOrder | BackorderedOrder> => {
    const order = await orders.find(orderId);
    if (!order) throw new OrderNotFoundError(`There is no order ${orderId}.`);
    if (order.endedAt) throw new OrderClosedError(`Order ${orderId} has ended.`);
    if (order.timeline['cancel-requested']) throw new OrderCancelledError(`Order ${orderId} is cancelled.`);
    const subject = subjectOf(order);
    const plan = planSignOff(approvals, subject);
    const signOffNeeded = plan.stages.length > 0;
    const at = clock();
    try {
      await stock.reserve(orderId, order.lines);
    } catch (error) {
      const waitSeconds = error instanceof OutOfStockError ? stockCheckAfter(order, orderPolicy, at) : undefined;
      if (waitSeconds === undefined) throw error;
      const backordered = { at: instant(at), what: 'Waiting for stock' };
      await orders.record(orderId, { backordered }, { status: 'backordered' });
      return { orderId, waitSeconds };
    }
    const status = signOffNeeded ? 'awaiting-approval' : 'placed';
    await orders.record(orderId, steps(plan, instant(at)), { status });
    return {
      orderId,
      requestedBy: order.requestedBy,
      currency: order.currency,
      total: order.total,
      shipNotBefore: order.shipAt ?? order.placedAt,
      shipments: shipmentsOf(order),
      signOffNeeded,
      ...(signOffNeeded && { subject, plan }),
    };
  };

export interface ReservePolicies {
  readonly approvals: ApprovalPolicy;
  readonly orders: OrderPolicy;
}

function steps({ stages }: SignOffPlan, at: string): Timeline {
  const reserved = { at, what: 'Stock reserved' };
  if (stages.length === 0) return { reserved };
  const whom = stages.map(({ title }) => title).join(', then ');
  return { reserved, 'approval-requested': { at, what: `Approval asked of ${whom}` } };
}
