import { parseArn } from '../../aws/arn.ts';
import { type BrokenConstraint, pascalName } from '../../aws/constraints.ts';
import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import { type Metrics, NO_METRICS } from '../../metrics.ts';
import { pageOf } from '../../storage/page-of.ts';
import type { Storage } from '../../storage.ts';
import { createArrivals } from './arrivals.ts';
import { missingParameter } from './message-checks.ts';
import { messageOperations } from './message-operations.ts';
import { moveTaskOperations } from './move-tasks.ts';
import { Queue, type QueueRecord } from './queue.ts';
import { checkAttributes, DEFAULTS, QUEUE_ATTRIBUTES, type QueueAttributes } from './queue-attributes.ts';
import { createQueueMetrics } from './queue-metrics.ts';
import { sqsResources } from './resources.ts';

export interface SqsOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  /** Absent: nobody looks. */
  readonly metrics?: Metrics;
  /** Where this cloud is reached, for the URLs of queues: `http://127.0.0.1:4566`. */
  readonly url: () => string;
}

/** SQS: standard and FIFO queues, visibility by the clock, long polls, dead-letter queues. Queue policies are kept, not enforced. */
export function createSqs({
  storage,
  clock,
  metrics = NO_METRICS,
  url,
}: SqsOptions): Service & { close(): Promise<void> } {
  const queues = createQueues(storage, clock, metrics);
  const arrivals = createArrivals(clock);
  const operations = {
    ...queueOperations(queues, clock, url),
    ...messageOperations(queues, clock, arrivals),
    ...moveTaskOperations(queues, storage, clock, arrivals),
  };
  return { name: 'sqs', refuse, operations, resources: sqsResources(operations), close: async () => queues.close() };
}

function refuse([first]: readonly BrokenConstraint[]): ServiceError {
  const [parameter, { value, constraint }] = [pascalName(first!), first!];
  if (value === null) return missingParameter(parameter);
  return new ServiceError(
    'InvalidParameterValue',
    `Value ${value} for parameter ${parameter} is invalid. Reason: Must ${constraint}, if provided.`,
  );
}

interface QueuePart {
  readonly namePrefix: string | undefined;
  /** The name that the page before ended with. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface Queues {
  /** @throws ServiceError QueueDoesNotExist */
  byUrl(url: string | undefined, caller: Caller): Queue;
  byArn(arn: string): Queue | undefined;
  all(caller: Caller): Queue[];
  /** In order of their names. `next` is there if more follow. */
  page(caller: Caller, part: QueuePart): { readonly items: readonly QueueRecord[]; readonly next?: string };
  create(record: QueueRecord): Queue;
  remove(queue: Queue): void;
  close(): void;
}

export const queueArn = ({ region, account, name }: QueueRecord): string => `arn:aws:sqs:${region}:${account}:${name}`;

function createQueues(storage: Storage, clock: Clock, metrics: Metrics): Queues {
  const records = storage.table<QueueRecord>('sqs/queues');
  const at = (key: string) => new Queue(key, storage, clock, () => lengths.changed(key));
  const open = (key: string) => (records.get(key) ? at(key) : undefined);
  const lengths = createQueueMetrics(metrics, clock, open);
  // What was in flight when the process ended may be visible by now.
  for (const [key] of records.entries()) lengths.changed(key);
  return {
    byUrl(url, { account, region }) {
      if (!url) throw missingParameter('QueueUrl');
      // http://host/account/name, or just the name, as AWS takes it too
      const [, owner = account, name] = /^(?:https?:\/\/[^/]+\/(?:queue\/[^/]+\/)?(\d{12})\/)?([^/]+)$/.exec(url) ?? [];
      const queue = open(`${owner}/${region}/${name}`);
      if (!queue) throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
      return queue;
    },
    byArn(text) {
      const arn = parseArn(text);
      return arn?.service === 'sqs' ? open(`${arn.account}/${arn.region}/${arn.resource}`) : undefined;
    },
    all: ({ account, region }) => [...records.entries(`${account}/${region}/`)].map(([key]) => at(key)),
    page({ account, region }, { namePrefix = '', after, limit }) {
      const scope = `${account}/${region}/`;
      return pageOf(records, { prefix: scope + namePrefix, after: after && scope + after, limit });
    },
    create(record) {
      const key = `${record.account}/${record.region}/${record.name}`;
      records.put(key, record);
      return at(key);
    },
    remove(queue) {
      queue.purge();
      records.delete(queue.key);
    },
    close: () => lengths.close(),
  };
}

interface QueueInput {
  readonly QueueUrl?: string;
  readonly QueueName?: string;
  readonly Attributes?: QueueAttributes;
  readonly tags?: Readonly<Record<string, string>>;
}

function queueOperations(queues: Queues, clock: Clock, url: () => string): Service['operations'] {
  const urlOf = ({ account, name }: QueueRecord, { endpoint }: Caller) => `${endpoint ?? url()}/${account}/${name}`;

  return {
    CreateQueue({ QueueName = '', Attributes = {}, tags = {} }: QueueInput, caller: Caller) {
      if (!/^[A-Za-z0-9_-]{1,80}$|^[A-Za-z0-9_-]{1,75}\.fifo$/.test(QueueName)) {
        throw new ServiceError(
          'InvalidParameterValue',
          'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
        );
      }
      if (QueueName.endsWith('.fifo') && Attributes.FifoQueue !== 'true') {
        throw new ServiceError(
          'InvalidParameterValue',
          'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
        );
      }
      checkAttributes(Attributes, QueueName);
      const { account, region } = caller;
      const existing = queues.byArn(`arn:aws:sqs:${region}:${account}:${QueueName}`);
      if (existing) {
        const current = { ...DEFAULTS, ...existing.record.attributes };
        const different = Object.keys(Attributes).find((name) => current[name] !== Attributes[name]);
        if (different === undefined) return { QueueUrl: urlOf(existing.record, caller) };
        throw new ServiceError(
          'QueueNameExists',
          `A queue already exists with the same name and a different value for attribute ${different}`,
        );
      }
      const now = clock.now();
      const record = {
        name: QueueName,
        account,
        region,
        attributes: Attributes,
        tags,
        createdAt: now,
        modifiedAt: now,
        sequence: 0,
      };
      return { QueueUrl: urlOf(queues.create(record).record, caller) };
    },

    DeleteQueue({ QueueUrl }: QueueInput, caller: Caller) {
      queues.remove(queues.byUrl(QueueUrl, caller));
      return {};
    },

    GetQueueUrl(input: QueueInput & { QueueOwnerAWSAccountId?: string }, caller: Caller) {
      const account = input.QueueOwnerAWSAccountId ?? caller.account;
      return { QueueUrl: urlOf(queues.byUrl(input.QueueName, { ...caller, account }).record, caller) };
    },

    ListQueues(input: { QueueNamePrefix?: string; MaxResults?: number; NextToken?: string }, caller: Caller) {
      const { QueueNamePrefix, MaxResults = 1000, NextToken } = input;
      const { items, next } = queues.page(caller, { namePrefix: QueueNamePrefix, after: NextToken, limit: MaxResults });
      return {
        ...(items.length > 0 && { QueueUrls: items.map((record) => urlOf(record, caller)) }),
        ...(next !== undefined && { NextToken: items.at(-1)!.name }),
      };
    },

    GetQueueAttributes({ QueueUrl, AttributeNames = [] }: QueueInput & { AttributeNames?: string[] }, caller: Caller) {
      const queue = queues.byUrl(QueueUrl, caller);
      const { record } = queue;
      const { visible, inFlight, delayed } = queue.counts();
      const all: QueueAttributes = {
        ...DEFAULTS,
        ...record.attributes,
        QueueArn: queueArn(record),
        ApproximateNumberOfMessages: String(visible),
        ApproximateNumberOfMessagesNotVisible: String(inFlight),
        ApproximateNumberOfMessagesDelayed: String(delayed),
        CreatedTimestamp: String(Math.floor(record.createdAt / 1000)),
        LastModifiedTimestamp: String(Math.floor(record.modifiedAt / 1000)),
        SqsManagedSseEnabled: record.attributes.SqsManagedSseEnabled ?? 'true',
      };
      for (const name of AttributeNames) {
        if (name !== 'All' && !(name in all) && !QUEUE_ATTRIBUTES.includes(name)) {
          throw new ServiceError('InvalidAttributeName', `Unknown Attribute ${name}.`);
        }
      }
      const wanted = AttributeNames.includes('All') ? Object.keys(all) : AttributeNames;
      const found = wanted.flatMap((name) => (all[name] === undefined || all[name] === '' ? [] : [[name, all[name]]]));
      return found.length > 0 ? { Attributes: Object.fromEntries(found) } : {};
    },

    SetQueueAttributes({ QueueUrl, Attributes = {} }: QueueInput, caller: Caller) {
      const queue = queues.byUrl(QueueUrl, caller);
      checkAttributes(Attributes, queue.record.name);
      if (Attributes.FifoQueue !== undefined && Attributes.FifoQueue !== queue.record.attributes.FifoQueue) {
        throw new ServiceError('InvalidAttributeName', 'You cannot change FifoQueue of an existing queue.');
      }
      queue.change({ attributes: { ...queue.record.attributes, ...Attributes }, modifiedAt: clock.now() });
      return {};
    },

    PurgeQueue({ QueueUrl }: QueueInput, caller: Caller) {
      queues.byUrl(QueueUrl, caller).purge();
      return {};
    },

    ListDeadLetterSourceQueues({ QueueUrl, ...others }: QueueInput, caller: Caller) {
      refuseOthers('sqs:ListDeadLetterSourceQueues', others, []);
      const arn = queueArn(queues.byUrl(QueueUrl, caller).record);
      const sources = queues.all(caller).filter(({ record }) => record.attributes.RedrivePolicy?.includes(`"${arn}"`));
      return { queueUrls: sources.map(({ record }) => urlOf(record, caller)) };
    },

    TagQueue({ QueueUrl, Tags = {} }: QueueInput & { Tags?: Record<string, string> }, caller: Caller) {
      const queue = queues.byUrl(QueueUrl, caller);
      queue.change({ tags: { ...queue.record.tags, ...Tags } });
      return {};
    },

    UntagQueue({ QueueUrl, TagKeys = [] }: QueueInput & { TagKeys?: string[] }, caller: Caller) {
      const queue = queues.byUrl(QueueUrl, caller);
      const kept = Object.entries(queue.record.tags).filter(([key]) => !TagKeys.includes(key));
      queue.change({ tags: Object.fromEntries(kept) });
      return {};
    },

    ListQueueTags: ({ QueueUrl }: QueueInput, caller: Caller) => ({ Tags: queues.byUrl(QueueUrl, caller).record.tags }),
  };
}
