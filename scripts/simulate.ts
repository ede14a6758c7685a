// npm run simulate: many orders at once, on the real state machines and functions, with everything going wrong that can.
import process from 'node:process';
import { UsageError } from '../local/cloud/command-line.ts';
import { BUGS, bugNamed } from '../tests/simulation/bugs.ts';
import { definitionsWith, type Outcome, simulate } from '../tests/simulation/simulate.ts';
import { numberOption, scriptOptions } from './script-options.ts';
import { SeedWorkers } from './simulate/search.ts';

const USAGE = `npm run simulate -- [options]
  --seeds N     runs seeds 1 to N (1000), and stops at the first that breaks an invariant
  --seed S      replays one seed and prints everything that happens in it
  --bug NAME    with this mistake planted
  --bugs        plants each mistake in turn, and prints the first seed that catches it
  --json        prints the result as JSON
Exit code: 0 if all invariants hold (--bugs: if every bug is caught), 1 if not, 2 for options that are not understood.`;

interface Options {
  readonly seeds: number;
  readonly seed: number | undefined;
  readonly bug: string | undefined;
  readonly bugs: boolean;
  readonly json: boolean;
}

const OPTIONS = {
  seeds: { type: 'string', default: '1000' },
  seed: { type: 'string' },
  bug: { type: 'string' },
  bugs: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

process.exitCode = await run(
  scriptOptions({ name: 'simulate', usage: USAGE, options: OPTIONS }, ({ seeds, seed, ...others }) => {
    if (others.bug !== undefined && !bugNamed(others.bug)) {
      throw new UsageError(`There is no --bug "${others.bug}", but ${BUGS.map(({ name }) => name).join(', ')}.`);
    }
    return {
      ...others,
      bug: others.bug,
      seeds: numberOption('seeds', seeds, { least: 1 }),
      seed: seed === undefined ? undefined : numberOption('seed', seed, { least: 1 }),
    };
  }),
);

async function run({ seeds, seed, bug, bugs, json }: Options): Promise<number> {
  if (seed !== undefined) return report(await replay(seed, bug), json);
  const workers = new SeedWorkers();
  try {
    return bugs ? await catchAll(workers, seeds, json) : await search(workers, seeds, bug, json);
  } finally {
    await workers.close();
  }
}

/** The same seed is the same run, line by line. */
function replay(seed: number, bug: string | undefined): Promise<Outcome> {
  const planted = bug === undefined ? undefined : bugNamed(bug);
  return simulate({ seed, definitions: definitionsWith(planted), isTraced: true, ...(planted && { bug: planted }) });
}

function report({ seed, violations, trace, orders, events }: Outcome, json: boolean): number {
  if (json) console.log(JSON.stringify({ seed, orders, events, violations, trace }));
  else process.stdout.write(`${trace.join('\n')}\n`);
  return violations.length === 0 ? 0 : 1;
}

async function search(workers: SeedWorkers, seeds: number, bug: string | undefined, json: boolean): Promise<number> {
  const began = performance.now();
  const found = await workers.search(seeds, bug, progressOf(seeds));
  const seconds = Math.round(performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage();
  const cpuSeconds = Math.round((user + system) / 1_000) / 1_000;
  endProgress();
  const { orders, events, broken } = found;
  if (json) console.log(JSON.stringify({ ...found, seconds, cpuSeconds }));
  else if (!broken) {
    console.log(
      `${found.seeds} seeds, ${orders} orders, ${events} events in ${seconds.toFixed(1)} s (${cpuSeconds.toFixed(1)} s of CPU): all invariants hold.`,
    );
  } else {
    report(await replay(broken.seed, bug), false);
    console.log(
      `Seed ${broken.seed} breaks ${[...new Set(broken.violations.map(({ invariant }) => invariant))].join(', ')}.`,
    );
    console.log(`Replay: npm run simulate -- --seed ${broken.seed}${bug ? ` --bug ${bug}` : ''}`);
  }
  return broken ? 1 : 0;
}

async function catchAll(workers: SeedWorkers, seeds: number, json: boolean): Promise<number> {
  const caught: { bug: string; says: string; seed?: number; invariants: string[] }[] = [];
  for (const [index, { name, says, breaks }] of BUGS.entries()) {
    const { broken } = await workers.search(seeds, name, (done) =>
      progress(`${index + 1} of ${BUGS.length}: ${name}, ${done} seeds`),
    );
    const invariants = [...new Set(broken?.violations.map(({ invariant }) => invariant))];
    const isCaught = broken && invariants.includes(breaks);
    caught.push({ bug: name, says, invariants, ...(isCaught && { seed: broken.seed }) });
    endProgress();
    const what = isCaught ? `seed ${String(broken.seed).padStart(5)}  ${invariants.join(' ')}` : 'NOT CAUGHT';
    if (!json) console.log(`${name.padEnd(30)} ${what.padEnd(26)} ${says}`);
  }
  if (json) console.log(JSON.stringify(caught));
  return caught.every(({ seed }) => seed !== undefined) ? 0 : 1;
}

/** On a terminal one line that changes; elsewhere a line for each tenth. */
function progressOf(seeds: number): (done: number) => void {
  let tenth = 0;
  return (done) => {
    if (process.stderr.isTTY) return progress(`${done} of ${seeds} seeds`);
    if (Math.floor((done * 10) / seeds) === tenth) return;
    tenth = Math.floor((done * 10) / seeds);
    process.stderr.write(`${done} of ${seeds} seeds\n`);
  };
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function endProgress(): void {
  progress('');
}
