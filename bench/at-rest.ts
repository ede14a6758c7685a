import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createSqliteStore } from '../local/stepfunctions/engine/store/sqlite-store.ts';
import { createBenchEngine, revisionOf } from './contenders.ts';

// node bench/at-rest.ts: what executions cost that only wait. Each figure is taken in a process of its own.

/** Waits for a callback, and for a day at most. */
const ASK = revisionOf({
  StartAt: 'Ask',
  States: {
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: { FunctionName: 'ask', Payload: { 'token.$': '$$.Task.Token', 'order.$': '$' } },
      TimeoutSeconds: 86_400,
      End: true,
    },
  },
});

const PAUSE = revisionOf(
  { StartAt: 'Pause', States: { Pause: { Type: 'Wait', Seconds: 864_000, End: true } } },
  'STANDARD',
  'pause',
);

const INPUT = JSON.stringify({
  orderId: 'o-1042',
  amount: 129,
  customer: { name: 'A. Lovelace', email: 'ada@example.com' },
});

interface Job {
  readonly file: string;
  /** How many executions to bring to rest. */
  readonly fill: number;
}

interface Outcome {
  /** Milliseconds until the engine was ready, with whatever was in the file. */
  readonly ready: number;
  /** Bytes of resident memory, at the end. */
  readonly resident: number;
  /** Microseconds that it takes to start an execution, and to complete one by its callback: medians. */
  readonly start: number;
  readonly complete: number;
}

if (process.send) await work(JSON.parse(process.argv[2] as string) as Job);
else await main();

async function work({ file, fill }: Job): Promise<void> {
  const alive = setInterval(() => {}, 1000);
  const tokens: string[] = [];
  const began = performance.now();
  const engine = await createBenchEngine(createSqliteStore({ file }), {
    refusal: () => undefined,
    async call({ taskToken }) {
      if (taskToken) tokens.push(taskToken);
      return { ok: true, output: {} };
    },
    completion: async () => ({ ok: true, output: null }),
    cancel: async () => {},
  });
  const ready = performance.now() - began;

  for (let started = 0; started < fill; started += 500) {
    const count = Math.min(500, fill - started);
    const starts = Array.from({ length: count }, (_, index) =>
      engine.start({ revision: index % 2 ? ASK : PAUSE, input: INPUT }),
    );
    await Promise.all(starts);
    process.send?.({ progress: started + count });
    tokens.length = 0;
  }

  const [starts, completions]: [number[], number[]] = [[], []];
  for (let n = 0; n < 400; n++) {
    const start = performance.now();
    const { executionArn } = await engine.start({ revision: ASK, input: INPUT });
    starts.push(performance.now() - start);
    while (
      tokens.length === 0 ||
      engine.history(executionArn, { maxResults: 1, reverse: true }).items[0]?.type !== 'TaskSubmitted'
    ) {
      await new Promise(setImmediate);
    }
    const complete = performance.now();
    await engine.taskSucceeded(tokens.pop() as string, '{}');
    completions.push(performance.now() - complete);
  }
  // What is left of the work so far is not what rest costs: the virtual machine gives memory back some seconds later.
  for (let times = 0; times < 2; times++) {
    globalThis.gc?.();
    await sleep(12_000);
  }
  const outcome: Outcome = {
    ready,
    resident: process.memoryUsage().rss,
    start: median(starts),
    complete: median(completions),
  };
  process.send?.({ outcome });
  // As a crash would: the next process has to check everything.
  clearInterval(alive);
  process.exit(0);
}

function median(times: number[]): number {
  return 1000 * (times.sort((a, b) => a - b)[times.length >> 1] as number);
}

function inProcess(job: Job): Promise<Outcome> {
  const child: ChildProcess = fork(import.meta.filename, [JSON.stringify(job)], { execArgv: ['--expose-gc'] });
  return new Promise((resolve, reject) => {
    child.on('message', ({ progress, outcome }: { progress?: number; outcome?: Outcome }) => {
      if (progress !== undefined && process.stderr.isTTY)
        process.stderr.write(`\r\x1b[K${progress} of ${job.fill} at rest`);
      if (outcome) resolve(outcome);
    });
    child.on('exit', (code) => reject(new Error(`The process ended with code ${code}`)));
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { count: { type: 'string', default: '100000' } } });
  const count = Number(values.count);
  const folder = mkdtempSync(join(tmpdir(), 'at-rest-'));
  const file = (name: string) => join(folder, `${name}.db`);
  try {
    const empty = await inProcess({ file: file('empty'), fill: 0 });
    await inProcess({ file: file('few'), fill: 100 });
    const few = await inProcess({ file: file('few'), fill: 0 });
    const filled = await inProcess({ file: file('many'), fill: count });
    const many = await inProcess({ file: file('many'), fill: 0 });
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');

    const megabytes = (bytes: number) => bytes / 2 ** 20;
    const figures: [title: string, found: number, limit: number, unit: string][] = [
      [`memory over an empty engine, after starting ${count}`, megabytes(filled.resident - empty.resident), 100, 'MB'],
      [
        `memory over an empty engine, after a restart with ${count}`,
        megabytes(many.resident - empty.resident),
        100,
        'MB',
      ],
      [`restart after a crash with ${count} at rest`, many.ready / 1000, 3, 's'],
      [`starting one: times that with 100 at rest (${few.start.toFixed(0)} µs)`, many.start / few.start, 1.5, '×'],
      [
        `completing one: times that with 100 at rest (${few.complete.toFixed(0)} µs)`,
        many.complete / few.complete,
        1.5,
        '×',
      ],
    ];
    for (const [title, found, limit, unit] of figures) {
      const verdict = found <= limit ? 'met   ' : 'MISSED';
      process.stdout.write(`${verdict}  ${title.padEnd(62)} ${found.toFixed(2).padStart(8)} ${unit}  (≤ ${limit})\n`);
    }
    process.exitCode = figures.every(([, found, limit]) => found <= limit) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
