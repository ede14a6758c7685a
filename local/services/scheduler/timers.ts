import type { Clock } from '../../clock.ts';

/** One timer per key; setting it again replaces it. */
export interface Timers {
  /** @param at milliseconds since 1970; undefined stops it */
  set(key: string, at: number | undefined): void;
  close(): void;
}

export function createTimers(clock: Clock, ring: (key: string) => void): Timers {
  const cancels = new Map<string, () => void>();
  return {
    set(key, at) {
      cancels.get(key)?.();
      cancels.delete(key);
      if (at === undefined) return;
      const cancel = clock.at(at, () => {
        cancels.delete(key);
        ring(key);
      });
      cancels.set(key, cancel);
    },
    close() {
      for (const cancel of cancels.values()) cancel();
      cancels.clear();
    },
  };
}
