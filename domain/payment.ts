import type { Money } from './money.ts';

export type PaymentStatus = 'none' | 'authorised' | 'captured' | 'voided' | 'refunded';

export interface Payment {
  readonly paymentKey: string;
  readonly status: PaymentStatus;
  readonly authorised: Money | undefined;
  /** Minor units. */
  readonly captured: number;
  readonly refunded: number;
}

/**
 * Takes and gives back money. There is at most one payment per key, and every operation is idempotent by its key:
 * calling it again, after whatever happened in between, gives the first answer and moves no money.
 * All throw PaymentUnavailableError when the outcome is unknown, and PaymentStateError when the payment's state forbids it.
 */
export interface PaymentGateway {
  /** Holds the amount. @throws PaymentDeclinedError */
  authorise(request: AuthoriseRequest): Promise<Payment>;
  /** Takes what is held. @throws PaymentDeclinedError */
  capture(paymentKey: string, amount: Money): Promise<Payment>;
  /** Gives up what is held. Also when nothing is: an authorisation that arrives late is refused. */
  void(paymentKey: string): Promise<Payment>;
  /** Gives back a part of what was captured. `refundKey` tells one refund from another. */
  refund(paymentKey: string, refundKey: string, amount: Money): Promise<Payment>;
  find(paymentKey: string): Promise<Payment>;
}

export interface AuthoriseRequest {
  readonly paymentKey: string;
  /** Stands for the customer's means of payment. */
  readonly token: string;
  readonly amount: Money;
}

/** Whatever was taken or held under the key is given back: the customer's net charge is zero afterwards. */
export async function undoPayment(gateway: PaymentGateway, paymentKey: string): Promise<Payment> {
  const payment = await gateway.find(paymentKey);
  if (payment.status !== 'captured' || !payment.authorised) return gateway.void(paymentKey);
  const amount = payment.captured - payment.refunded;
  return gateway.refund(paymentKey, 'undo', { ...payment.authorised, amount });
}
