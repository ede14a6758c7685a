import type { AroundCalls } from '../../local/cloud/around-calls.ts';
import { NOTHING, plus, type Usage } from './usage.ts';

type Item = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
type Key = { readonly TableName: string; readonly Key: Item };

export interface Meter {
  readonly around: AroundCalls;
  /** Since the last time. Transitions are not in it: they are counted from histories. */
  take(): Usage;
}

/**
 * Counts what the services of a local cloud are asked for.
 * @param memoryOf megabytes of a function, by its name
 * @param read reads an item: transactions don't say how large what they wrote is
 */
export function createMeter(memoryOf: (name: string) => number, read: (key: Key) => Promise<Item | undefined>): Meter {
  let used = NOTHING;
  const add = (usage: Partial<Usage>): void => {
    used = plus(used, usage);
  };

  /** Reads and writes in the units that DynamoDB reports itself. */
  async function countTable(operation: string, input: object, perform: (input: object) => Promise<unknown>) {
    const isWrite = /^(Put|Update|Delete|BatchWrite)/.test(operation);
    const answer = (await perform({ ...input, ReturnConsumedCapacity: 'TOTAL' })) as { ConsumedCapacity?: unknown };
    const consumed = [answer.ConsumedCapacity ?? []].flat() as { CapacityUnits: number }[];
    const units = consumed.reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
    add(isWrite ? { writeUnits: units } : { readUnits: units });
    return answer;
  }

  /** Two units for each kilobyte of each item, written or only looked at. */
  async function countTransaction(input: { TransactItems: Record<string, Key & { Item?: Item }>[] }) {
    for (const action of input.TransactItems.flatMap((each) => Object.values(each))) {
      const item = action.Item ?? (await read({ TableName: action.TableName, Key: action.Key }));
      add({ writeUnits: 2 * Math.max(1, Math.ceil(sizeOf(item ?? {}) / 1_024)) });
    }
  }

  return {
    async around({ service, operation, input }, perform) {
      const startedAt = performance.now();
      if (
        service === 'dynamodb' &&
        /^(Get|Put|Update|Delete|Query|Scan|Batch)/.test(operation) &&
        !/Table|Time/.test(operation)
      )
        return countTable(operation, input, perform);
      const answer = await perform(input);
      if (service === 'dynamodb' && operation === 'TransactWriteItems') await countTransaction(input);
      if (service === 'sns' && operation === 'Publish') add({ snsPublishes: 1 });
      if (service === 'sqs' && operation === 'SendMessage') add({ sqsRequests: 1 });
      if (service === 'events' && operation === 'PutEvents') add({ eventBridgeEvents: input.Entries.length });
      if (service === 'lambda' && operation === 'Invoke') {
        const name = String(input.FunctionName).split(':function:').at(-1)?.split(':')[0] ?? '';
        const seconds = Math.ceil(performance.now() - startedAt) / 1_000;
        add({ lambdaInvocations: 1, lambdaGigabyteSeconds: (seconds * memoryOf(name)) / 1_024 });
      }
      if (operation === 'StartSyncExecution') {
        const { billedDurationInMilliseconds: billed, billedMemoryUsedInMB: memory } = answer.billingDetails;
        add({ expressRequests: 1, expressGigabyteSeconds: (billed / 1_000) * (memory / 1_024) });
      }
      return answer;
    },
    take() {
      const taken = used;
      used = NOTHING;
      return taken;
    },
  };
}

/** Bytes of an item as DynamoDB counts them, near enough: names, and values as text. */
const sizeOf = (item: Item): number => Buffer.byteLength(JSON.stringify(item));
