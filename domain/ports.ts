import type { Approval, AuditRow } from './approval.ts';
import type { Movement } from './movement.ts';
import type { Order, ShipmentResult, Step, Timeline } from './order.ts';
import type { Refund, RefundEnd } from './refund.ts';
import type { ExecutionStanding } from './repair-order.ts';

/** Milliseconds since 1970. */
export type Clock = () => number;

/** @returns 256 random bits in base64url: 43 characters */
export type NewSecret = () => string;

export interface Orders {
  find(orderId: string): Promise<Order | undefined>;
  /**
   * Adds steps to the timeline, once, and changes the order with them; nothing changes when the first of them is there
   * already. Needs at least one.
   * @returns the order as it is now. @throws OrderNotFoundError; OrderClosedError if the order has ended without the step, or
   * one of the steps in `unless` was there before it
   */
  record(orderId: string, steps: Timeline, change?: OrderChange): Promise<Order>;
  /**
   * Adds a refund if the order was charged, has no refund of that id, and all refunds together stay within the charge.
   * @returns undefined if one of that isn't so
   */
  addRefund(orderId: string, refund: Refund): Promise<Order | undefined>;
  /** Ends a refund that is open; one that was rejected or expired doesn't count any more. Nothing changes if it has ended. */
  endRefund(
    orderId: string,
    refundId: string,
    end: Required<Pick<Refund, 'endedAt'>> & { readonly status: RefundEnd; readonly by?: string },
  ): Promise<void>;
}

export interface OrderChange {
  readonly status?: Order['status'];
  readonly paymentStatus?: string;
  readonly endedAt?: string;
  readonly shipments?: readonly ShipmentResult[];
  readonly charged?: number;
  /** Steps that rule the first one out, checked in the same write. */
  readonly unless?: readonly Step[];
}

export interface Approvals {
  find(approvalId: string): Promise<Approval | undefined>;
  /**
   * Saves an approval and the audit rows that say what changed, together, if its revision is still the one before.
   * `liveAt`: also only if the approval is open and this instant before the stage's expiry, checked in the same write.
   * @returns false if somebody else was first
   */
  save(approval: Approval, audit: readonly AuditRow[], liveAt?: string): Promise<boolean>;
  audit(approvalId: string): Promise<readonly AuditRow[]>;
  /** Open ones, the oldest first. */
  waiting(): Promise<readonly WaitingApproval[]>;
}

/** What operators see of an approval that waits for somebody. Holds nothing that opens it. */
export interface WaitingApproval {
  readonly approvalId: string;
  readonly subject: Approval['subject'];
  readonly stageName: string;
  readonly waitingFor: readonly string[];
  readonly needsCode?: boolean;
  readonly openedAt: string;
  readonly nextTickAt?: string;
  readonly expiresAt?: string;
}

export interface Mail {
  readonly to: string;
  /** Any characters. Mailers make one line of it, and what their service takes. */
  readonly subject: string;
  readonly text: string;
  /** The same as a document. What can't send it sends the text alone. */
  readonly html: string;
}

export interface Mailer {
  send(mail: Mail): Promise<void>;
}

/** Tells the state machine that waits for a decision. */
export interface Callback {
  /** @returns false if nobody waits for this token any more */
  succeed(taskToken: string, output: object): Promise<boolean>;
}

/**
 * Starts an execution of a state machine under a name, which it can have once.
 * @returns false if there is, or was, one of that name with another input
 */
export type StartExecution = (name: string, input: object) => Promise<boolean>;

/** @returns how the execution of that name stands, and what it was started with */
export type FindExecution = (
  name: string,
) => Promise<{ readonly standing: ExecutionStanding; readonly input: unknown }>;

export interface OpenOrders {
  /** @returns ids of all orders that have not ended, or are being refunded, the oldest first */
  open(): Promise<readonly string[]>;
}

export interface Movements {
  /** @param day `YYYY-MM-DD`. @returns all of them, by order id */
  on(day: string): Promise<readonly Movement[]>;
}

/** Files of the close of day, by key. */
export interface DayFiles {
  /** @throws Error if there is none */
  read(key: string): Promise<string>;
  write(key: string, text: string): Promise<void>;
  /**
   * Writes what is never changed again. @returns false if it is there already, with whatever content
   * @throws ConcurrentUpdateError if somebody else is writing it
   */
  create(key: string, text: string): Promise<boolean>;
}
