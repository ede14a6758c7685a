import { type Caller, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Arrivals } from './arrivals.ts';
import {
  checkBatch,
  checkReceive,
  missingParameter,
  newMessage,
  type ReceiveInput,
  type SendInput,
} from './message-checks.ts';
import { loadAttributes, type Message, md5, md5OfAttributes } from './messages.ts';
import type { Queue } from './queue.ts';
import { numberOf } from './queue-attributes.ts';
import type { Queues } from './sqs.ts';

interface HandleInput {
  readonly QueueUrl?: string;
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

interface BatchInput<T> {
  readonly QueueUrl?: string;
  readonly Entries?: readonly (T & { readonly Id: string })[];
}

export function messageOperations(queues: Queues, clock: Clock, arrivals: Arrivals): Service['operations'] {
  function send(queue: Queue, input: SendInput, caller: Caller): object {
    const message = queue.send(newMessage(queue, input, caller));
    arrivals.announce(queue.key);
    return {
      MessageId: message.id,
      MD5OfMessageBody: md5(message.body),
      MD5OfMessageAttributes: md5OfAttributes(message.attributes),
      MD5OfMessageSystemAttributes: traceDigest(message.traceHeader),
      SequenceNumber: message.sequenceNumber,
    };
  }

  /** @returns whether another queue has it now */
  function giveUp(message: Message, targetArn: string, source: Queue): boolean {
    const target = queues.byArn(targetArn);
    if (!target || target.key === source.key) return false;
    target.adopt(message, arnOfQueue(source));
    arrivals.announce(target.key);
    return true;
  }

  function remove(queue: Queue, { ReceiptHandle }: HandleInput): object {
    const found = findMessage(queue, ReceiptHandle);
    if (found !== 'gone') queue.delete(found.key);
    arrivals.announce(queue.key);
    return {};
  }

  function changeVisibility(queue: Queue, { ReceiptHandle, VisibilityTimeout }: HandleInput): object {
    if (VisibilityTimeout === undefined) throw missingParameter('VisibilityTimeout');
    if (!(VisibilityTimeout >= 0 && VisibilityTimeout <= 43_200)) {
      throw new ServiceError(
        'InvalidParameterValue',
        `Value ${VisibilityTimeout} for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200.`,
      );
    }
    const found = findMessage(queue, ReceiptHandle);
    if (found === 'gone' || found.message.visibleAt <= clock.now()) {
      throw new ServiceError('MessageNotInflight', 'The message referred to is not in flight.');
    }
    queue.setVisibleAt(found.key, found.message, clock.now() + VisibilityTimeout * 1000);
    arrivals.announce(queue.key);
    return {};
  }

  /** Runs the single operation for each entry; what fails is listed. */
  function batch<T>(single: (queue: Queue, entry: T, caller: Caller) => object) {
    return ({ QueueUrl, Entries = [] }: BatchInput<T>, caller: Caller) => {
      const queue = queues.byUrl(QueueUrl, caller);
      checkBatch(Entries);
      const Successful: object[] = [];
      const Failed: object[] = [];
      for (const { Id, ...entry } of Entries) {
        try {
          Successful.push({ Id, ...single(queue, entry as T, caller) });
        } catch (error) {
          if (!(error instanceof ServiceError)) throw error;
          Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: error.statusCode < 500 });
        }
      }
      return { Successful, ...(Failed.length > 0 && { Failed }) };
    };
  }

  return {
    SendMessage: ({ QueueUrl, ...input }: SendInput & { QueueUrl?: string }, caller: Caller) =>
      send(queues.byUrl(QueueUrl, caller), input, caller),
    SendMessageBatch(input: BatchInput<SendInput>, caller: Caller) {
      const sizes = (input.Entries ?? []).map(({ MessageBody = '' }) => Buffer.byteLength(MessageBody));
      if (sizes.reduce((sum, size) => sum + size, 0) > 1_048_576) {
        throw new ServiceError('BatchRequestTooLong', 'Batch requests cannot be longer than 1048576 bytes.');
      }
      return batch<SendInput>(send)(input, caller);
    },
    DeleteMessage: ({ QueueUrl, ...input }: HandleInput, caller: Caller) =>
      remove(queues.byUrl(QueueUrl, caller), input),
    DeleteMessageBatch: batch<HandleInput>(remove),
    ChangeMessageVisibility: ({ QueueUrl, ...input }: HandleInput, caller: Caller) =>
      changeVisibility(queues.byUrl(QueueUrl, caller), input),
    ChangeMessageVisibilityBatch: batch<HandleInput>(changeVisibility),

    async ReceiveMessage({ QueueUrl, ...input }: ReceiveInput, caller: Caller) {
      const queue = queues.byUrl(QueueUrl, caller);
      const { MaxNumberOfMessages = 1, VisibilityTimeout, WaitTimeSeconds } = checkReceive(input);
      const waitSeconds = WaitTimeSeconds ?? numberOf(queue.record.attributes, 'ReceiveMessageWaitTimeSeconds');
      const deadline = clock.now() + waitSeconds * 1000;
      for (;;) {
        const received = queue.receive(MaxNumberOfMessages, VisibilityTimeout, (message, target) =>
          giveUp(message, target, queue),
        );
        if (received.length > 0)
          return { Messages: received.map(([message, handle]) => describe(message, handle, input)) };
        if (clock.now() >= deadline || caller.signal?.aborted || !queue.exists) return {};
        await arrivals.next(queue, deadline, caller.signal);
        if (caller.signal?.aborted || !queue.exists) return {};
      }
    },
  };
}

const arnOfQueue = ({ record: { region, account, name } }: Queue): string => `arn:aws:sqs:${region}:${account}:${name}`;

function describe(
  message: Message,
  handle: string,
  { AttributeNames = [], MessageSystemAttributeNames = [], MessageAttributeNames = [] }: ReceiveInput,
): object {
  const system: Record<string, string | undefined> = {
    SenderId: message.sender,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    SequenceNumber: message.sequenceNumber,
    MessageDeduplicationId: message.deduplicationId,
    MessageGroupId: message.groupId,
    AWSTraceHeader: message.traceHeader,
    DeadLetterQueueSourceArn: message.deadLetterSource,
  };
  const wanted = [...AttributeNames, ...MessageSystemAttributeNames];
  const shown = Object.entries(system).filter(
    ([name, value]) => value !== undefined && (wanted.includes('All') || wanted.includes(name)),
  );
  const isWanted = (name: string) =>
    MessageAttributeNames.some(
      (pattern) =>
        pattern === 'All' || pattern === name || (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -2))),
    );
  const attributes = Object.fromEntries(Object.entries(message.attributes).filter(([name]) => isWanted(name)));
  return {
    MessageId: message.id,
    ReceiptHandle: handle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(shown.length > 0 && { Attributes: Object.fromEntries(shown) }),
    ...(Object.keys(attributes).length > 0 && {
      MD5OfMessageAttributes: md5OfAttributes(attributes),
      MessageAttributes: loadAttributes(attributes),
    }),
  };
}

const traceDigest = (traceHeader?: string): string | undefined =>
  traceHeader === undefined ? undefined : md5OfAttributes({ AWSTraceHeader: { type: 'String', text: traceHeader } });

function findMessage(queue: Queue, handle: string | undefined) {
  if (!handle) throw missingParameter('ReceiptHandle');
  const found = queue.find(handle);
  if (!found) throw new ServiceError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
  return found;
}
