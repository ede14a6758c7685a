import { createMemoryStore } from '../../../../../local/stepfunctions/engine/store/memory-store.ts';
import type { ExecutionStore } from '../../../../../local/stepfunctions/engine/store/store.ts';

export interface SlowStore extends ExecutionStore {
  /** How many commits are under way. */
  readonly waiting: number;
  /** Lets the oldest commit happen. */
  release(): Promise<void>;
  /** From now on commits happen at once. */
  hurry(): Promise<void>;
}

/** A store whose commits go on beside the engine, until the test lets them happen. */
export function createSlowStore(): SlowStore {
  const store = createMemoryStore();
  const waiting: (() => void)[] = [];
  let isHurried = false;

  const slow: Partial<SlowStore> = {
    commitsAtOnce: false,
    commit(changes, mapRuns) {
      // As a store on disk would: what is changed later is not seen.
      const copies = structuredClone(changes) as typeof changes;
      const revisions = changes.map(({ started }) => started?.revision);
      copies.forEach(({ started }, index) => {
        if (started) Object.assign(started, { revision: revisions[index] });
      });
      if (isHurried) return store.commit(copies, mapRuns);
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(() => {
        store.commit(copies, mapRuns);
        resolve();
      });
      return promise;
    },
    async release() {
      waiting.shift()?.();
      for (let turns = 0; turns < 4; turns++) await new Promise(setImmediate);
    },
    async hurry() {
      while (waiting.length > 0) await slow.release?.();
      isHurried = true;
    },
  };
  Object.defineProperty(slow, 'waiting', { get: () => waiting.length });
  // A snapshot that was read belongs to the engine, which changes it.
  slow.snapshot = (id) => structuredClone(store.snapshot(id));
  return Object.setPrototypeOf(slow, store) as SlowStore;
}
