import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Engine } from '../local/stepfunctions/engine/ports.ts';
import { createSqliteStore } from '../local/stepfunctions/engine/store/sqlite-store.ts';
import { createBenchEngine, revisionOf } from './contenders.ts';

// node bench/at-rest.ts: what executions cost that only wait. Memory and restarts are measured in processes of their own;
// what one execution costs with few and with many others at rest is measured side by side.

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

const CUSTOMER = { name: 'A. Lovelace', email: 'ada@example.com' };
const INPUT = JSON.stringify({ orderId: 'o-1042', amount: 129, customer: CUSTOMER });

type Job =
  /** Brings executions to rest, and tells how much memory the process then has. */
  | { readonly type: 'fill'; readonly file: string; readonly count: number }
  /** Starts and completes executions on each of the files in turn. */
  | { readonly type: 'compare'; readonly files: readonly string[] };

interface Outcome {
  /** Milliseconds until the engine was ready, with whatever was in the file. */
  readonly ready: number;
  /** Bytes of resident memory, at the end. */
  readonly resident: number;
  /** Microseconds that it takes to start an execution, and to complete one by its callback: medians, by file. */
  readonly costs: readonly { readonly start: number; readonly complete: number }[];
}

if (process.send) await work(JSON.parse(process.argv[2] as string) as Job);
else await main();

interface Bench {
  readonly engine: Engine;
  readonly tokens: string[];
  readonly ready: number;
}

async function open(file: string): Promise<Bench> {
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
  return { engine, tokens, ready: performance.now() - began };
}

async function work(job: Job): Promise<void> {
  const alive = setInterval(() => {}, 1000);
  process.send?.({ outcome: job.type === 'fill' ? await fill(job.file, job.count) : await compare(job.files) });
  clearInterval(alive);
  // As a crash would: the next process has to check everything.
  process.exit(0);
}

async function fill(file: string, count: number): Promise<Outcome> {
  const bench = await open(file);
  for (let started = 0; started < count; started += 500) {
    const some = Math.min(500, count - started);
    const start = (_: unknown, index: number) =>
      bench.engine.start({ revision: index % 2 ? ASK : PAUSE, input: INPUT });
    await Promise.all(Array.from({ length: some }, start));
    bench.tokens.length = 0;
    process.send?.({ progress: `${started + some} of ${count} at rest` });
  }
  // So that an engine that has nothing to hold has worked as well.
  for (let n = 0; n < 200; n++) await one(bench);
  // What is left of the work so far is not what rest costs: the virtual machine gives memory back some seconds later.
  for (let times = 0; times < 2; times++) {
    globalThis.gc?.();
    await sleep(12_000);
  }
  return { ready: bench.ready, resident: process.memoryUsage().rss, costs: [] };
}

async function compare(files: readonly string[]): Promise<Outcome> {
  const benches = await Promise.all(files.map(open));
  const costs = files.map(() => ({ starts: [] as number[], completions: [] as number[] }));
  for (let n = 0; n < 1000; n++) {
    for (const [index, bench] of benches.entries()) {
      const { start, complete } = await one(bench);
      costs[index]?.starts.push(start);
      costs[index]?.completions.push(complete);
    }
  }
  const medians = costs.map(({ starts, completions }) => ({ start: median(starts), complete: median(completions) }));
  return { ready: 0, resident: 0, costs: medians };
}

/** Starts an execution, lets it come to rest, and completes it. @returns milliseconds */
async function one({ engine, tokens }: Bench): Promise<{ start: number; complete: number }> {
  const began = performance.now();
  const { executionArn } = await engine.start({ revision: ASK, input: INPUT });
  const start = performance.now() - began;
  const isAtRest = () =>
    engine.history(executionArn, { maxResults: 1, reverse: true }).items[0]?.type === 'TaskSubmitted';
  while (tokens.length === 0 || !isAtRest()) await new Promise(setImmediate);
  const answered = performance.now();
  await engine.taskSucceeded(tokens.pop() as string, '{}');
  return { start, complete: performance.now() - answered };
}

function median(times: number[]): number {
  return 1000 * (times.sort((a, b) => a - b)[times.length >> 1] as number);
}

function inProcess(job: Job): Promise<Outcome> {
  const child: ChildProcess = fork(import.meta.filename, [JSON.stringify(job)], { execArgv: ['--expose-gc'] });
  return new Promise((resolve, reject) => {
    child.on('message', ({ progress, outcome }: { progress?: string; outcome?: Outcome }) => {
      if (progress !== undefined && process.stderr.isTTY) process.stderr.write(`\r\x1b[K${progress}`);
      if (outcome) child.once('exit', () => resolve(outcome));
    });
    child.on('exit', (code) => {
      if (code !== 0) reject(new Error(`The process ended with code ${code}`));
    });
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { count: { type: 'string', default: '100000' } } });
  const count = Number(values.count);
  const folder = mkdtempSync(join(tmpdir(), 'at-rest-'));
  const file = (name: string) => join(folder, `${name}.db`);
  try {
    const empty = await inProcess({ type: 'fill', file: file('empty'), count: 0 });
    await inProcess({ type: 'fill', file: file('few'), count: 100 });
    const filled = await inProcess({ type: 'fill', file: file('many'), count });
    const restarted = await inProcess({ type: 'fill', file: file('many'), count: 0 });
    const { costs } = await inProcess({ type: 'compare', files: [file('few'), file('many')] });
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');

    const [few, many] = costs as [Outcome['costs'][0], Outcome['costs'][0]];
    const over = ({ resident }: Outcome) => (resident - empty.resident) / 2 ** 20;
    const micros = (value: number) => `${value.toFixed(0)} µs`;
    const figures: [title: string, found: number, limit: number, unit: string][] = [
      [`memory over an empty engine, after starting ${count}`, over(filled), 100, 'MB'],
      [`memory over an empty engine, after a restart with ${count}`, over(restarted), 100, 'MB'],
      [`restart after a crash with ${count} at rest`, restarted.ready / 1000, 3, 's'],
      [`starting one: times that with 100 at rest (${micros(few.start)})`, many.start / few.start, 1.5, '×'],
      [`completing one: times that with 100 at rest (${micros(few.complete)})`, many.complete / few.complete, 1.5, '×'],
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
