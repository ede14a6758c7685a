import type { Approval } from './approval.ts';
import type { UndoneOutcome } from './cancel-order.ts';
import type { Order } from './order.ts';
import { isFulfilmentOverdue, type OrderPolicy } from './order-policy.ts';
import type { Refund } from './refund.ts';
import { type Instant, instant, parseInstant } from './time.ts';

/** What has become of an execution. */
export type ExecutionStanding = 'none' | 'running' | 'succeeded' | 'dead';

/** All that is known of an order that has not ended. */
export interface OrderStanding {
  readonly order: Order;
  readonly processing: ExecutionStanding;
  /** The latest execution that undoes it, how many there were, and why the first was started. */
  readonly undo: { readonly standing: ExecutionStanding; readonly attempts: number; readonly outcome?: UndoneOutcome };
  /** The order's sign-off, if there was one. */
  readonly approval?: Approval;
}

export type Repair =
  | { readonly kind: 'none' }
  /** Recorded, but not started: whoever recorded it ended in between. */
  | { readonly kind: 'start' }
  /** Decided, but the state machine doesn't know. */
  | { readonly kind: 'resume'; readonly approvalId: string }
  /** Paid for, but not recorded as complete: there is only forward. */
  | { readonly kind: 'complete' }
  | { readonly kind: 'undo'; readonly attempt: number; readonly stop: boolean; readonly outcome: UndoneOutcome };

/** Milliseconds that things may take by themselves before they count as stuck. */
const GRACE = 30_000;
/** Undoing that failed as often as this needs a person. */
const MOST_ATTEMPTS = 5;

const NOTHING: Repair = { kind: 'none' };

/** @param at milliseconds since 1970 */
export function repairOf(
  { order, processing, undo, approval }: OrderStanding,
  policy: OrderPolicy,
  at: number,
): Repair {
  if (order.endedAt || undo.standing === 'running') return NOTHING;
  if (undo.standing !== 'none') return tryAgain(undo);
  if (order.timeline['cancel-requested']) {
    return isOld(order.timeline['cancel-requested'].at, at) ? undoing(cancelled(order), true) : NOTHING;
  }
  if (processing === 'none') return isOld(order.placedAt, at) ? { kind: 'start' } : NOTHING;
  if (processing === 'running') {
    return isFulfilmentOverdue(order, policy, at) ? undoing(notPicked(at), true) : missedDecision(approval, at);
  }
  if (order.timeline.captured) return { kind: 'complete' };
  return undoing(lost(at), false);
}

/** @returns what a refund needs that has not ended, by what has become of its execution */
export function refundRepairOf(
  { requestedAt }: Pick<Refund, 'requestedAt'>,
  execution: ExecutionStanding,
  at: number,
): 'none' | 'start' | 'close' {
  if (execution === 'running') return 'none';
  if (execution === 'none') return isOld(requestedAt, at) ? 'start' : 'none';
  return 'close';
}

const isOld = (since: Instant, at: number): boolean => (parseInstant(since) as number) + GRACE <= at;

const undoing = (outcome: UndoneOutcome, stop: boolean): Repair => ({ kind: 'undo', attempt: 1, stop, outcome });

function tryAgain({ attempts, outcome }: OrderStanding['undo']): Repair {
  if (attempts >= MOST_ATTEMPTS || !outcome) return NOTHING;
  return { kind: 'undo', attempt: attempts + 1, stop: false, outcome };
}

/** A record that is ahead of the state machine: closed, or in a stage that nobody was asked about yet. */
function missedDecision(approval: Approval | undefined, at: number): Repair {
  if (!approval) return NOTHING;
  const last = approval.stages
    .flatMap(({ approvers }) => approvers.flatMap(({ decision }) => decision?.at ?? []))
    .sort()
    .at(-1);
  const since = approval.closedAt ?? last;
  const isAhead = approval.status !== 'open' || !approval.stages[approval.stage]?.expiresAt;
  return isAhead && since && isOld(since, at) ? { kind: 'resume', approvalId: approval.approvalId } : NOTHING;
}

const cancelled = (order: Order): UndoneOutcome => ({
  status: 'cancelled',
  event: 'OrderCancelled',
  reason: 'cancelled',
  what: 'Cancelled',
  at: order.timeline['cancel-requested']?.at ?? order.placedAt,
});

/** Its execution ended without saying how: stopped by hand, out of time or of space, or a mistake in its definition. */
const lost = (at: number): UndoneOutcome => ({
  status: 'failed',
  event: 'OrderFailed',
  reason: 'ProcessLost',
  what: 'Failed: its processing ended unexpectedly',
  at: instant(at),
});

/** Nobody in the warehouse took it, or not all of it: it is stopped where it waits. */
const notPicked = (at: number): UndoneOutcome => ({
  status: 'failed',
  event: 'OrderFailed',
  reason: 'not-picked-in-time',
  what: 'Failed: the warehouse did not pick it in time',
  at: instant(at),
});
