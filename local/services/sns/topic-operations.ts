import { type Caller, refuseOthers, type Service } from '../../aws/service.ts';
import { inRegion, invalidParameter, isFifo, page, type Topic, type Topics } from './topics.ts';

const EFFECTIVE = ['FifoTopic', 'ContentBasedDeduplication', 'DisplayName', 'Policy'];
/** Kept and shown; they change nothing here. */
const KEPT = [
  'KmsMasterKeyId',
  'DeliveryPolicy',
  'TracingConfig',
  'SignatureVersion',
  'ArchivePolicy',
  'FifoThroughputScope',
];
export const TOPIC_ATTRIBUTES: readonly string[] = [...EFFECTIVE, ...KEPT];

interface TopicInput {
  readonly Name?: string;
  readonly TopicArn?: string;
  readonly ResourceArn?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly AttributeName?: string;
  readonly AttributeValue?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly TagKeys?: readonly string[];
  readonly NextToken?: string;
}

/** From there on, one by one: a page of ten thousand needs no more than a page. */
function* topicsAfter({ topics }: Topics, caller: Caller, token = ''): Iterable<Topic> {
  const prefix = inRegion(caller);
  for (const [arn, topic] of topics.range({ gt: token > prefix ? token : prefix })) {
    if (!arn.startsWith(prefix)) return;
    yield topic;
  }
}

export function topicOperations(topics: Topics): Service['operations'] {
  const change = (topic: Topic, changed: Partial<Topic>) => topics.topics.put(topic.arn, { ...topic, ...changed });

  return {
    CreateTopic(input: TopicInput, caller: Caller) {
      refuseOthers('sns:CreateTopic', input, ['Name', 'Attributes', 'Tags']);
      const { Name = '', Attributes = {}, Tags = [] } = input;
      for (const name of Object.keys(Attributes)) checkName(name);
      const fifo = Attributes.FifoTopic === 'true';
      if (!/^[A-Za-z0-9_-]{1,256}$|^[A-Za-z0-9_-]{1,251}\.fifo$/.test(Name) || Name.endsWith('.fifo') !== fifo) {
        throw invalidParameter('Topic Name');
      }
      const arn = inRegion(caller) + Name;
      const existing = topics.topics.get(arn);
      const differs =
        existing && Object.entries(Attributes).some(([name, value]) => existing.attributes[name] !== value);
      if (differs) throw invalidParameter('Attributes Reason: Topic already exists with different attributes');
      if (!existing) {
        const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
        topics.topics.put(arn, { arn, attributes: Attributes, tags, sequence: 0 });
      }
      return { TopicArn: arn };
    },

    /** Deleting what is not there succeeds too. */
    DeleteTopic({ TopicArn = '' }: TopicInput) {
      for (const { arn } of topics.ofTopic(TopicArn)) topics.subscriptions.delete(arn);
      topics.topics.delete(TopicArn);
      return {};
    },

    ListTopics({ NextToken: token }: TopicInput, caller: Caller) {
      const { items, NextToken } = page(topicsAfter(topics, caller, token), token);
      return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), NextToken };
    },

    GetTopicAttributes({ TopicArn }: TopicInput, { account }: Caller) {
      const topic = topics.topic(TopicArn);
      return {
        Attributes: {
          TopicArn: topic.arn,
          Owner: account,
          DisplayName: '',
          SubscriptionsConfirmed: String(topics.ofTopic(topic.arn).length),
          SubscriptionsPending: '0',
          SubscriptionsDeleted: '0',
          ...(isFifo(topic) && { ContentBasedDeduplication: 'false' }),
          ...topic.attributes,
        },
      };
    },

    SetTopicAttributes({ TopicArn, AttributeName = '', AttributeValue = '' }: TopicInput) {
      const topic = topics.topic(TopicArn);
      checkName(AttributeName);
      if (AttributeName === 'FifoTopic') throw invalidParameter('AttributeName');
      change(topic, { attributes: { ...topic.attributes, [AttributeName]: AttributeValue } });
      return {};
    },

    TagResource({ ResourceArn, Tags = [] }: TopicInput) {
      const topic = topics.topic(ResourceArn);
      change(topic, { tags: { ...topic.tags, ...Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) } });
      return {};
    },

    UntagResource({ ResourceArn, TagKeys = [] }: TopicInput) {
      const topic = topics.topic(ResourceArn);
      change(topic, { tags: Object.fromEntries(Object.entries(topic.tags).filter(([key]) => !TagKeys.includes(key))) });
      return {};
    },

    ListTagsForResource: ({ ResourceArn }: TopicInput) => ({
      Tags: Object.entries(topics.topic(ResourceArn).tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  };
}

function checkName(name: string): void {
  if (!TOPIC_ATTRIBUTES.includes(name))
    throw invalidParameter(`AttributeName: ${name} is not supported by this local cloud`);
}
