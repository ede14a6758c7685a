import type { Clock, TimerOptions } from '../../clock.ts';

/** One timer per key; setting it again replaces it. */
export interface Timers {
  /** @param at milliseconds since 1970; undefined stops it */
  set(key: string, at: number | undefined, options?: TimerOptions): void;
  close(): void;
}

export function createTimers(clock: Clock, ring: (key: string) => void): Timers {
  const cancels = new Map<string, () => void>();
  return {
    set(key, at, options) {
      cancels.get(key)?.();
      cancels.delete(key);
      if (at === undefined) return;
      const cancel = clock.at(
        at,
        () => {
          cancels.delete(key);
          ring(key);
        },
        options,
      );
      cancels.set(key, cancel);
    },
    close() {
      for (const cancel of cancels.values()) cancel();
      cancels.clear();
    },
  };
}
