// What an order costs on AWS, by the path it takes: counted on the local cloud, from histories and from calls of services.
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type Cloud, startCloud } from '../local/cloud.ts';
import { tokensFrom } from './access-tokens.ts';
import { measureBundles, tableOfBundles } from './cost/bundles.ts';
import { createMeter } from './cost/meter.ts';
import { CATALOGUE, PATHS } from './cost/paths.ts';
import prices from './cost/prices.json' with { type: 'json' };
import { transitionsOf } from './cost/transitions.ts';
import { pricePerMillion, type Usage } from './cost/usage.ts';
import { Shop, until } from './demo/shop.ts';
import { packageService } from './start/package-service.ts';
import { startWarehouse } from './warehouse/start-warehouse.ts';

const ROOT = join(import.meta.dirname, '..');

interface PathCost {
  readonly path: string;
  readonly usage: Usage;
  /** Of the price list's currency, for a million orders. */
  readonly perMillion: number;
}

async function costOfPaths(): Promise<readonly PathCost[]> {
  const memory = new Map<string, number>();
  let cloud: Cloud | undefined;
  const ask = (service: string, operation: string, input: object) => {
    if (!cloud) throw new Error('The cloud is not there yet.');
    return cloud.call(service, operation, input, { account: cloud.account, region: cloud.region });
  };
  const meter = createMeter(
    (name) => memory.get(name) ?? 0,
    async (key) => (await reading(() => ask('dynamodb', 'GetItem', { ...key, ConsistentRead: true }))).Item,
  );
  // What the meter itself reads is not what the order reads.
  let isReading = false;
  async function reading<T>(read: () => Promise<T>): Promise<T> {
    isReading = true;
    return read().finally(() => {
      isReading = false;
    });
  }
  cloud = await startCloud({
    packageFolder: join(ROOT, '.serverless'),
    aroundCalls: (call, perform) => (isReading ? perform(call.input) : meter.around(call, perform)),
  });
  const shop = new Shop(
    cloud.urls.api,
    cloud.urls.apiKey ?? '',
    tokensFrom({ issuer: cloud.urls.issuer, clientId: 'cost' }),
  );
  const ending = new AbortController();
  const { Functions } = await ask('lambda', 'ListFunctions', {});
  for (const { FunctionName, MemorySize } of Functions) memory.set(FunctionName, MemorySize);
  for (const [sku, product] of Object.entries(CATALOGUE)) await shop.stockUp(sku, product, 100);
  const working = startWarehouse({
    client: { endpoint: cloud.urls.aws, region: cloud.region, credentials: { accessKeyId: 'w', secretAccessKey: 'w' } },
    ...{
      activityArn: cloud.outputs.PickShipmentActivityArn ?? '',
      name: 'cost',
      signal: ending.signal,
      report: () => {},
    },
  });
  try {
    const costs: PathCost[] = [];
    for (const { title, play } of PATHS) {
      meter.take();
      const orderId = await play(shop);
      const standardTransitions = await transitionsFor(ask, orderId);
      const usage = { ...meter.take(), standardTransitions };
      costs.push({ path: title, usage, perMillion: pricePerMillion(usage) });
    }
    return costs;
  } finally {
    ending.abort();
    await working;
    await cloud.close();
  }
}

/** Over all Standard executions that an order had: they are named after it. Waits until all have ended. */
async function transitionsFor(ask: Ask, orderId: string): Promise<number> {
  const { stateMachines } = await ask('states', 'ListStateMachines', {});
  const standard = stateMachines.filter(({ type }: { type: string }) => type === 'STANDARD');
  let transitions = 0;
  for (const { stateMachineArn } of standard) {
    const executions = await until(`the executions of ${orderId}`, async () => {
      const { executions: all } = await ask('states', 'ListExecutions', { stateMachineArn });
      const ours = all.filter(({ name }: { name: string }) => name.startsWith(orderId));
      return ours.some(({ status }: { status: string }) => status === 'RUNNING') ? undefined : ours;
    });
    for (const { executionArn } of executions) {
      const { events } = await ask('states', 'GetExecutionHistory', { executionArn, maxResults: 1_000 });
      transitions += transitionsOf(events);
    }
  }
  return transitions;
}

// biome-ignore lint/suspicious/noExplicitAny: the shape depends on the operation.
type Ask = (service: string, operation: string, input: object) => Promise<any>;

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

const { values } = parseArgs({ options: { json: { type: 'boolean' }, bundles: { type: 'boolean' } } });
const progress = (text: string): void => void process.stderr.write(`${text}\n`);
if (!(await packageService(ROOT, progress))) process.exit(1);
if (values.bundles) {
  const bundles = await measureBundles(ROOT);
  process.stdout.write(`${values.json ? JSON.stringify(bundles) : tableOfBundles(bundles)}\n`);
} else {
  const paths = await costOfPaths();
  process.stdout.write(`${values.json ? JSON.stringify({ prices, paths }) : tableOf(paths)}\n`);
}
