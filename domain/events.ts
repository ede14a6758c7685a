import type { ShipmentResult } from './order.ts';
import type { Problem } from './problem.ts';

/** Source of every event that the application publishes. The state machines write them; this is their contract. */
export const EVENT_SOURCE = 'countersign';

export type OrderEvent =
  | {
      readonly type: 'OrderCompleted';
      readonly detail: {
        readonly orderId: string;
        readonly total: number;
        /** Less than the total where a shipment failed. */
        readonly charged: number;
        readonly currency: string;
        readonly shipments: readonly ShipmentResult[];
        readonly completedAt: string;
      };
    }
  | { readonly type: 'OrderCancelled'; readonly detail: { readonly orderId: string; readonly reason: 'cancelled' } }
  | {
      readonly type: 'OrderRefunded';
      readonly detail: {
        readonly orderId: string;
        readonly refundId: string;
        readonly amount: number;
        readonly currency: string;
        readonly refundedAt: string;
      };
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
  | { readonly type: 'OrderFailed'; readonly detail: { readonly orderId: string; readonly reason: string } };
