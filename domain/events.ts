import type { Problem } from './problem.ts';

/** Source of every event that the application publishes. The state machines write them; this is their contract. */
export const EVENT_SOURCE = 'countersign';

export type OrderEvent =
  | {
      readonly type: 'OrderCompleted';
      readonly detail: { readonly orderId: string; readonly total: number; readonly currency: string };
    }
  | {
      readonly type: 'OrderRejected';
      readonly detail: {
        readonly orderId?: string;
        readonly reason:
          | 'invalid-order'
          | 'idempotency-key-reused'
          | 'approval-rejected'
          | 'approval-expired'
          | 'out-of-stock'
          | 'payment-declined';
        readonly idempotencyKey?: string;
        readonly problem?: Problem;
        readonly decidedBy?: string;
      };
    }
  | { readonly type: 'OrderFailed'; readonly detail: { readonly orderId: string; readonly error: string } };
