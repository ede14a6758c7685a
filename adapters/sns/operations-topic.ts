import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Operators } from '../../domain/payment-notice.ts';
import { asciiLine } from '../mail/subject-line.ts';

/** Tells operators by the topic that alarms go to, too. */
export const operationsTopic = (client: Pick<SNSClient, 'send'>, topicArn: string): Operators => ({
  async tell(subject, text) {
    await client.send(new PublishCommand({ TopicArn: topicArn, Subject: asciiLine(subject), Message: text }));
  },
});
