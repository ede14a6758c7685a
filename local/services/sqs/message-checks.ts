import { type Caller, refuseOthers, ServiceError } from '../../aws/service.ts';
import { type Attributes, messageSize, storeAttributes } from './messages.ts';
import { isFifo, type Queue } from './queue.ts';
import { numberOf } from './queue-attributes.ts';

export interface SendInput {
  readonly MessageBody?: string;
  readonly MessageAttributes?: Attributes;
  readonly MessageSystemAttributes?: Attributes;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
  readonly DelaySeconds?: number;
}

export const missingParameter = (name: string): ServiceError =>
  new ServiceError('MissingParameter', `The request must contain the parameter ${name}.`);

export interface ReceiveInput {
  readonly QueueUrl?: string;
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly WaitTimeSeconds?: number;
  readonly AttributeNames?: readonly string[];
  readonly MessageSystemAttributeNames?: readonly string[];
  readonly MessageAttributeNames?: readonly string[];
}

/** @throws ServiceError for a message that the queue does not take */
export function newMessage(queue: Queue, input: SendInput, caller: Caller) {
  const supported = [
    'MessageBody',
    'MessageAttributes',
    'MessageSystemAttributes',
    'MessageGroupId',
    'MessageDeduplicationId',
    'DelaySeconds',
  ];
  refuseOthers('sqs:SendMessage', input, supported);
  const {
    MessageBody: body,
    MessageGroupId: groupId,
    MessageDeduplicationId: deduplicationId,
    DelaySeconds: delaySeconds,
  } = input;
  const { record } = queue;
  if (!body) throw missingParameter('MessageBody');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters it is about.
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(body)) {
    throw new ServiceError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
  }
  const attributes = storeAttributes(input.MessageAttributes);
  const limit = numberOf(record.attributes, 'MaximumMessageSize');
  if (messageSize(body, attributes) > limit) {
    throw new ServiceError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    );
  }
  if (delaySeconds !== undefined && !(delaySeconds >= 0 && delaySeconds <= 900)) {
    throw new ServiceError(
      'InvalidParameterValue',
      `Value ${delaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
    );
  }
  checkFifo(queue, input);
  const traceHeader = input.MessageSystemAttributes?.AWSTraceHeader?.StringValue;
  return {
    body,
    attributes,
    sender: caller.account,
    ...(traceHeader !== undefined && { traceHeader }),
    ...(groupId !== undefined && { groupId }),
    ...(deduplicationId !== undefined && { deduplicationId }),
    ...(delaySeconds !== undefined && { delaySeconds }),
  };
}

function checkFifo(queue: Queue, { MessageGroupId, MessageDeduplicationId, DelaySeconds }: SendInput): void {
  const { record } = queue;
  if (!isFifo(record)) {
    if (MessageDeduplicationId === undefined) return;
    throw new ServiceError(
      'InvalidParameterValue',
      `Value ${MessageDeduplicationId} for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  }
  if (!MessageGroupId) throw missingParameter('MessageGroupId');
  if (DelaySeconds) {
    throw new ServiceError(
      'InvalidParameterValue',
      `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  }
  if (!MessageDeduplicationId && record.attributes.ContentBasedDeduplication !== 'true') {
    throw new ServiceError(
      'InvalidParameterValue',
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
}

/** @throws ServiceError InvalidParameterValue */
export function checkReceive(input: ReceiveInput): ReceiveInput {
  const supported = [
    'MaxNumberOfMessages',
    'VisibilityTimeout',
    'WaitTimeSeconds',
    'AttributeNames',
    'MessageSystemAttributeNames',
    'MessageAttributeNames',
  ];
  refuseOthers('sqs:ReceiveMessage', input, supported, ['ReceiveRequestAttemptId']);
  const { MaxNumberOfMessages: count = 1, WaitTimeSeconds: wait = 0 } = input;
  if (!(count >= 1 && count <= 10)) {
    throw new ServiceError(
      'InvalidParameterValue',
      `Value ${count} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
    );
  }
  if (!(wait >= 0 && wait <= 20)) {
    throw new ServiceError(
      'InvalidParameterValue',
      `Value ${wait} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.`,
    );
  }
  return input;
}

/** @throws ServiceError */
export function checkBatch(entries: readonly { readonly Id: string }[]): void {
  if (entries.length === 0)
    throw new ServiceError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > 10) {
    throw new ServiceError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  }
  const ids = new Set<string>();
  for (const { Id } of entries) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(Id ?? '')) {
      throw new ServiceError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    }
    if (ids.has(Id)) throw new ServiceError('BatchEntryIdsNotDistinct', `Id ${Id} repeated.`);
    ids.add(Id);
  }
}
