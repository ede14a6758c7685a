import { type Approval, type AuditRow, approvalIdOf } from '../../domain/approval.ts';
import type { Product } from '../../domain/catalogue.ts';
import type { Order } from '../../domain/order.ts';
import { SIGN_OFFS } from '../statemachines/composition.ts';
import type { Movement } from './provider.ts';
import type { Running } from './state-machines.ts';
import type { World } from './world.ts';

/** An order with all that anybody has seen of it. */
export interface ObservedOrder {
  readonly order: Order;
  readonly wish: World['shop']['wishes'][number] | undefined;
  readonly process: Running | undefined;
  readonly movements: readonly Movement[];
  readonly signOff: ObservedApproval | undefined;
  /** Minor units. */
  readonly charged: number;
  readonly refunded: number;
}

export interface ObservedApproval {
  readonly approval: Approval;
  readonly audit: readonly AuditRow[];
  readonly execution: Running | undefined;
}

export interface Observed extends Pick<World, 'shop' | 'approvers' | 'warehouse' | 'announcements' | 'payments'> {
  readonly orders: readonly ObservedOrder[];
  readonly approvals: readonly ObservedApproval[];
  readonly products: readonly Product[];
  readonly running: readonly Running[];
  readonly processes: readonly Running[];
}

export async function observe(world: World): Promise<Observed> {
  const { machines } = world;
  const all = [...machines.all.values()];
  const approvals: ObservedApproval[] = [];
  for (const execution of all.filter(({ machine }) => machine === 'sign-off')) {
    const approvalId = approvalIdOf(execution.arn);
    const approval = await world.approvals.find(approvalId);
    if (approval) approvals.push({ approval, audit: await world.approvals.audit(approvalId), execution });
  }
  const sum = (movements: readonly Movement[], kind: Movement['kind']) =>
    movements.reduce((total, movement) => (movement.kind === kind ? total + movement.amount : total), 0);
  const orders = world.orders.all().map((order): ObservedOrder => {
    const { orderId } = order;
    const approvalId = approvalIdOf(`${SIGN_OFFS}:${orderId}-sign-off`);
    const movements = world.payments.movements.filter(({ paymentKey }) => paymentKey.startsWith(orderId));
    return {
      order,
      wish: world.shop.wishes.find((wish) => wish.orderId === orderId),
      process: machines.find('process-order', orderId),
      movements,
      signOff: approvals.find(({ approval }) => approval.approvalId === approvalId),
      charged: sum(movements, 'charge'),
      refunded: sum(movements, 'refund'),
    };
  });
  return {
    ...{ orders, approvals },
    ...{ shop: world.shop, approvers: world.approvers, warehouse: world.warehouse },
    ...{ announcements: world.announcements, payments: world.payments },
    products: await world.catalogue.list(),
    running: all.filter(({ execution }) => execution.status === 'RUNNING'),
    processes: all.filter(({ machine }) => machine === 'process-order'),
  };
}
