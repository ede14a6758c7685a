import type { Clock } from '../../clock.ts';
import type { Queue } from './queue.ts';

export type Arrivals = ReturnType<typeof createArrivals>;

/** Wakes the long polls of a queue when something about its messages changed. */
export function createArrivals(clock: Clock) {
  const waiting = new Map<string, Set<() => void>>();
  return {
    announce(key: string): void {
      for (const wake of [...(waiting.get(key) ?? [])]) wake();
    },
    /** Resolves when a message came or becomes visible, at the deadline, or when the signal aborts. */
    next(queue: Queue, deadline: number, signal?: AbortSignal): Promise<void> {
      return new Promise((resolve) => {
        const wakers = waiting.get(queue.key) ?? new Set();
        waiting.set(queue.key, wakers);
        const wake = () => {
          wakers.delete(wake);
          for (const cancel of cancels) cancel();
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        wakers.add(wake);
        signal?.addEventListener('abort', wake);
        const visible = queue.nextVisible();
        const cancels = [
          clock.at(deadline, wake, { longPoll: true }),
          // Also later than the deadline, which is put off while time is skipped.
          ...(visible === undefined ? [] : [clock.at(visible, wake)]),
        ];
      });
    },
  };
}
