import type { Contender, Prepared } from './contenders.ts';
import type { Workload } from './workloads.ts';

export interface Measured {
  /** Microseconds per execution: the median of the batches, the fastest, and the slowest. */
  readonly median: number;
  readonly fastest: number;
  readonly slowest: number;
}

/**
 * Measures contenders side by side: a batch of each in turn, so that whatever disturbs the machine disturbs all of them.
 * @param share of the executions of a full batch
 */
export async function measure<Id extends string>(
  workload: Workload,
  contenders: Readonly<Record<Id, Contender>>,
  options: { readonly batches: number; readonly share: number; readonly progress: (text: string) => void },
): Promise<Record<Id, Measured>> {
  const ids = Object.keys(contenders) as Id[];
  const prepared = new Map<Id, Prepared>();
  for (const id of ids) prepared.set(id, await contenders[id].prepare(workload));
  const times = new Map<Id, number[]>(ids.map((id) => [id, []]));
  const executions = Math.max(Math.round(workload.executions * options.share), 50);

  // The first batches are for the compiler.
  for (let batch = -2; batch < options.batches; batch++) {
    for (const id of ids) {
      options.progress(`${workload.title}: batch ${batch + 3} of ${options.batches + 2}, ${contenders[id].name}`);
      // The slowest contender by far would otherwise take most of the time of the whole.
      const count = id === 'peer' ? Math.max(Math.round(executions / 4), 20) : executions;
      const time = await runBatch(prepared.get(id)!, count, contenders[id].concurrency);
      if (batch >= 0) times.get(id)!.push(time);
    }
  }
  for (const each of prepared.values()) await each.close();
  return Object.fromEntries(ids.map((id) => [id, summary(times.get(id)!)])) as Record<Id, Measured>;
}

/** @returns microseconds per execution */
async function runBatch({ run }: Prepared, executions: number, concurrency: number): Promise<number> {
  let left = executions;
  const worker = async () => {
    while (left-- > 0) await run();
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  return ((performance.now() - start) * 1000) / executions;
}

function summary(times: number[]): Measured {
  const sorted = times.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1]!, fastest: sorted[0]!, slowest: sorted.at(-1)! };
}
