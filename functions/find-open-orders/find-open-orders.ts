import type { Approvals, Clock, OpenOrders } from '../../domain/ports.ts';
import { parseInstant } from '../../domain/time.ts';
import type { gauge } from '../metrics.ts';

export interface FindOpenOrdersParts {
  readonly orders: OpenOrders;
  readonly approvals: Pick<Approvals, 'waiting'>;
  readonly clock: Clock;
  /** Told how much waits, and for how long. */
  readonly measure: typeof gauge;
}

/** How many are looked at in one go: their ids have to fit into a payload of 256 KB. */
const MOST = 4_000;
/** Milliseconds, as the schedule has it. */
const EVERY = 120_000;

/**
 * Orders that have not ended, or are being refunded; if they are too many for one go, the part whose turn it is. Measures them on
 * the way, and the approvals that people are waited for.
 */
export const findOpenOrders =
  ({ orders, approvals, clock, measure }: FindOpenOrdersParts) =>
  async (): Promise<{ readonly orderIds: readonly string[] }> => {
    const [open, waiting] = await Promise.all([orders.open(), approvals.waiting()]);
    const oldest = waiting[0] && parseInstant(waiting[0].openedAt);
    measure('OpenOrders', open.length);
    measure('PendingApprovals', waiting.length);
    measure('OldestPendingApproval', oldest === undefined ? 0 : Math.max(clock() - oldest, 0) / 1000);
    const turn = Math.floor(clock() / EVERY) % Math.max(Math.ceil(open.length / MOST), 1);
    return { orderIds: open.slice(turn * MOST, (turn + 1) * MOST) };
  };
