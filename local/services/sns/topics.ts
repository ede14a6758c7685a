import type { Caller } from '../../aws/service.ts';
import { ServiceError } from '../../aws/service.ts';
import type { Storage, Table } from '../../storage.ts';

export interface Topic {
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** How many messages it ever got. */
  readonly sequence: number;
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly owner: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export const isFifo = ({ attributes }: Topic): boolean => attributes.FifoTopic === 'true';

/** Topics and subscriptions by their ARNs. */
export interface Topics {
  readonly topics: Table<Topic>;
  readonly subscriptions: Table<Subscription>;
  /** @throws ServiceError NotFoundException */
  topic(arn: string | undefined): Topic;
  /** @throws ServiceError NotFoundException */
  subscription(arn: string | undefined): Subscription;
  ofTopic(arn: string): Subscription[];
}

export function openTopics(storage: Storage): Topics {
  const topics = storage.table<Topic>('sns/topics');
  const subscriptions = storage.table<Subscription>('sns/subscriptions');
  return {
    topics,
    subscriptions,
    topic(arn) {
      const topic = topics.get(requireArn(arn, 'TopicArn'));
      if (!topic) throw new ServiceError('NotFoundException', 'Topic does not exist', 404);
      return topic;
    },
    subscription(arn) {
      const subscription = subscriptions.get(requireArn(arn, 'SubscriptionArn'));
      if (!subscription) throw new ServiceError('NotFoundException', 'Subscription does not exist', 404);
      return subscription;
    },
    ofTopic: (arn) => [...subscriptions.entries(`${arn}:`)].map(([, subscription]) => subscription),
  };
}

function requireArn(arn: string | undefined, parameter: string): string {
  if (arn && /^arn:aws[a-z-]*:sns:[^:]+:\d{12}:.+$/.test(arn)) return arn;
  throw invalidParameter(arn ? parameter : `${parameter} Reason: no value for required parameter`);
}

export const invalidParameter = (reason: string): ServiceError =>
  new ServiceError('InvalidParameterException', `Invalid parameter: ${reason}`);

const PAGE = 100;

/** The page of a listing that starts after `NextToken`. */
export function page<T extends { readonly arn: string }>(
  items: Iterable<T>,
  NextToken = '',
): { items: readonly T[]; NextToken?: string } {
  const shown: T[] = [];
  for (const item of items) {
    if (item.arn <= NextToken) continue;
    if (shown.length === PAGE) return { items: shown, NextToken: shown.at(-1)!.arn };
    shown.push(item);
  }
  return { items: shown };
}

export const inRegion = ({ account, region }: Caller): string => `arn:aws:sns:${region}:${account}:`;
