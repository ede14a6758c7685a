import { randomUUID } from 'node:crypto';
import { parseArn } from '../../aws/arn.ts';
import { type Caller, refuseOthers, type Service } from '../../aws/service.ts';
import { compileFilterPolicy, type FilterPolicyScope } from './filter-policy.ts';
import { inRegion, invalidParameter, page, type Subscription, type Topics } from './topics.ts';

const ATTRIBUTES = ['RawMessageDelivery', 'FilterPolicy', 'FilterPolicyScope', 'RedrivePolicy'];

interface SubscriptionInput {
  readonly TopicArn?: string;
  readonly Protocol?: string;
  readonly Endpoint?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly ReturnSubscriptionArn?: boolean;
  readonly SubscriptionArn?: string;
  readonly AttributeName?: string;
  readonly AttributeValue?: string;
  readonly NextToken?: string;
}

/** Subscriptions by e-mail are confirmed at once: their mail ends in the local mailbox. */
export function subscriptionOperations(topics: Topics): Service['operations'] {
  return {
    Subscribe(input: SubscriptionInput, { account }: Caller) {
      refuseOthers(
        'sns:Subscribe',
        input,
        ['TopicArn', 'Protocol', 'Endpoint', 'Attributes'],
        ['ReturnSubscriptionArn'],
      );
      const { Protocol = '', Endpoint = '', Attributes = {} } = input;
      const topic = topics.topic(input.TopicArn);
      checkEndpoint(Protocol, Endpoint);
      checkAttributes(Attributes);
      const existing = topics
        .ofTopic(topic.arn)
        .find(({ protocol, endpoint }) => protocol === Protocol && endpoint === Endpoint);
      if (existing) {
        const differs = Object.entries(Attributes).some(([name, value]) => existing.attributes[name] !== value);
        if (differs) throw invalidParameter('Attributes Reason: Subscription already exists with different attributes');
        return { SubscriptionArn: existing.arn };
      }
      const arn = `${topic.arn}:${randomUUID()}`;
      topics.subscriptions.put(arn, {
        arn,
        topicArn: topic.arn,
        owner: account,
        protocol: Protocol,
        endpoint: Endpoint,
        attributes: Attributes,
      });
      return { SubscriptionArn: arn };
    },

    Unsubscribe({ SubscriptionArn = '' }: SubscriptionInput) {
      topics.subscriptions.delete(SubscriptionArn);
      return {};
    },

    ListSubscriptions({ NextToken: token }: SubscriptionInput, caller: Caller) {
      const all = [...topics.subscriptions.entries(inRegion(caller))].map(([, subscription]) => subscription);
      const { items, NextToken } = page(all, token);
      return { Subscriptions: items.map(describe), NextToken };
    },

    ListSubscriptionsByTopic({ TopicArn, NextToken: token }: SubscriptionInput) {
      const { items, NextToken } = page(topics.ofTopic(topics.topic(TopicArn).arn), token);
      return { Subscriptions: items.map(describe), NextToken };
    },

    GetSubscriptionAttributes({ SubscriptionArn }: SubscriptionInput) {
      const subscription = topics.subscription(SubscriptionArn);
      return {
        Attributes: {
          ...describe(subscription),
          RawMessageDelivery: 'false',
          PendingConfirmation: 'false',
          ConfirmationWasAuthenticated: 'true',
          SubscriptionPrincipal: `arn:aws:iam::${subscription.owner}:root`,
          ...(subscription.attributes.FilterPolicy && { FilterPolicyScope: 'MessageAttributes' }),
          ...subscription.attributes,
        },
      };
    },

    SetSubscriptionAttributes({ SubscriptionArn, AttributeName = '', AttributeValue = '' }: SubscriptionInput) {
      const subscription = topics.subscription(SubscriptionArn);
      const attributes = { ...subscription.attributes, [AttributeName]: AttributeValue };
      if (AttributeName === 'FilterPolicy' && AttributeValue === '') delete attributes.FilterPolicy;
      checkAttributes(attributes);
      topics.subscriptions.put(subscription.arn, { ...subscription, attributes });
      return {};
    },
  };
}

const describe = ({ arn, topicArn, owner, protocol, endpoint }: Subscription) => ({
  SubscriptionArn: arn,
  Owner: owner,
  Protocol: protocol,
  Endpoint: endpoint,
  TopicArn: topicArn,
});

function checkEndpoint(protocol: string, endpoint: string): void {
  switch (protocol) {
    case 'sqs':
    case 'lambda':
      if (parseArn(endpoint)?.service === protocol) return;
      throw invalidParameter(`${protocol.toUpperCase()} endpoint ARN`);
    case 'email':
    case 'email-json':
      if (/^[^\s@]+@[^\s@]+$/.test(endpoint)) return;
      throw invalidParameter('Email address');
    case 'http':
    case 'https':
    case 'sms':
    case 'application':
    case 'firehose':
      throw invalidParameter(`Protocol: this local cloud does not deliver to ${protocol}`);
    default:
      throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
  }
}

function checkAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!ATTRIBUTES.includes(name))
      throw invalidParameter(`AttributeName: ${name} is not supported by this local cloud`);
    if (name === 'RawMessageDelivery' && !/^(true|false)$/i.test(value)) {
      throw invalidParameter(`Attributes Reason: RawMessageDelivery: Invalid value [${value}]. Must be true or false.`);
    }
    if (name === 'FilterPolicyScope' && value !== 'MessageAttributes' && value !== 'MessageBody') {
      throw invalidParameter(
        `FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
      );
    }
  }
  const scope = (attributes.FilterPolicyScope ?? 'MessageAttributes') as FilterPolicyScope;
  if (attributes.FilterPolicy) compileFilterPolicy(attributes.FilterPolicy, scope);
}
