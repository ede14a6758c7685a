import { physicalName } from '../../aws/physical-name.ts';
import { type Deployment, type ResourceType, refuseOthers, type Service } from '../../aws/service.ts';
import { TOPIC_ATTRIBUTES } from './topic-operations.ts';
import type { Topics } from './topics.ts';

type Properties = Readonly<Record<string, unknown>>;

const SUBSCRIPTION_ATTRIBUTES = ['FilterPolicy', 'FilterPolicyScope', 'RawMessageDelivery', 'RedrivePolicy'];

/** `AWS::SNS::Topic`, `AWS::SNS::Subscription` and `AWS::SNS::TopicPolicy`. */
export function snsResources(
  topics: Topics,
  operations: Service['operations'],
): Readonly<Record<string, ResourceType>> {
  const call = async <T>(operation: string, input: object, deployment: Deployment): Promise<T> =>
    (await operations[operation]!(input, deployment)) as T;

  async function applyTopic(properties: Properties, deployment: Deployment) {
    const fifo = String(properties.FifoTopic) === 'true';
    const Name = String(properties.TopicName ?? physicalName(deployment, 200) + (fifo ? '.fifo' : ''));
    const arn = `arn:aws:sns:${deployment.region}:${deployment.account}:${Name}`;
    const attributes = attributesOf(properties, TOPIC_ATTRIBUTES);
    const existing = topics.topics.get(arn);
    if (existing) topics.topics.put(arn, { ...existing, attributes: { ...existing.attributes, ...attributes } });
    else await call('CreateTopic', { Name, Attributes: attributes }, deployment);
    for (const subscription of (properties.Subscription ?? []) as Properties[]) {
      refuseOthers('a Subscription of AWS::SNS::Topic', subscription, ['Protocol', 'Endpoint']);
      await applySubscription({ TopicArn: arn, ...subscription }, deployment);
    }
    return { ref: arn, attributes: { TopicArn: arn, TopicName: Name } };
  }

  async function applySubscription(
    { TopicArn, Protocol, Endpoint, ...properties }: Properties,
    deployment: Deployment,
  ) {
    const attributes = attributesOf(properties, SUBSCRIPTION_ATTRIBUTES);
    const existing = topics
      .ofTopic(String(TopicArn))
      .find(({ protocol, endpoint }) => protocol === Protocol && endpoint === Endpoint);
    const { SubscriptionArn } = existing
      ? { SubscriptionArn: existing.arn }
      : await call<{ SubscriptionArn: string }>('Subscribe', { TopicArn, Protocol, Endpoint }, deployment);
    // The scope first: it decides how the policy is read.
    const ordered = Object.entries(attributes).sort(
      ([a], [b]) => Number(a === 'FilterPolicy') - Number(b === 'FilterPolicy'),
    );
    if (existing) topics.subscriptions.put(existing.arn, { ...existing, attributes: {} });
    for (const [AttributeName, AttributeValue] of ordered) {
      await call('SetSubscriptionAttributes', { SubscriptionArn, AttributeName, AttributeValue }, deployment);
    }
    return { ref: SubscriptionArn, attributes: { Arn: SubscriptionArn } };
  }

  return {
    'AWS::SNS::Topic': {
      supported: ['TopicName', 'DisplayName', 'FifoTopic', 'ContentBasedDeduplication', 'Subscription'],
      accepted: [
        'KmsMasterKeyId',
        'Tags',
        'TracingConfig',
        'SignatureVersion',
        'DeliveryStatusLogging',
        'DataProtectionPolicy',
        'FifoThroughputScope',
      ],
      apply: applyTopic,
    },
    'AWS::SNS::Subscription': {
      supported: ['TopicArn', 'Protocol', 'Endpoint', ...SUBSCRIPTION_ATTRIBUTES],
      accepted: ['Region', 'DeliveryPolicy'],
      apply: applySubscription,
    },
    'AWS::SNS::TopicPolicy': {
      supported: ['Topics', 'PolicyDocument'],
      async apply({ Topics, PolicyDocument }, deployment) {
        for (const TopicArn of Topics as string[]) {
          const input = { TopicArn, AttributeName: 'Policy', AttributeValue: JSON.stringify(PolicyDocument) };
          await call('SetTopicAttributes', input, deployment);
        }
        const Id = physicalName(deployment);
        return { ref: Id, attributes: { Id } };
      },
    },
  };
}

function attributesOf(properties: Properties, names: readonly string[]): Record<string, string> {
  const given = names.filter((name) => properties[name] !== undefined);
  return Object.fromEntries(
    given.map((name) => {
      const value = properties[name];
      return [name, typeof value === 'object' ? JSON.stringify(value) : String(value)];
    }),
  );
}
