import { type Cloud, startCloud } from '../../local/cloud.ts';
import { tokensFrom } from '../access-tokens.ts';
import { Shop, until } from '../demo/shop.ts';
import { startWarehouse } from '../warehouse/start-warehouse.ts';
import { createMeter } from './meter.ts';
import { CATALOGUE, PATHS } from './paths.ts';
import { transitionsOf } from './transitions.ts';
import { pricePerMillion, type Usage } from './usage.ts';

export interface PathCost {
  readonly path: string;
  readonly usage: Usage;
  /** Of the price list's currency, for a million orders. */
  readonly perMillion: number;
}

/** Plays each path on a local cloud of its own, one after the other. @param packageFolder what `serverless package` wrote */
export async function costOfPaths(packageFolder: string): Promise<readonly PathCost[]> {
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
    packageFolder,
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
