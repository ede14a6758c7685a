import { CONTENDERS, type ContenderId } from './contenders.ts';
import { type WorkloadId, workloadOf } from './workloads.ts';

// A process that runs one workload on one contender, a batch at a time, when it is told to.

export interface Task {
  readonly workload: WorkloadId;
  readonly contender: ContenderId;
}

export interface Batch {
  readonly executions: number;
}

export interface Time {
  /** Microseconds per execution; 0 in the first message, which says that all is ready. */
  readonly time: number;
}

const { workload, contender } = JSON.parse(process.argv[2] as string) as Task;
const { prepare, concurrency, keepsAll = false } = CONTENDERS[contender];
let prepared = await prepare(workloadOf(workload));

process.on('message', async ({ executions }: Batch) => {
  if (keepsAll) {
    await prepared.close();
    prepared = await prepare(workloadOf(workload));
  }
  const { run, settle } = prepared;
  await run();
  let left = executions;
  const worker = async () => {
    while (left-- > 0) await run();
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const time = ((performance.now() - start) * 1000) / executions;
  settle?.();
  process.send?.({ time } satisfies Time);
});
process.send?.({ time: 0 } satisfies Time);
