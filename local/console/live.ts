/** What can change while somebody looks at it. */
export type Topic = 'executions' | 'mails' | 'clock';

/** What changed: the ids of what did, or `all` if they are too many to name or have none. */
export type Changes = Partial<Record<Topic, 'all' | readonly string[]>>;

/** Tells open pages that something changed. What changed often within a moment is told once. */
export interface Live {
  changed(topic: Topic, id?: string): void;
  /** @returns ends it */
  subscribe(listener: (changes: Changes) => void): () => void;
}

/** Milliseconds in which changes are collected: short for an eye, long for an engine. */
const MOMENT = 60;
const MOST_NAMED = 200;

/** @param later calls back after that many milliseconds of real time, without keeping the process alive */
export function createLive(later: (callback: () => void, milliseconds: number) => void = unrefTimeout): Live {
  const listeners = new Set<(changes: Changes) => void>();
  let collected: Map<Topic, Set<string> | 'all'> | undefined;

  function flush(): void {
    const changes: Changes = Object.fromEntries(
      [...(collected ?? [])].map(([topic, ids]) => [topic, ids === 'all' ? ids : [...ids]]),
    );
    collected = undefined;
    for (const listener of listeners) listener(changes);
  }

  return {
    changed(topic, id) {
      if (listeners.size === 0) return;
      if (!collected) {
        collected = new Map();
        later(flush, MOMENT);
      }
      const ids = collected.get(topic) ?? new Set<string>();
      if (ids === 'all') return;
      if (id === undefined || ids.size >= MOST_NAMED) collected.set(topic, 'all');
      else collected.set(topic, ids.add(id));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function unrefTimeout(callback: () => void, milliseconds: number): void {
  setTimeout(callback, milliseconds).unref();
}
