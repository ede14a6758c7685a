import type { Clock, Orders } from '../../domain/ports.ts';
import type { RefundEnd } from '../../domain/refund.ts';
import { instant } from '../../domain/time.ts';

export interface CloseRefund {
  readonly orderId: string;
  readonly refundId: string;
  readonly status: Exclude<RefundEnd, 'refunded'>;
  readonly by?: string;
}

/** A refund that doesn't take place. If that is certain, its amount may be asked for again. */
export const closeRefund =
  (orders: Pick<Orders, 'endRefund'>, clock: Clock) =>
  async ({ orderId, refundId, status, by }: CloseRefund): Promise<{ readonly refundId: string }> => {
    await orders.endRefund(orderId, refundId, { status, endedAt: instant(clock()), ...(by && { by }) });
    return { refundId };
  };
