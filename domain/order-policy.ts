import { InvalidDocumentError } from './errors.ts';
import type { Order } from './order.ts';
import { instant, parseDuration, parseInstant } from './time.ts';

/** How long an order may wait for what: `config/order-policy.json`, whose JSON Schema stands beside it. */
export interface OrderPolicy {
  /** ISO 8601 durations. */
  readonly backorder: { readonly waitAtMost: string; readonly checkEvery: string };
  readonly fulfilment: { readonly within: string };
}

/** An execution has 25,000 events of history; each look at the stock takes about ten. */
const MOST_CHECKS = 1_000;

/** Checks what the JSON Schema can't say. @throws InvalidDocumentError naming the first mistake by its JSON pointer */
export function checkOrderPolicy(policy: OrderPolicy): OrderPolicy {
  const { waitAtMost, checkEvery } = policy.backorder;
  const [longest, every] = [parseDuration(waitAtMost), parseDuration(checkEvery)];
  if (!longest) throw new InvalidDocumentError('/backorder/waitAtMost', `"${waitAtMost}" is not a duration.`);
  if (!every) throw new InvalidDocumentError('/backorder/checkEvery', `"${checkEvery}" is not a duration.`);
  const { within } = policy.fulfilment;
  if (!parseDuration(within)) throw new InvalidDocumentError('/fulfilment/within', `"${within}" is not a duration.`);
  if (longest / every > MOST_CHECKS) {
    throw new InvalidDocumentError('/backorder/checkEvery', `makes more than ${MOST_CHECKS} looks at the stock.`);
  }
  return policy;
}

/**
 * How long to wait, in whole seconds, before looking at the stock again for an order that can't be met now.
 * @param at milliseconds since 1970
 * @returns undefined if the order doesn't wait, or has waited for as long as the policy allows
 */
export function stockCheckAfter(
  { backorder, timeline }: Pick<Order, 'backorder' | 'timeline'>,
  policy: OrderPolicy,
  at: number,
): number | undefined {
  if (!backorder) return undefined;
  const since = parseInstant(timeline.backordered?.at ?? instant(at)) as number;
  const until = since + (parseDuration(policy.backorder.waitAtMost) as number) * 1_000;
  const left = Math.ceil((until - at) / 1_000);
  return left > 0 ? Math.min(parseDuration(policy.backorder.checkEvery) as number, left) : undefined;
}

/**
 * Whether an order that may leave has waited for the warehouse for longer than the policy allows. A state machine cannot say
 * so itself: the time of an activity runs from the moment that a worker takes it.
 * @param at milliseconds since 1970
 */
export function isFulfilmentOverdue(
  { timeline, shipAt }: Pick<Order, 'timeline' | 'shipAt'>,
  policy: OrderPolicy,
  at: number,
): boolean {
  const { authorised, capturing } = timeline;
  if (!authorised || capturing) return false;
  const since = Math.max(parseInstant(authorised.at) as number, parseInstant(shipAt ?? authorised.at) as number);
  return at >= since + (parseDuration(policy.fulfilment.within) as number) * 1_000;
}
