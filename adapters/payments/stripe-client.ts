import Stripe from 'stripe';
import type { CachedSecret } from '../secrets/cached-secret.ts';
import { domainError, stripeErrorOf } from './stripe-errors.ts';

/** Calls Stripe with the API key of the moment. @throws the errors of our domain */
export type CallStripe = <Result>(operation: (stripe: Stripe) => Promise<Result>) => Promise<Result>;

export interface StripeConnection {
  /** Another address than Stripe's own: a double of it. */
  readonly url?: string;
  /** Milliseconds that an answer may take. */
  readonly timeout?: number;
}

/** Three calls have to fit into the time of a function. Whether Stripe acted on a call that took longer is asked later. */
const TIMEOUT = 6_000;

export function callStripe(apiKey: CachedSecret, { url, timeout = TIMEOUT }: StripeConnection = {}): CallStripe {
  let made: { readonly key: string; readonly stripe: Stripe } | undefined;

  async function connect(newerThan?: number): Promise<Stripe> {
    const key = await apiKey(newerThan);
    // Retries are the state machine's; the library's own would multiply them.
    if (made?.key !== key)
      made = { key, stripe: new Stripe(key, { timeout, maxNetworkRetries: 0, telemetry: false, ...address(url) }) };
    return made.stripe;
  }

  return async (operation) => {
    try {
      return await operation(await connect());
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeAuthenticationError)) throw domainError(error);
    }
    // The key may have been rotated since it was read.
    try {
      return await operation(await connect(0));
    } catch (error) {
      throw domainError(error);
    }
  };
}

function address(url: string | undefined) {
  if (!url) return {};
  const { hostname: host, port, protocol } = new URL(url);
  return { host, port, protocol: protocol === 'http:' ? ('http' as const) : ('https' as const) };
}

/**
 * Does something once under an idempotency key. Stripe keeps answers of keys for a day, its own failures (500) among them: one
 * that comes out of the store says nothing new, and stands in the way of trying again.
 * @param find what came of it after all, if anything: only where nothing did, another key is safe
 */
export async function once<Result>(
  key: string,
  perform: (idempotencyKey: string) => Promise<Result>,
  find: () => Promise<Result | undefined>,
): Promise<Result> {
  try {
    return await perform(key);
  } catch (error) {
    const failure = stripeErrorOf(error);
    const isStored = failure?.type === 'StripeAPIError' && failure.headers?.['idempotent-replayed'] === 'true';
    if (!isStored) throw error;
    return (await find()) ?? perform(`${key}:again`);
  }
}
