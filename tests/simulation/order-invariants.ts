import { parseInstant } from '../../domain/time.ts';
import type { Invariants } from './invariants.ts';
import type { Observed, ObservedOrder } from './observed.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
/** Waiting for stock (14), for all stages (12), for the ship date (3), for the warehouse (7), and a day for everything else. */
const TIME_BUDGET = 37 * DAY;
/** Recovery comes every two minutes, and may itself be struck. */
const UNSTUCK_WITHIN = 20 * MINUTE;
const LONGEST_TICK = 2 * DAY;

const COMPLETED = ['OrderCompleted', 'OrderRefunded'];

export function orderInvariants(observed: Observed): Invariants {
  return {
    I2: { says: 'Stock is never negative, in the books and on the shelf', broken: negativeStock(observed) },
    I3: { says: 'What was taken in is in stock or has left; nothing stays reserved', broken: lostStock(observed) },
    I4: { says: 'An order ends once, and stays as it ended', broken: observed.orders.flatMap(otherEnds(observed)) },
    I7: { says: 'What a client was told is placed, is placed', broken: lostOrders(observed) },
    I10: {
      says: 'There are as many orders as keys, and as many executions as orders that were not cancelled before',
      broken: doubles(observed),
    },
    I11: { says: 'Everything ends in its time', broken: endless(observed) },
  };
}

function negativeStock({ products, warehouse }: Observed): string[] {
  return [
    ...products.filter(({ stock, reserved }) => stock < 0 || reserved < 0).map(({ sku, stock }) => `${sku}: ${stock}`),
    ...warehouse.shortages,
  ];
}

/** The shelf was filled by what came in and emptied by what left: the books have to say the same. */
function lostStock({ products, warehouse, orders }: Observed): string[] {
  const sent = new Map<string, number>();
  for (const { lines, returned } of warehouse.parcels.values()) {
    for (const { sku, quantity } of returned ? [] : lines) sent.set(sku, (sent.get(sku) ?? 0) + quantity);
  }
  if (orders.some(({ order }) => !order.endedAt)) return [];
  return products.flatMap(({ sku, stock, reserved, shipped }) => {
    const shelf = warehouse.shelf.get(sku) ?? 0;
    const left = sent.get(sku) ?? 0;
    const isRight = reserved === 0 && stock === shelf && shipped === left;
    return isRight
      ? []
      : [`${sku}: ${stock} in stock, ${reserved} reserved, ${shipped} shipped; ${shelf} on the shelf, ${left} left`];
  });
}

const otherEnds =
  ({ announcements }: Observed) =>
  ({ order, wish }: ObservedOrder): string[] => {
    const { orderId, status, endedAt } = order;
    const changed = (wish?.seen ?? []).filter(
      (seen) => seen.endedAt && (seen.status !== status || seen.endedAt !== endedAt),
    );
    const told = announcements.filter((announcement) => announcement.orderId === orderId).map(({ event }) => event);
    const contradictions = told.filter((event) => COMPLETED.includes(event) !== (status === 'completed'));
    return [
      ...changed.map((seen) => `${orderId} was seen ${seen.status}, and is ${status}`),
      ...contradictions.map((event) => `${event} was announced of ${orderId}, which is ${status}`),
      ...(wish && wish.cancelledAt < Number.POSITIVE_INFINITY && status === 'completed'
        ? [`${orderId} was cancelled, and is completed`]
        : []),
    ];
  };

/** Or cancelled before it could be. */
const isStarted = ({ process, order }: ObservedOrder): boolean =>
  process !== undefined || (order.status === 'cancelled' && order.endedAt !== undefined);

function lostOrders({ shop, orders }: Observed): string[] {
  return shop.wishes.flatMap(({ key, receipts }) =>
    receipts.flatMap((receipt) => {
      const found = orders.find(({ order }) => order.orderId === receipt.orderId);
      if (!found) return [`${key} got 201, and there is no order ${receipt.orderId}`];
      const { total, placedAt } = found.order;
      if (placedAt !== receipt.placedAt) return [`${key} got another order than there is`];
      if (total !== receipt.total && found.order.version === 1) return [`${key} got 201 for another total`];
      return isStarted(found) ? [] : [`${key} got 201, and ${receipt.orderId} was never started`];
    }),
  );
}

function doubles({ orders, processes, shop }: Observed): string[] {
  const strangers = orders.filter(({ wish }) => !wish).map(({ order }) => `${order.orderId} is nobody's`);
  const receipts = shop.wishes
    .filter((wish) => new Set(wish.receipts.map((receipt) => JSON.stringify(receipt))).size > 1)
    .map(({ key }) => `${key} got different receipts`);
  const unstarted = orders
    .filter((order) => !isStarted(order))
    .map(({ order }) => `${order.orderId} was never started`);
  const extra = processes
    .filter(({ name }) => !orders.some(({ order }) => order.orderId === name))
    .map(({ name }) => `the execution ${name} has no order`);
  return [...strangers, ...receipts, ...unstarted, ...extra];
}

function endless({ orders, running, approvals }: Observed): string[] {
  const open = orders
    .filter(({ order }) => !order.endedAt)
    .map(({ order }) => `${order.orderId} is ${order.status} for ever`);
  const late = orders.flatMap(({ order: { orderId, placedAt, endedAt } }) =>
    endedAt && at(endedAt) - at(placedAt) > TIME_BUDGET ? [`${orderId} took until ${endedAt}`] : [],
  );
  const unheard = approvals.flatMap(({ approval: { approvalId, status, closedAt, subject }, execution }) => {
    if (!closedAt || !execution || (status !== 'approved' && status !== 'rejected')) return [];
    const stoppedAt = execution.execution.stoppedAt ?? Number.POSITIVE_INFINITY;
    const waited = stoppedAt - at(closedAt);
    // Recovery looks at orders; a lost decision about anything else is found by the next reminder.
    return waited > (subject.type === 'order' ? UNSTUCK_WITHIN : LONGEST_TICK)
      ? [`${approvalId} was ${status}, which was heard ${waited / MINUTE} minutes later`]
      : [];
  });
  const refunds = orders.flatMap(({ order: { refunds } }) =>
    Object.values(refunds).flatMap(({ refundId, status }) =>
      status === 'requested' ? [`the refund ${refundId} is open for ever`] : [],
    ),
  );
  return [
    ...open,
    ...late,
    ...unheard,
    ...refunds,
    ...running.map(({ machine, name }) => `${machine} ${name} runs for ever`),
  ];
}

const at = (text: string): number => parseInstant(text) as number;
