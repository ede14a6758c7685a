import { createHash, randomUUID } from 'node:crypto';
import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import { createRemembered } from '../../storage/remembered.ts';
import type { Storage } from '../../storage.ts';
import { type Attributes, messageSize, storeAttributes } from '../sqs/messages.ts';
import { type DeliveryPorts, deliver, isWanted } from './deliver.ts';
import type { Notification } from './notification.ts';
import { invalidParameter, isFifo, type Topic, type Topics } from './topics.ts';

interface PublishInput {
  readonly TopicArn?: string;
  readonly TargetArn?: string;
  readonly PhoneNumber?: string;
  readonly Message?: string;
  readonly Subject?: string;
  readonly MessageStructure?: string;
  readonly MessageAttributes?: Attributes;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

interface BatchInput {
  readonly TopicArn?: string;
  readonly PublishBatchRequestEntries?: readonly (PublishInput & { readonly Id: string })[];
}

const MAX_BYTES = 262_144;
const DEDUPLICATION_INTERVAL = 5 * 60_000;
const MEMBERS = [
  'Message',
  'Subject',
  'MessageStructure',
  'MessageAttributes',
  'MessageGroupId',
  'MessageDeduplicationId',
];

/** Publishing answers when every subscriber has the message, so that an answered one cannot get lost. */
export function publishOperations(
  topics: Topics,
  storage: Storage,
  clock: Clock,
  ports: DeliveryPorts,
): Service['operations'] {
  const recent = createRemembered<{ id: string; sequenceNumber: string }>(
    storage,
    'sns/deduplication',
    clock,
    DEDUPLICATION_INTERVAL,
  );

  async function publish(topic: Topic, input: PublishInput): Promise<object> {
    const notification = newNotification(topic, input, clock.now());
    const repeated = storage.transaction(() => number(topic, notification));
    if ('repeats' in repeated) return repeated.repeats;
    const { numbered } = repeated;
    const subscriptions = topics.ofTopic(topic.arn).filter((one) => isWanted(one, numbered, one.protocol));
    await Promise.all(subscriptions.map((subscription) => deliver(ports, subscription, numbered)));
    return { MessageId: numbered.id, SequenceNumber: numbered.sequenceNumber };
  }

  /** Messages of FIFO topics get numbers, and repeated ones are told apart. */
  function number(topic: Topic, notification: Notification): { numbered: Notification } | { repeats: object } {
    if (!isFifo(topic)) return { numbered: notification };
    const key = `${topic.arn}/${notification.deduplicationId}`;
    const known = recent.get(key);
    if (known) return { repeats: { MessageId: known.id, SequenceNumber: known.sequenceNumber } };
    const sequence = topics.topic(topic.arn).sequence + 1;
    topics.topics.put(topic.arn, { ...topics.topic(topic.arn), sequence });
    const sequenceNumber = String(10_000_000_000_000_000_000n + BigInt(sequence));
    recent.put(key, { id: notification.id, sequenceNumber });
    return { numbered: { ...notification, sequenceNumber } };
  }

  return {
    async Publish({ TopicArn, TargetArn, PhoneNumber, ...input }: PublishInput) {
      refuseOthers('sns:Publish', input, MEMBERS);
      if (PhoneNumber !== undefined) throw invalidParameter('PhoneNumber Reason: this local cloud sends no SMS');
      const arn = TopicArn ?? TargetArn;
      if (!arn) throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
      return publish(topics.topic(arn), input);
    },

    async PublishBatch({ TopicArn, PublishBatchRequestEntries: entries = [] }: BatchInput, _caller: Caller) {
      const topic = topics.topic(TopicArn);
      checkBatch(entries);
      const Successful: object[] = [];
      const Failed: object[] = [];
      for (const { Id, ...input } of entries) {
        try {
          refuseOthers('sns:PublishBatch', input, MEMBERS);
          Successful.push({ Id, ...(await publish(topic, input)) });
        } catch (error) {
          if (!(error instanceof ServiceError)) throw error;
          Failed.push({
            Id,
            Code: error.code.replace(/Exception$/, ''),
            Message: error.message,
            SenderFault: error.statusCode < 500,
          });
        }
      }
      return { Successful, Failed };
    },
  };
}

function newNotification(topic: Topic, input: PublishInput, publishedAt: number): Notification {
  const { Message, Subject: subject, MessageGroupId: groupId, MessageDeduplicationId } = input;
  if (Message === undefined || Message === '') throw invalidParameter('Empty message');
  if (subject !== undefined && (subject === '' || subject.length > 100 || /[\r\n]/.test(subject)))
    throw invalidParameter('Subject');
  const attributes = attributesOf(input);
  if (messageSize(Message, attributes) > MAX_BYTES) throw invalidParameter('Message too long');
  if (isFifo(topic)) {
    if (!groupId) throw invalidParameter('The MessageGroupId parameter is required for FIFO topics');
    if (!MessageDeduplicationId && topic.attributes.ContentBasedDeduplication !== 'true') {
      throw invalidParameter(
        'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
      );
    }
  } else if (MessageDeduplicationId) {
    throw invalidParameter(
      'The request includes MessageDeduplicationId parameter that is not valid for this topic type',
    );
  }
  const deduplicationId = MessageDeduplicationId ?? createHash('sha256').update(Message).digest('hex');
  return {
    id: randomUUID(),
    topicArn: topic.arn,
    ...(subject !== undefined && { subject }),
    bodies: input.MessageStructure === 'json' ? bodiesOf(Message) : { default: Message },
    attributes,
    publishedAt,
    ...(groupId !== undefined && { groupId }),
    ...(isFifo(topic) && { deduplicationId }),
  };
}

/** SQS has no lists of strings: SNS checks them itself. */
function attributesOf({ MessageAttributes = {} }: PublishInput) {
  try {
    return storeAttributes(MessageAttributes);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ServiceError('InvalidParameterValueException', error.message);
  }
}

function bodiesOf(message: string): Record<string, string> {
  let bodies: unknown;
  try {
    bodies = JSON.parse(message);
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  const isObject = typeof bodies === 'object' && bodies !== null && !Array.isArray(bodies);
  if (!isObject || typeof (bodies as Record<string, unknown>).default !== 'string') {
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  }
  return Object.fromEntries(Object.entries(bodies as object).filter(([, body]) => typeof body === 'string'));
}

function checkBatch(entries: readonly { readonly Id: string }[]): void {
  if (entries.length === 0)
    throw new ServiceError('EmptyBatchRequestException', 'The batch request does not contain any entries.');
  if (entries.length > 10) {
    throw new ServiceError(
      'TooManyEntriesInBatchRequestException',
      'The batch request contains more entries than permissible.',
    );
  }
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
    throw new ServiceError(
      'BatchEntryIdsNotDistinctException',
      'Two or more batch entries in the request have the same Id.',
    );
  }
}
