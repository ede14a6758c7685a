// Two families. The `name` of each class is a literal because ASL's ErrorEquals matches it (Lambda reports it as errorType).

/** Trying again may succeed: something beside the request was in the way. */
export abstract class RetryableError extends Error {
  readonly family = 'retryable';
}

/** Trying again gives the same answer: the request itself is refused. */
export abstract class TerminalError extends Error {
  readonly family = 'terminal';
}

/** The payment provider didn't answer, or answered with a failure of its own. Whether it acted is unknown. */
export class PaymentUnavailableError extends RetryableError {
  override readonly name = 'PaymentUnavailableError';
}

/** Someone else changed the same record in between, more often than we tried. */
export class ConcurrentUpdateError extends RetryableError {
  override readonly name = 'ConcurrentUpdateError';
}

/** A service that we depend on throttled us or failed, after its client's own retries. */
export class DependencyUnavailableError extends RetryableError {
  override readonly name = 'DependencyUnavailableError';
}

/** The mail may or may not have been sent. Sending it again is harmless. */
export class MailNotSentError extends RetryableError {
  override readonly name = 'MailNotSentError';
}

export class PaymentDeclinedError extends TerminalError {
  override readonly name = 'PaymentDeclinedError';
}

/** The provider can't do this in the payment's state: capture what was voided, refund more than was captured. */
export class PaymentStateError extends TerminalError {
  override readonly name = 'PaymentStateError';
}

export class OutOfStockError extends TerminalError {
  override readonly name = 'OutOfStockError';
}

/** The reservation was already released or shipped, so it can't be made (again). */
export class ReservationClosedError extends TerminalError {
  override readonly name = 'ReservationClosedError';
}

/** The day has not ended, or what happened in its last minutes may not be written yet. */
export class DayNotOverError extends TerminalError {
  override readonly name = 'DayNotOverError';
}

/** There is another ledger of the day: what is closed is not written again. */
export class LedgerChangedError extends TerminalError {
  override readonly name = 'LedgerChangedError';
}

export class OrderNotFoundError extends TerminalError {
  override readonly name = 'OrderNotFoundError';
}

/** The order has reached its end: nothing may be done for it any more. */
export class OrderClosedError extends TerminalError {
  override readonly name = 'OrderClosedError';
}

/** The client has cancelled the order: it goes no further. */
export class OrderCancelledError extends TerminalError {
  override readonly name = 'OrderCancelledError';
}

/** The warehouse could ship nothing of the order. */
export class NothingShippedError extends TerminalError {
  override readonly name = 'NothingShippedError';
}

/** There is no such refund, or it has ended. */
export class RefundClosedError extends TerminalError {
  override readonly name = 'RefundClosedError';
}

/** What was approved is not what is about to be charged. */
export class ApprovalMismatchError extends TerminalError {
  override readonly name = 'ApprovalMismatchError';
}

/** The policy asks nobody: there is nothing to sign off. */
export class NoSignOffNeededError extends TerminalError {
  override readonly name = 'NoSignOffNeededError';
}

/** The policy asks for more approvers than may decide about this requester's subject. */
export class NoApproverError extends TerminalError {
  override readonly name = 'NoApproverError';
}

export class ApprovalNotFoundError extends TerminalError {
  override readonly name = 'ApprovalNotFoundError';
}

/** The stage has been decided, or the approval closed: nobody is left to ask. The record says how. */
export class ApprovalDecidedError extends TerminalError {
  override readonly name = 'ApprovalDecidedError';
}

/** The state machine has asked again since: nobody waits for this question, and its task token is worth nothing. */
export class QuestionOvertakenError extends TerminalError {
  override readonly name = 'QuestionOvertakenError';
}

/** A document that we own (policy, event payload) is not what it has to be. `pointer` says where. */
export class InvalidDocumentError extends TerminalError {
  override readonly name = 'InvalidDocumentError';
  readonly pointer: string;

  constructor(pointer: string, message: string) {
    super(`${pointer || '/'}: ${message}`);
    this.pointer = pointer;
  }
}
