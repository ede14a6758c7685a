import { parentPort } from 'node:worker_threads';
import { bugNamed } from '../../tests/simulation/bugs.ts';
import { definitionsWith, type Outcome, simulate } from '../../tests/simulation/simulate.ts';

/** Seeds to be run, in this order, until one of them breaks an invariant. */
export interface Batch {
  readonly from: number;
  readonly to: number;
  readonly bug?: string;
}

export interface BatchResult extends Batch {
  readonly orders: number;
  readonly events: number;
  readonly broken?: Pick<Outcome, 'seed' | 'violations'>;
}

// Thousands of errors are thrown on purpose, and nobody looks where.
Error.stackTraceLimit = 0;

async function run(batch: Batch): Promise<BatchResult> {
  const bug = batch.bug === undefined ? undefined : bugNamed(batch.bug);
  const definitions = definitionsWith(bug);
  let [orders, events] = [0, 0];
  for (let seed = batch.from; seed <= batch.to; seed++) {
    const outcome = await simulate({ seed, definitions, ...(bug && { bug }) });
    orders += outcome.orders;
    events += outcome.events;
    if (outcome.violations.length > 0) return { ...batch, orders, events, broken: outcome };
  }
  return { ...batch, orders, events };
}

parentPort?.on('message', async (batch: Batch) => parentPort?.postMessage(await run(batch)));
