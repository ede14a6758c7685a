import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { MailNotSentError } from '../../domain/errors.ts';
import type { Mailer } from '../../domain/ports.ts';
import { asciiLine } from './subject-line.ts';

/**
 * Mail by SNS: each approver is subscribed to the topic with a filter policy on the message attribute `approver`, so a
 * message reaches nobody else. Works right after a deploy, with no verified sender; plain text only.
 */
export const snsMailer = (client: Pick<SNSClient, 'send'>, topicArn: string): Mailer => ({
  async send({ to, subject, text }) {
    try {
      await client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: asciiLine(subject),
          Message: text,
          MessageAttributes: { approver: { DataType: 'String', StringValue: to } },
        }),
      );
    } catch (cause) {
      throw new MailNotSentError('SNS did not take the message.', { cause });
    }
  },
});
