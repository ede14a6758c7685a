import type { StoredAttribute } from '../sqs/messages.ts';
import type { Subscription } from './topics.ts';

/** A message on its way to the subscribers of a topic. */
export interface Notification {
  readonly id: string;
  readonly topicArn: string;
  readonly subject?: string;
  /** The body by protocol, where the publisher gave several. */
  readonly bodies: Readonly<Record<string, string>>;
  readonly attributes: Readonly<Record<string, StoredAttribute>>;
  /** Milliseconds since 1970. */
  readonly publishedAt: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
}

export const bodyFor = ({ bodies }: Notification, protocol: string): string => bodies[protocol] ?? bodies.default!;

/** The document that subscribers get who did not ask for raw messages. Nothing signs it here, and it says so. */
export function envelope(notification: Notification, { arn, protocol }: Subscription): Record<string, unknown> {
  const { id, topicArn, subject, attributes, publishedAt, sequenceNumber } = notification;
  const region = topicArn.split(':')[3];
  const isLambda = protocol === 'lambda';
  return {
    Type: 'Notification',
    MessageId: id,
    ...(sequenceNumber !== undefined && { SequenceNumber: sequenceNumber }),
    TopicArn: topicArn,
    ...((subject !== undefined || isLambda) && { Subject: subject ?? null }),
    Message: bodyFor(notification, protocol),
    Timestamp: new Date(publishedAt).toISOString(),
    SignatureVersion: '1',
    Signature: 'UNSIGNED',
    [isLambda ? 'SigningCertUrl' : 'SigningCertURL']:
      `https://sns.${region}.amazonaws.com/SimpleNotificationService-0000000000000000.pem`,
    [isLambda ? 'UnsubscribeUrl' : 'UnsubscribeURL']:
      `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${arn}`,
    ...((Object.keys(attributes).length > 0 || isLambda) && { MessageAttributes: shownAttributes(attributes) }),
  };
}

const shownAttributes = (attributes: Notification['attributes']) =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { type, text, base64 }]) => [name, { Type: type, Value: text ?? base64 }]),
  );

/** What a Lambda function gets. */
export const lambdaEvent = (notification: Notification, subscription: Subscription): object => ({
  Records: [
    {
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: subscription.arn,
      Sns: envelope(notification, subscription),
    },
  ],
});
