import { type ChildProcess, fork } from 'node:child_process';
import type { Batch, Task, Time } from './runner.ts';

export interface Measured {
  /** Microseconds per execution: the median of the batches, the fastest, and the slowest. */
  readonly median: number;
  readonly fastest: number;
  readonly slowest: number;
  /** All of them, by round. */
  readonly times: readonly number[];
}

export interface MeasureOptions {
  readonly batches: number;
  /** Of the executions of a full batch. */
  readonly share: number;
  readonly progress: (text: string) => void;
}

/** Batches for the compiler, before anything counts. */
const WARM_UP = 12;

/** How long a batch takes at least, in milliseconds: a batch of the slowest contender is as many executions as that takes. */
const BATCH_MILLISECONDS = 200;

/**
 * Measures tasks side by side: each in a process of its own, so that none has to live with the objects and the compiled code
 * of another, and one batch of each in turn, so that whatever disturbs the machine disturbs all of them.
 */
export async function measure<Id extends string>(
  tasks: ReadonlyMap<Id, Task>,
  { batches, share, progress }: MeasureOptions,
): Promise<Record<Id, Measured>> {
  const runners = new Map([...tasks].map(([id, task]) => [id, startRunner(task)]));
  const times = new Map<Id, number[]>([...tasks.keys()].map((id) => [id, []]));
  const sizes = new Map<Id, number>([...tasks.keys()].map((id) => [id, 50]));
  for (let batch = -WARM_UP; batch < batches; batch++) {
    for (const id of tasks.keys()) {
      progress(`batch ${batch + WARM_UP + 1} of ${batches + WARM_UP}, ${JSON.stringify(tasks.get(id))}`);
      const executions = sizes.get(id) as number;
      const time = await (await runners.get(id)!).run({ executions });
      if (batch >= 0) times.get(id)?.push(time);
      else sizes.set(id, Math.max(Math.round((share * BATCH_MILLISECONDS * 1000) / time), 50));
    }
  }
  for (const runner of runners.values()) (await runner).stop();
  return Object.fromEntries([...times].map(([id, found]) => [id, summary(found)])) as Record<Id, Measured>;
}

/** Starts a process that runs a workload on a contender. */
async function startRunner(task: Task) {
  const child: ChildProcess = fork(new URL('./runner.ts', import.meta.url), [JSON.stringify(task)], {
    execArgv: ['--max-semi-space-size=64'],
  });
  const next = () =>
    new Promise<Time>((resolve, reject) => {
      const fail = (code: number | null) => reject(new Error(`${task.contender} ended with code ${code}`));
      child.once('exit', fail);
      child.once('message', (time: Time) => {
        child.off('exit', fail);
        resolve(time);
      });
    });
  await next();
  return {
    /** @returns microseconds per execution */
    async run(batch: Batch): Promise<number> {
      const answer = next();
      child.send(batch);
      return (await answer).time;
    },
    stop: () => child.kill(),
  };
}

function summary(times: number[]): Measured {
  return { median: medianOf(times), fastest: Math.min(...times), slowest: Math.max(...times), times };
}

const medianOf = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

/**
 * How many times as long one takes as another: the median of the ratios within each round. A machine that is slower for some
 * seconds is so for both of them.
 */
export const ratioOf = (one: Measured, other: Measured): number =>
  medianOf(one.times.map((time, round) => time / (other.times[round] as number)));
