import type { Clock } from '../clock.ts';
import type { Storage } from '../storage.ts';

/** Values that count for a while only: to know a request again that was repeated. */
export interface Remembered<T> {
  /** @returns undefined once its time is over */
  get(key: string): T | undefined;
  put(key: string, value: T): void;
  clear(): void;
}

/** @param lifetime milliseconds */
export function createRemembered<T>(storage: Storage, name: string, clock: Clock, lifetime: number): Remembered<T> {
  const table = storage.table<{ readonly value: T; readonly until: number }>(name);
  let nextSweep = 0;

  /** Now and then, so that what is over does not pile up. */
  function sweep(now: number): void {
    if (now < nextSweep) return;
    nextSweep = now + lifetime;
    for (const [key, { until }] of table.entries()) if (until <= now) table.delete(key);
  }

  return {
    get(key) {
      const found = table.get(key);
      return found && found.until > clock.now() ? found.value : undefined;
    },
    put(key, value) {
      const now = clock.now();
      sweep(now);
      table.put(key, { value, until: now + lifetime });
    },
    clear() {
      for (const [key] of table.entries()) table.delete(key);
    },
  };
}
