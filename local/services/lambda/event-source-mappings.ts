import type { Caller } from '../../aws/service.ts';
import { refuseOthers, ServiceError } from '../../aws/service.ts';
import type { Table } from '../../storage.ts';
import { functionNotFound, parseReference, qualifiedArn, revisionOf, runnable } from './function-record.ts';
import type { LambdaContext } from './lambda-context.ts';

export interface EventSourceMappingInput {
  readonly EventSourceArn: string;
  readonly FunctionName: string;
  readonly Enabled?: boolean;
  readonly BatchSize?: number;
  readonly FunctionResponseTypes?: readonly string[];
}

interface StoredMapping {
  readonly UUID: string;
  readonly EventSourceArn: string;
  readonly FunctionArn: string;
  readonly Enabled: boolean;
  readonly BatchSize: number;
  readonly FunctionResponseTypes: readonly string[];
  readonly LastModified: number;
  readonly account: string;
  readonly region: string;
}

/** A message as SQS returns it. */
interface ReceivedMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly MD5OfMessageAttributes?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<
    Record<string, { DataType: string; StringValue?: string; BinaryValue?: Uint8Array }>
  >;
}

const SUPPORTED = ['EventSourceArn', 'FunctionName', 'Enabled', 'BatchSize', 'FunctionResponseTypes'];
/** How many are collected, and by how many pollers, only changes how fast it goes. */
export const ACCEPTED = ['MaximumBatchingWindowInSeconds', 'ScalingConfig', 'Tags'];
/** After the queue or the function could not be reached. */
const PAUSE_MILLISECONDS = 1_000;

export interface EventSourceMappings {
  readonly operations: ReturnType<typeof mappingOperations>;
  /** Polls for the mappings that an earlier process had. */
  resume(): void;
  close(): Promise<void>;
}

/** Feeds functions from queues. */
export function createEventSourceMappings(context: LambdaContext): EventSourceMappings {
  const table: Table<StoredMapping> = context.storage.table('lambda-event-sources');
  const pollers = new Map<string, { stop: AbortController; done: Promise<void> }>();

  function poll(mapping: StoredMapping): void {
    pollers.get(mapping.UUID)?.stop.abort();
    pollers.delete(mapping.UUID);
    if (!mapping.Enabled) return;
    const stop = new AbortController();
    pollers.set(mapping.UUID, { stop, done: pollQueue(mapping, context, stop.signal) });
  }

  return {
    operations: mappingOperations(context, table, poll, (uuid) => {
      pollers.get(uuid)?.stop.abort();
      pollers.delete(uuid);
    }),
    resume() {
      for (const [uuid, mapping] of table.entries()) if (!pollers.has(uuid)) poll(mapping);
    },
    async close() {
      for (const { stop } of pollers.values()) stop.abort();
      await Promise.allSettled([...pollers.values()].map(({ done }) => done));
    },
  };
}

function mappingOperations(
  context: LambdaContext,
  table: Table<StoredMapping>,
  poll: (mapping: StoredMapping) => void,
  stop: (uuid: string) => void,
) {
  const get = (uuid: string): StoredMapping => {
    const mapping = table.get(uuid);
    if (mapping) return mapping;
    throw new ServiceError('ResourceNotFoundException', 'The resource you requested does not exist.', 404, {
      Type: 'User',
    });
  };
  const put = (mapping: StoredMapping): object => {
    table.put(mapping.UUID, mapping);
    poll(mapping);
    return describe(mapping);
  };
  return {
    CreateEventSourceMapping(input: EventSourceMappingInput, caller: Caller) {
      refuseOthers('CreateEventSourceMapping', input, SUPPORTED, ACCEPTED);
      const reference = parseReference(input.FunctionName, undefined, caller);
      if (!context.records.find(reference)) throw functionNotFound(qualifiedArn(reference));
      if (!input.EventSourceArn?.includes(':sqs:')) {
        throw new ServiceError(
          'InvalidParameterValueException',
          `The event source ${input.EventSourceArn} is not supported here: only SQS queues are.`,
        );
      }
      const { account, region } = caller;
      const FunctionArn = qualifiedArn(reference);
      for (const [, other] of table.entries()) {
        if (other.EventSourceArn !== input.EventSourceArn || other.FunctionArn !== FunctionArn) continue;
        const message = `An event source mapping with SQS arn (" ${input.EventSourceArn} ") and function (" ${FunctionArn} ") already exists. Please update or delete the existing mapping with UUID ${other.UUID}`;
        throw new ServiceError('ResourceConflictException', message, 409, { Type: 'User', UUID: other.UUID });
      }
      return put({
        UUID: context.newId(),
        EventSourceArn: input.EventSourceArn,
        FunctionArn,
        Enabled: input.Enabled ?? true,
        BatchSize: input.BatchSize ?? 10,
        FunctionResponseTypes: input.FunctionResponseTypes ?? [],
        LastModified: context.clock.now(),
        account,
        region,
      });
    },
    UpdateEventSourceMapping(
      { UUID, FunctionName, ...change }: Partial<EventSourceMappingInput> & { UUID: string },
      caller: Caller,
    ) {
      refuseOthers('UpdateEventSourceMapping', change, SUPPORTED, ACCEPTED);
      const { Enabled, BatchSize, FunctionResponseTypes } = change;
      return put({
        ...get(UUID),
        ...(FunctionName !== undefined && {
          FunctionArn: qualifiedArn(parseReference(FunctionName, undefined, caller)),
        }),
        ...(Enabled !== undefined && { Enabled }),
        ...(BatchSize !== undefined && { BatchSize }),
        ...(FunctionResponseTypes && { FunctionResponseTypes }),
        LastModified: context.clock.now(),
      });
    },
    GetEventSourceMapping: ({ UUID }: { UUID: string }) => describe(get(UUID)),
    DeleteEventSourceMapping({ UUID }: { UUID: string }) {
      const mapping = get(UUID);
      stop(UUID);
      table.delete(UUID);
      return { ...describe(mapping), State: 'Deleting' };
    },
    ListEventSourceMappings(
      { EventSourceArn, FunctionName }: { EventSourceArn?: string; FunctionName?: string },
      caller: Caller,
    ) {
      const arn =
        FunctionName === undefined ? undefined : qualifiedArn(parseReference(FunctionName, undefined, caller));
      const all = [...table.entries()].map(([, mapping]) => mapping);
      const wanted = all.filter(
        (mapping) =>
          mapping.account === caller.account &&
          (EventSourceArn === undefined || mapping.EventSourceArn === EventSourceArn) &&
          (arn === undefined || mapping.FunctionArn === arn),
      );
      return { EventSourceMappings: wanted.map(describe) };
    },
  };
}

function describe({ account: _account, region: _region, Enabled, LastModified, ...mapping }: StoredMapping): object {
  return {
    ...mapping,
    State: Enabled ? 'Enabled' : 'Disabled',
    LastModified: new Date(LastModified),
    StateTransitionReason: 'USER_INITIATED',
  };
}

/** Receives, invokes, deletes what succeeded; what failed becomes visible again and ends in the queue's dead-letter queue. */
async function pollQueue(mapping: StoredMapping, context: LambdaContext, signal: AbortSignal): Promise<void> {
  const [, , , region = mapping.region, account = mapping.account, QueueName] = mapping.EventSourceArn.split(':');
  const caller: Caller = { account, region, signal };
  while (!signal.aborted) {
    try {
      const { QueueUrl } = await context.call('sqs', 'GetQueueUrl', { QueueName }, caller);
      const { Messages = [] } = await context.call(
        'sqs',
        'ReceiveMessage',
        receiveInput(QueueUrl, mapping.BatchSize),
        caller,
      );
      if (signal.aborted || Messages.length === 0) continue;
      const failed = await invokeWith(Messages, mapping, region, context);
      const done = (Messages as ReceivedMessage[]).filter(({ MessageId }) => !failed.has(MessageId));
      if (done.length === 0) continue;
      const Entries = done.map(({ MessageId, ReceiptHandle }) => ({ Id: MessageId, ReceiptHandle }));
      await context.call('sqs', 'DeleteMessageBatch', { QueueUrl, Entries }, caller);
    } catch {
      // The queue is not there (yet), or the function is throttled: messages become visible again by themselves.
      await pause(context, signal);
    }
  }
}

const receiveInput = (QueueUrl: string, BatchSize: number): object => ({
  QueueUrl,
  MaxNumberOfMessages: Math.min(BatchSize, 10),
  WaitTimeSeconds: 20,
  AttributeNames: ['All'],
  MessageAttributeNames: ['All'],
});

function pause({ clock }: LambdaContext, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.at(clock.now() + PAUSE_MILLISECONDS, resolve);
    signal.addEventListener(
      'abort',
      () => {
        cancel();
        resolve();
      },
      { once: true },
    );
  });
}

/** @returns the ids of the messages that were not processed */
async function invokeWith(
  messages: readonly ReceivedMessage[],
  mapping: StoredMapping,
  awsRegion: string,
  context: LambdaContext,
): Promise<Set<string>> {
  const all = new Set(messages.map(({ MessageId }) => MessageId));
  const reference = parseReference(mapping.FunctionArn, undefined, mapping);
  const record = context.records.get(reference);
  const result = await context.runner.run(runnable(record, revisionOf(record, reference, context.dice())), {
    requestId: context.newId(),
    payload: JSON.stringify({
      Records: messages.map((message) => eventRecord(message, mapping.EventSourceArn, awsRegion)),
    }),
    invokedFunctionArn: qualifiedArn(reference),
  });
  if (result.functionError) return all;
  if (!mapping.FunctionResponseTypes.includes('ReportBatchItemFailures')) return new Set();
  const { batchItemFailures } = (JSON.parse(result.payload) ?? {}) as {
    batchItemFailures?: { itemIdentifier?: string }[] | null;
  };
  const failed = (batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
  // As AWS documents it: an identifier that is none of the batch makes the whole batch fail.
  return failed.every((id) => id !== undefined && all.has(id)) ? new Set(failed as string[]) : all;
}

const eventRecord = (message: ReceivedMessage, eventSourceARN: string, awsRegion: string): object => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  ),
  ...(message.MD5OfMessageAttributes && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
  md5OfBody: message.MD5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN,
  awsRegion,
});
