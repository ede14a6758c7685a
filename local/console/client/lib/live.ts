import { useEffect, useState } from 'preact/hooks';

export type Topic = 'executions' | 'mails' | 'clock';
export type Changes = Partial<Record<Topic, 'all' | readonly string[]>>;

export interface ClockState {
  /** Milliseconds since 1970, on the cloud's clock. */
  readonly now: number;
  readonly nextTimer: number | undefined;
  readonly isConnected: boolean;
}

const listeners = new Set<(changes: Changes) => void>();
const clockListeners = new Set<(clock: ClockState) => void>();
let clock: ClockState = { now: Date.now(), nextTimer: undefined, isConnected: false };

function setClock(change: Partial<ClockState>): void {
  clock = { ...clock, ...change };
  for (const listener of clockListeners) listener(clock);
}

/** Once per page. The browser connects again by itself. */
export function connect(): void {
  const source = new EventSource('/_local/api/live');
  let wasLost = false;
  source.addEventListener('clock', ({ data }) => {
    const { now, nextTimer } = JSON.parse(data) as { now: string; nextTimer: string | null };
    setClock({
      now: Date.parse(now),
      nextTimer: nextTimer === null ? undefined : Date.parse(nextTimer),
      isConnected: true,
    });
  });
  source.addEventListener('change', ({ data }) => tell(JSON.parse(data) as Changes));
  source.onopen = () => {
    // What happened meanwhile is not known.
    if (wasLost) tell({ executions: 'all', mails: 'all', clock: 'all' });
    wasLost = false;
  };
  source.onerror = () => {
    wasLost = true;
    setClock({ isConnected: false });
  };
  addEventListener('pagehide', () => source.close());
}

function tell(changes: Changes): void {
  for (const listener of [...listeners]) listener(changes);
}

export const timeNow = (): number => clock.now;

export function useClock(): ClockState {
  const [state, setState] = useState(clock);
  useEffect(() => {
    clockListeners.add(setState);
    setState(clock);
    return () => {
      clockListeners.delete(setState);
    };
  }, []);
  return state;
}

/** How often at most a view loads again, in milliseconds. */
const PAUSE = 300;

/** Calls back after changes, not more often than is good for a reader. @param about only if one of these changed */
export function useLive(topics: readonly Topic[], callback: () => void, about?: string): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = 0;
    const listener = (changes: Changes): void => {
      const concerns = topics.some((topic) => {
        const changed = changes[topic];
        return changed !== undefined && (about === undefined || changed === 'all' || changed.includes(about));
      });
      if (!concerns || timer !== undefined) return;
      timer = setTimeout(
        () => {
          timer = undefined;
          last = performance.now();
          callback();
        },
        Math.max(0, last + PAUSE - performance.now()),
      );
    };
    listeners.add(listener);
    return () => {
      clearTimeout(timer);
      listeners.delete(listener);
    };
  }, [callback, about, topics.join()]);
}
