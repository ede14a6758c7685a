// What an order costs on AWS, by the path it takes: counted on the local cloud, from histories and from calls of services.
import { join } from 'node:path';
import process from 'node:process';
import { measureBundles, tableOfBundles } from './cost/bundles.ts';
import { costOfPaths, type PathCost } from './cost/cost-of-paths.ts';
import prices from './cost/prices.json' with { type: 'json' };
import { scriptOptions } from './script-options.ts';
import { packageService } from './start/package-service.ts';

const ROOT = join(import.meta.dirname, '..');

function tableOf(costs: readonly PathCost[]): string {
  const heads = [
    'path',
    'transitions',
    'Express',
    'Express GB-s',
    'Lambdas',
    'Lambda GB-s',
    'reads',
    'writes',
    'SNS',
    'SQS',
    'events',
  ];
  const rows = costs.map(({ path, usage, perMillion }) => [
    path,
    ...Object.entries(usage).map(([name, value]) => (name.endsWith('Seconds') ? value.toFixed(4) : String(value))),
    `${perMillion.toFixed(2)} ${prices.currency}`,
  ]);
  const all = [[...heads, 'per million'], ...rows];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  return `${lines.join('\n')}\n\nPrices of ${prices.region}, ${prices.date}. ${prices.note}`;
}

const USAGE = `npm run cost -- [options]
  --bundles     what functions load instead, by function
  --json        prints the result as JSON`;

const OPTIONS = { json: { type: 'boolean' }, bundles: { type: 'boolean' } } as const;
const options = scriptOptions({ name: 'cost', usage: USAGE, options: OPTIONS }, (values) => values);
const progress = (text: string): void => void process.stderr.write(`${text}\n`);
if (!(await packageService(ROOT, progress))) process.exit(1);
if (options.bundles) {
  const bundles = await measureBundles(ROOT);
  process.stdout.write(`${options.json ? JSON.stringify(bundles) : tableOfBundles(bundles)}\n`);
} else {
  const paths = await costOfPaths(join(ROOT, '.serverless'));
  process.stdout.write(`${options.json ? JSON.stringify({ prices, paths }) : tableOf(paths)}\n`);
}
