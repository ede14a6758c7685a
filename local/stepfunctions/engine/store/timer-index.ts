import type { StoredTimer } from './store.ts';

/** Timers in order of their times: sorted only when asked for, as most are cleared before they are due. */
export function createTimerIndex() {
  const all = new Set<StoredTimer>();
  let earliest: number | undefined = Number.POSITIVE_INFINITY;

  function next(): number | undefined {
    if (earliest === undefined) {
      earliest = Number.POSITIVE_INFINITY;
      for (const { at } of all) earliest = Math.min(earliest, at);
    }
    return earliest === Number.POSITIVE_INFINITY ? undefined : earliest;
  }

  return {
    next,
    add(timer: StoredTimer): void {
      all.add(timer);
      if (earliest !== undefined) earliest = Math.min(earliest, timer.at);
    },
    remove(timer: StoredTimer): void {
      all.delete(timer);
      if (timer.at === earliest) earliest = all.size > 0 ? undefined : Number.POSITIVE_INFINITY;
    },
    due: (now: number, limit: number): StoredTimer[] =>
      [...all]
        .filter(({ at }) => at <= now)
        .sort((a, b) => a.at - b.at)
        .slice(0, limit),
  };
}
