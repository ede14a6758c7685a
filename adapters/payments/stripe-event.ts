import Stripe from 'stripe';
import type { Clock } from '../../domain/ports.ts';
import type { CachedSecret } from '../secrets/cached-secret.ts';

/** Seconds that the signature's time may be away from ours, in either direction. */
const TOLERANCE = 300;
/** A secret that was read longer ago than this may have been rotated since: it is read again before an event is refused. */
const FRESH = 60_000;

/**
 * Checks Stripe's signature of the bytes that arrived.
 * @returns undefined if it is missing, wrong, older or newer than five minutes, or of something that is no event
 */
export function stripeEvents(secret: CachedSecret, clock: Clock) {
  const verify = (body: Buffer, signature: string, key: string): Stripe.Event | undefined => {
    try {
      const event = Stripe.webhooks.constructEvent(body, signature, key, TOLERANCE, undefined, clock());
      return isFromTheFuture(signature) ? undefined : event;
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError || error instanceof SyntaxError)
        return undefined;
      throw error;
    }
  };

  /** The library refuses only what is too old. It takes the last time that the header names, and so do we. */
  const isFromTheFuture = (signature: string): boolean => {
    const at = [...signature.matchAll(/(?:^|,)t=(\d+)/g)].at(-1)?.[1];
    return Number(at) - clock() / 1_000 > TOLERANCE;
  };

  return async (body: Buffer, signature: string): Promise<Stripe.Event | undefined> => {
    const key = await secret();
    const event = verify(body, signature, key);
    if (event) return event;
    const fresh = await secret(FRESH);
    return fresh === key ? undefined : verify(body, signature, fresh);
  };
}
