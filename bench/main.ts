import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { numberOption, scriptOptions } from '../scripts/script-options.ts';
import type { ContenderId } from './contenders.ts';
import type { Measured } from './measure.ts';
import { judge, type Results } from './targets.ts';
import type { Workload } from './workloads.ts';

// npm run bench: how fast the engine is, beside another one and beside no engine at all. One run; only ratios mean anything.

const USAGE = `npm run bench -- [options]
  --batches N   rounds to take the median of (9), at least 7
  --share X     share of the executions of a full batch (1): 0.2 for a quick look
  --json FILE   what to write the results to (bench/results.json)`;

const OPTIONS = {
  batches: { type: 'string', default: '9' },
  share: { type: 'string', default: '1' },
  json: { type: 'string', default: new URL('./results.json', import.meta.url).pathname },
} as const;

const options = scriptOptions({ name: 'bench', usage: USAGE, options: OPTIONS }, ({ batches, share, json }) => ({
  // An odd number has a middle.
  batches: numberOption('batches', batches, { least: 7 }) | 1,
  share: numberOption('share', share, { least: 0.001, isWhole: false }),
  json,
}));

const folder = new URL('.', import.meta.url).pathname;
if (!existsSync(`${folder}node_modules/aws-local-stepfunctions`)) {
  process.stderr.write('Installing what the engine is compared with …\n');
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
}
const { CONTENDERS } = await import('./contenders.ts');
const { measure, ratioOf } = await import('./measure.ts');
const { WORKLOADS } = await import('./workloads.ts');

const { batches, share } = options;
const isTerminal = process.stderr.isTTY;
const progress = (text: string) => void (isTerminal && process.stderr.write(`\r\x1b[K${text}`));

const contenders = Object.keys(CONTENDERS) as ContenderId[];
const workloads = Object.entries(WORKLOADS) as [keyof typeof WORKLOADS, Workload][];
const results: Record<string, Record<ContenderId, Measured>> = {};
for (const [workload] of workloads) {
  const tasks = new Map(contenders.map((contender) => [contender, { workload, contender }]));
  results[workload] = await measure(tasks, { batches, share, progress });
}

// 10,000 iterations have more events than a Standard execution may have.
const sizes = [100, 1000, 10_000];
/** They are few, and close to each other. */
const SIZE_ROUNDS = 3;
const bySize = new Map(sizes.map((items) => [`${items}`, { workload: { items }, contender: 'express' as const }]));
const found = Object.entries(await measure(bySize, { batches: SIZE_ROUNDS * batches, share, progress }));
const measuredBySize = new Map(found.map(([items, measured]) => [Number(items), measured]));
const perItem = [...measuredBySize].map(([items, { median }]) => [items, median / items] as const);
progress('');

const targets = judge(results, measuredBySize);
const number = (value: number) => value.toFixed(value < 100 ? 1 : 0);
const lines = [
  `Node ${process.version}, ${cpus()[0]?.model ?? '?'} × ${cpus().length}, medians of ${batches} rounds, ratios within a round`,
];
for (const [, workload] of workloads) {
  lines.push('', `${`(${workload.name}) ${workload.title}`.padEnd(64)}µs/execution   executions/s   × floor   × peer`);
  const row = results[workload.name] as Record<ContenderId, Measured>;
  for (const [id, { name }] of Object.entries(CONTENDERS)) {
    const measured = row[id as ContenderId];
    const { median } = measured;
    lines.push(
      [
        `    ${name}`.padEnd(62),
        number(median).padStart(14),
        (1e6 / median).toFixed(0).padStart(15),
        number(ratioOf(measured, row.floor)).padStart(10),
        number(ratioOf(row.peer, measured)).padStart(9),
      ].join(''),
    );
  }
}
lines.push(
  '',
  `(b) per item, ${SIZE_ROUNDS * batches} rounds: ${perItem.map(([count, time]) => `${count} items ${time.toFixed(2)} µs`).join(', ')}`,
  '',
);
for (const { title, found, wanted, met } of targets) {
  lines.push(`${met ? 'met   ' : 'MISSED'}  ${title.padEnd(72)} ${found.toFixed(2).padStart(8)}  (${wanted})`);
}
process.stdout.write(`${lines.join('\n')}\n`);
const summary = {
  node: process.version,
  batches,
  results: results as Results,
  perItem: Object.fromEntries(perItem),
  targets,
};
writeFileSync(options.json, `${JSON.stringify(summary, null, 2)}\n`);
process.exit(targets.every(({ met }) => met) ? 0 : 1);
