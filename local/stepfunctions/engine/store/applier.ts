import { Worker } from 'node:worker_threads';
import { ApplySignals } from './apply-signals.ts';
import type { ApplyThreadData } from './apply-thread.ts';

/** What the thread makes is short-lived: with more room it would only take more, and keep it. */
const RESOURCES = { maxYoungGenerationSizeMb: 8 };

/** The thread that takes commits from the log to the tables, seen from the engine. */
export interface Applier {
  /** Up to which commit the tables have everything. */
  readonly applied: number;
  /** Commits up to this one are on the disk. */
  synced(seq: number): void;
  /** Blocks until the tables have all up to this commit. @returns false if they never will */
  waitFor(seq: number): boolean;
  /** Resolves when the tables have everything and the log is gone. */
  close(): Promise<void>;
}

/**
 * @param seq the last commit that is in the tables
 * @param failed told if the tables stay as they are; the log has the rest
 */
export function startApplier(file: string, seq: number, failed: (error: Error) => void): Applier {
  const signals = new ApplySignals();
  signals.setSynced(seq);
  signals.setApplied(seq);
  const workerData: ApplyThreadData = { file, seq, signals: signals.memory };
  const thread = new Worker(new URL('./apply-thread.ts', import.meta.url), { workerData, resourceLimits: RESOURCES });
  thread.on('error', (error: Error) => {
    // It may not have come to say so itself.
    signals.setFailed();
    failed(error);
  });
  thread.unref();
  const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
  return {
    get applied() {
      return signals.applied;
    },
    synced: (upTo) => signals.setSynced(upTo),
    waitFor: (upTo) => signals.waitUntilApplied(upTo),
    close() {
      thread.ref();
      signals.setClosing();
      return ended;
    },
  };
}
