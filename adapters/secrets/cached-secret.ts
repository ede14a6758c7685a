import { DependencyUnavailableError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';

/**
 * @param newerThan milliseconds that the value may have been kept; 0 reads it again, for who has seen it refused
 * @throws DependencyUnavailableError if it cannot be read
 */
export type CachedSecret = (newerThan?: number) => Promise<string>;

const KEPT = 5 * 60_000;

/** Reads a secret when it is needed for the first time, and again after five minutes: a rotated one is in use by then. */
export function cachedSecret(read: () => Promise<string>, clock: Clock): CachedSecret {
  let known: { readonly value: string; readonly readAt: number } | undefined;
  return async (newerThan = KEPT) => {
    if (known && clock() - known.readAt < newerThan) return known.value;
    try {
      known = { value: (await read()).trim(), readAt: clock() };
    } catch (cause) {
      throw new DependencyUnavailableError(`The secret cannot be read: ${(cause as Error).name}.`, { cause });
    }
    return known.value;
  };
}
