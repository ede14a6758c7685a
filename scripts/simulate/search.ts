import { availableParallelism } from 'node:os';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { Batch, BatchResult } from './seed-worker.ts';

export interface Found {
  readonly seeds: number;
  readonly orders: number;
  readonly events: number;
  /** The lowest seed that broke an invariant. */
  readonly broken?: NonNullable<BatchResult['broken']>;
}

const BATCH = 20;

/** Room for what lives shortly, which is all that a seed makes: with less, collecting it takes a tenth of the time. */
const RESOURCES: ResourceLimits = { maxYoungGenerationSizeMb: 192 };

/** Threads that run seeds. Which of them runs what makes no difference. */
export class SeedWorkers {
  readonly #workers: readonly Worker[];

  constructor() {
    const url = new URL('./seed-worker.ts', import.meta.url);
    this.#workers = Array.from(
      { length: availableParallelism() },
      () => new Worker(url, { resourceLimits: RESOURCES }),
    );
  }

  /** Runs seeds 1 to `seeds`, or up to the lowest that breaks an invariant. */
  async search(seeds: number, bug: string | undefined, progress: (done: number) => void): Promise<Found> {
    let [next, done, orders, events] = [1, 0, 0, 0];
    let broken: Found['broken'];
    const work = async (worker: Worker): Promise<void> => {
      while (next <= Math.min(seeds, (broken?.seed ?? seeds + 1) - 1)) {
        const batch: Batch = { from: next, to: Math.min(next + BATCH - 1, seeds), ...(bug && { bug }) };
        next += BATCH;
        const result = await ask(worker, batch);
        done += (result.broken?.seed ?? result.to) - result.from + 1;
        orders += result.orders;
        events += result.events;
        if (result.broken && result.broken.seed < (broken?.seed ?? Number.POSITIVE_INFINITY)) broken = result.broken;
        progress(done);
      }
    };
    await Promise.all(this.#workers.map(work));
    return { seeds: done, orders, events, ...(broken && { broken }) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

const ask = (worker: Worker, batch: Batch): Promise<BatchResult> =>
  new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(error);
    worker.once('error', failed);
    worker.once('message', (result: BatchResult) => {
      worker.off('error', failed);
      resolve(result);
    });
    worker.postMessage(batch);
  });
