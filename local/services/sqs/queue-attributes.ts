import { ServiceError } from '../../aws/service.ts';

interface Limits {
  readonly min: number;
  readonly max: number;
  readonly standard: number;
}

const NUMBERS: Readonly<Record<string, Limits>> = {
  VisibilityTimeout: { min: 0, max: 43_200, standard: 30 },
  DelaySeconds: { min: 0, max: 900, standard: 0 },
  ReceiveMessageWaitTimeSeconds: { min: 0, max: 20, standard: 0 },
  MessageRetentionPeriod: { min: 60, max: 1_209_600, standard: 345_600 },
  MaximumMessageSize: { min: 1024, max: 1_048_576, standard: 1_048_576 },
  KmsDataKeyReusePeriodSeconds: { min: 60, max: 86_400, standard: 300 },
};
const BOOLEANS = ['FifoQueue', 'ContentBasedDeduplication', 'SqsManagedSseEnabled'];
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  DeduplicationScope: ['queue', 'messageGroup'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
};
const DOCUMENTS = ['Policy', 'RedrivePolicy', 'RedriveAllowPolicy'];

/** What can be set. */
export const QUEUE_ATTRIBUTES: readonly string[] = [
  ...Object.keys(NUMBERS),
  ...BOOLEANS,
  ...Object.keys(CHOICES),
  ...DOCUMENTS,
  'KmsMasterKeyId',
];

export type QueueAttributes = Readonly<Record<string, string>>;

export const numberOf = (attributes: QueueAttributes, name: string): number =>
  Number(attributes[name] ?? NUMBERS[name]!.standard);

export const DEFAULTS: QueueAttributes = Object.fromEntries(
  [
    'VisibilityTimeout',
    'DelaySeconds',
    'ReceiveMessageWaitTimeSeconds',
    'MessageRetentionPeriod',
    'MaximumMessageSize',
  ].map((name) => [name, String(NUMBERS[name]!.standard)]),
);

/** @throws ServiceError InvalidAttributeName, InvalidAttributeValue */
export function checkAttributes(attributes: QueueAttributes, queueName: string): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!QUEUE_ATTRIBUTES.includes(name)) throw new ServiceError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    if (!isValid(name, value))
      throw new ServiceError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
  }
  const isFifo = attributes.FifoQueue === 'true';
  if (isFifo && !queueName.endsWith('.fifo')) {
    throw new ServiceError(
      'InvalidParameterValue',
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.',
    );
  }
}

function isValid(name: string, value: string): boolean {
  const limits = NUMBERS[name];
  if (limits) return /^\d+$/.test(value) && Number(value) >= limits.min && Number(value) <= limits.max;
  if (BOOLEANS.includes(name)) return value === 'true' || value === 'false';
  if (CHOICES[name]) return CHOICES[name].includes(value);
  if (!DOCUMENTS.includes(name) || value === '') return true;
  const document = jsonObject(value);
  if (name !== 'RedrivePolicy') return document !== undefined;
  const count = Number(document?.maxReceiveCount);
  return typeof document?.deadLetterTargetArn === 'string' && Number.isInteger(count) && count >= 1 && count <= 1000;
}

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

export function redrivePolicy(attributes: QueueAttributes): RedrivePolicy | undefined {
  const document = jsonObject(attributes.RedrivePolicy ?? '');
  if (!document) return undefined;
  return {
    deadLetterTargetArn: String(document.deadLetterTargetArn),
    maxReceiveCount: Number(document.maxReceiveCount),
  };
}

function jsonObject(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
