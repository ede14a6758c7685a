import { type ApprovalPolicy, planSignOff, type SignOffPlan } from '../../domain/approval-policy.ts';
import { OrderClosedError, OrderNotFoundError } from '../../domain/errors.ts';
import { formatMoney } from '../../domain/money.ts';
import { type Order, type Shipment, shipmentsOf, subjectOf, type Timeline, totalOf } from '../../domain/order.ts';
import type { Clock, Orders } from '../../domain/ports.ts';
import type { Stock } from '../../domain/stock.ts';
import type { ApprovalSubject } from '../../domain/subject.ts';
import { instant } from '../../domain/time.ts';

/** What `process-order` knows of an order from here on. The means of payment is not in it. */
export interface ReservedOrder extends Pick<Order, 'orderId' | 'requestedBy' | 'currency' | 'total'> {
  readonly totalText: string;
  readonly shipNotBefore: string;
  readonly shipments: readonly Shipment[];
  readonly signOffNeeded: boolean;
  readonly subject?: ApprovalSubject;
  readonly plan?: SignOffPlan;
}

/** @throws OrderNotFoundError, OrderClosedError, OutOfStockError, ReservationClosedError, NoApproverError */
export const reserveStock =
  (orders: Orders, stock: Stock, policy: ApprovalPolicy, clock: Clock) =>
  async ({ orderId }: { readonly orderId: string }): Promise<ReservedOrder> => {
    const order = await orders.find(orderId);
    if (!order) throw new OrderNotFoundError(`There is no order ${orderId}.`);
    if (order.endedAt) throw new OrderClosedError(`Order ${orderId} has ended.`);
    const subject = subjectOf(order);
    const plan = planSignOff(policy, subject);
    const signOffNeeded = plan.stages.length > 0;
    await stock.reserve(orderId, order.lines);
    await orders.record(orderId, steps(plan, instant(clock())), signOffNeeded ? { status: 'awaiting-approval' } : {});
    return {
      orderId,
      requestedBy: order.requestedBy,
      currency: order.currency,
      total: order.total,
      totalText: formatMoney(totalOf(order)),
      shipNotBefore: order.shipAt ?? order.placedAt,
      shipments: shipmentsOf(order),
      signOffNeeded,
      ...(signOffNeeded && { subject, plan }),
    };
  };

function steps({ stages }: SignOffPlan, at: string): Timeline {
  const reserved = { at, what: 'Stock reserved' };
  if (stages.length === 0) return { reserved };
  const whom = stages.map(({ title }) => title).join(', then ');
  return { reserved, 'approval-requested': { at, what: `Approval asked of ${whom}` } };
}
