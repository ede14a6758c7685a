import Stripe from 'stripe';
import {
  ConcurrentUpdateError,
  DependencyUnavailableError,
  PaymentDeclinedError,
  PaymentStateError,
  PaymentUnavailableError,
} from '../../domain/errors.ts';

const { StripeError } = Stripe.errors;

/**
 * What Stripe's error means to us. Messages name Stripe's codes and never quote what was sent. `cause` keeps the original.
 * Source: https://docs.stripe.com/api/errors and https://docs.stripe.com/error-low-level
 */
export function domainError(error: unknown): unknown {
  if (!(error instanceof StripeError)) return error;
  const cause = { cause: error };
  const code = [error.code, error.decline_code].filter(Boolean).join(', ') || error.rawType || error.type;
  switch (error.type) {
    case 'StripeCardError':
      return new PaymentDeclinedError(`The payment was declined (${code}).`, cause);
    case 'StripeConnectionError':
      return new PaymentUnavailableError('Stripe did not answer.', cause);
    case 'StripeRateLimitError':
      return new DependencyUnavailableError('Stripe takes no more requests at the moment.', cause);
    case 'StripeAuthenticationError':
    case 'StripePermissionError':
      return new DependencyUnavailableError(`Stripe does not accept the API key (${code}).`, cause);
    case 'StripeIdempotencyError':
      return new PaymentStateError('The same payment was asked for with other details.', cause);
    case 'StripeInvalidRequestError':
      return new PaymentStateError(`Stripe refuses the request (${code}).`, cause);
  }
  // Another request with the same idempotency key is under way, or the object is locked by one.
  if (error.statusCode === 409) return new ConcurrentUpdateError(`Stripe is busy with this payment (${code}).`, cause);
  return new PaymentUnavailableError(`Stripe failed (${code}).`, cause);
}

/** The error of Stripe behind one of ours. */
export const stripeErrorOf = (error: unknown): InstanceType<typeof StripeError> | undefined =>
  error instanceof Error && error.cause instanceof StripeError ? error.cause : undefined;
