import { PaymentDeclinedError, PaymentStateError, PaymentUnavailableError } from '../../domain/errors.ts';
import type { Money } from '../../domain/money.ts';
import type { PaymentStatus } from '../../domain/payment.ts';

/** What the sandbox remembers of one payment. */
export interface PaymentRecord {
  readonly paymentKey: string;
  readonly revision: number;
  readonly status: PaymentStatus;
  readonly token?: string;
  readonly authorised?: Money;
  readonly captured: number;
  readonly refunds: Readonly<Record<string, number>>;
  /** How often each operation was called: some test tokens fail the first time only. */
  readonly calls: Readonly<Record<string, number>>;
}

/** What an operation does: the record afterwards and, where the caller doesn't get an answer, why. Both can be true. */
export interface Step {
  readonly record: PaymentRecord;
  readonly error?: Error;
}

type Behaviour = 'works' | 'declines' | 'loses the request' | 'loses the answer';

/** Test tokens: how each call of an operation behaves; the last entry stands for all further calls. Any other token is declined. */
const TOKENS: Readonly<Record<string, { readonly [operation: string]: readonly Behaviour[] }>> = {
  tok_visa: {},
  tok_decline: { authorise: ['declines'] },
  /** The provider never answers, and does nothing. */
  tok_timeout: { authorise: ['loses the request'] },
  tok_timeout_once: { authorise: ['loses the request', 'works'], capture: ['loses the request', 'works'] },
  /** The provider acts, but the answer is lost. */
  tok_fail_after_effect: { authorise: ['loses the answer', 'works'], capture: ['loses the answer', 'works'] },
  tok_capture_declined: { capture: ['declines'] },
  /** Captures, and never says so. */
  tok_capture_unanswered: { capture: ['loses the answer'], captureRepeat: ['loses the answer'] },
  /** Can be held but neither taken nor given back: what a failed compensation looks like. */
  tok_void_fails: { capture: ['declines'], void: ['loses the request'] },
};

export const TEST_TOKENS = Object.keys(TOKENS);

export const newRecord = (paymentKey: string): PaymentRecord => ({
  paymentKey,
  revision: 0,
  status: 'none',
  captured: 0,
  refunds: {},
  calls: {},
});

export function authorise(record: PaymentRecord, token: string, amount: Money): Step {
  const known = Object.hasOwn(TOKENS, token);
  return called({ ...record, token: record.token ?? token }, 'authorise', known ? undefined : 'declines', (before) => {
    if (before.status === 'none') return { ...before, status: 'authorised', authorised: amount };
    if (before.status !== 'authorised' && before.status !== 'captured') throw wrongState(before, 'authorised');
    if (before.authorised?.amount !== amount.amount || before.authorised.currency !== amount.currency) {
      throw new PaymentStateError(`${before.paymentKey} was authorised for another amount.`);
    }
    return before;
  });
}

export function capture(record: PaymentRecord, amount: Money): Step {
  const operation =
    record.status === 'captured' && record.token === 'tok_capture_unanswered' ? 'captureRepeat' : 'capture';
  return called(record, operation, undefined, (before) => {
    if (before.status === 'captured' && before.captured === amount.amount) return before;
    if (before.status !== 'authorised') throw wrongState(before, 'captured');
    if (amount.currency !== before.authorised?.currency || amount.amount > before.authorised.amount) {
      throw new PaymentStateError(`${before.paymentKey} is authorised for less.`);
    }
    return { ...before, status: 'captured', captured: amount.amount };
  });
}

export function voided(record: PaymentRecord): Step {
  return called(record, 'void', undefined, (before) => {
    if (before.status === 'captured') throw wrongState(before, 'voided');
    return before.status === 'refunded' ? before : { ...before, status: 'voided' };
  });
}

export function refund(record: PaymentRecord, refundKey: string, amount: Money): Step {
  return called(record, 'refund', undefined, (before) => {
    if (Object.hasOwn(before.refunds, refundKey)) return before;
    if (before.status !== 'captured') throw wrongState(before, 'refunded');
    const refunds = { ...before.refunds, [refundKey]: amount.amount };
    const total = Object.values(refunds).reduce((sum, part) => sum + part, 0);
    if (amount.amount < 0 || total > before.captured) {
      throw new PaymentStateError(`${before.paymentKey} was captured for less.`);
    }
    return { ...before, refunds, status: total === before.captured ? 'refunded' : 'captured' };
  });
}

export const refundedOf = ({ refunds }: PaymentRecord): number =>
  Object.values(refunds).reduce((sum, part) => sum + part, 0);

function called(
  record: PaymentRecord,
  operation: string,
  override: Behaviour | undefined,
  effect: (before: PaymentRecord) => PaymentRecord,
): Step {
  const count = record.calls[operation] ?? 0;
  const counted = {
    ...record,
    revision: record.revision + 1,
    calls: { ...record.calls, [operation]: count + 1 },
  };
  const script = TOKENS[record.token ?? '']?.[operation] ?? ['works'];
  const behaviour = override ?? script[Math.min(count, script.length - 1)] ?? 'works';
  if (behaviour === 'declines')
    return { record: counted, error: new PaymentDeclinedError('The payment was declined.') };
  if (behaviour === 'loses the request') return { record: counted, error: noAnswer() };
  try {
    const after = effect(counted);
    return behaviour === 'works' ? { record: after } : { record: after, error: noAnswer() };
  } catch (error) {
    return { record: counted, error: error as Error };
  }
}

const noAnswer = () => new PaymentUnavailableError('The payment provider did not answer.');

const wrongState = ({ paymentKey, status }: PaymentRecord, wanted: string) =>
  new PaymentStateError(`${paymentKey} can't be ${wanted}: it is ${status}.`);
