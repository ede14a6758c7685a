import { parseArn } from '../../aws/arn.ts';
import { type Caller, type CallService, ServiceError } from '../../aws/service.ts';
import type { Mailbox } from '../../mailbox.ts';
import type { Metric, Metrics } from '../../metrics.ts';
import { loadAttributes } from '../sqs/messages.ts';
import { compileFilterPolicy, type FilterPolicyScope, filterSubject } from './filter-policy.ts';
import { bodyFor, envelope, lambdaEvent, type Notification } from './notification.ts';
import type { Subscription } from './topics.ts';

export interface DeliveryPorts {
  readonly call: CallService;
  readonly mailbox: Pick<Mailbox, 'deliver'>;
  readonly metrics: Metrics;
  /** Told of messages that reached neither the subscriber nor a dead-letter queue. */
  readonly report: (error: unknown, what: string) => void;
}

const SENDER = 'no-reply@sns.amazonaws.com';

export function isWanted({ attributes }: Subscription, notification: Notification, protocol: string): boolean {
  const policy = attributes.FilterPolicy;
  if (!policy) return true;
  const scope = (attributes.FilterPolicyScope ?? 'MessageAttributes') as FilterPolicyScope;
  return compileFilterPolicy(
    policy,
    scope,
  )(filterSubject(scope, bodyFor(notification, protocol), notification.attributes));
}

/** Hands a notification over to one subscriber; if that fails, to the dead-letter queue of the subscription. */
export async function deliver(
  ports: DeliveryPorts,
  subscription: Subscription,
  notification: Notification,
): Promise<void> {
  const count = (name: string) => ports.metrics.record(topicMetric(notification.topicArn, name), 1);
  try {
    await handOver(ports, subscription, notification);
    count('NumberOfNotificationsDelivered');
  } catch (error) {
    count('NumberOfNotificationsFailed');
    const what = `delivery of SNS message ${notification.id} to ${subscription.protocol} ${subscription.endpoint}`;
    const target = deadLetterTarget(subscription);
    if (target === undefined || !(error instanceof ServiceError)) return ports.report(error, what);
    const body = JSON.stringify(envelope(notification, subscription));
    await sendToQueue(ports, target, body, notification, {}).catch((reason) => ports.report(reason, what));
  }
}

function topicMetric(topicArn: string, name: string): Metric {
  const { account, region, resource } = parseArn(topicArn)!;
  return { account, region, namespace: 'AWS/SNS', name, dimensions: { TopicName: resource }, unit: 'Count' };
}

async function handOver(ports: DeliveryPorts, subscription: Subscription, notification: Notification): Promise<void> {
  const { protocol, endpoint, attributes } = subscription;
  switch (protocol) {
    case 'sqs': {
      const isRaw = attributes.RawMessageDelivery?.toLowerCase() === 'true';
      const body = isRaw ? bodyFor(notification, protocol) : JSON.stringify(envelope(notification, subscription));
      await sendToQueue(ports, endpoint, body, notification, isRaw ? loadAttributes(notification.attributes) : {});
      return;
    }
    case 'lambda': {
      const Payload = Buffer.from(JSON.stringify(lambdaEvent(notification, subscription)));
      await ports.call(
        'lambda',
        'Invoke',
        { FunctionName: endpoint, InvocationType: 'Event', Payload },
        callerOf(endpoint),
      );
      return;
    }
    default: {
      const text =
        protocol === 'email'
          ? bodyFor(notification, protocol)
          : JSON.stringify(envelope(notification, subscription), null, 2);
      ports.mailbox.deliver({
        from: SENDER,
        to: [endpoint],
        subject: notification.subject ?? 'AWS Notification Message',
        text,
      });
    }
  }
}

async function sendToQueue(
  { call }: DeliveryPorts,
  queueArn: string,
  body: string,
  notification: Notification,
  MessageAttributes: object,
): Promise<void> {
  const { groupId, deduplicationId, id } = notification;
  const name = parseArn(queueArn)!.resource;
  const isFifo = name.endsWith('.fifo');
  await call(
    'sqs',
    'SendMessage',
    {
      QueueUrl: name,
      MessageBody: body,
      MessageAttributes,
      ...(groupId !== undefined && { MessageGroupId: groupId }),
      ...(isFifo && { MessageDeduplicationId: deduplicationId ?? id }),
    },
    callerOf(queueArn),
  );
}

/** Subscribers may be in another account or region. */
function callerOf(arn: string): Caller {
  const { account, region } = parseArn(arn)!;
  return { account, region };
}

function deadLetterTarget({ attributes }: Subscription): string | undefined {
  try {
    return JSON.parse(attributes.RedrivePolicy ?? '{}').deadLetterTargetArn;
  } catch {
    return undefined;
  }
}
