import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { MailNotSentError } from '../../domain/errors.ts';
import type { Mailer } from '../../domain/ports.ts';
import { oneLine } from './subject-line.ts';

export interface SesSettings {
  /** An address that is verified in SES, or one of a domain that is. */
  readonly sender: string;
  readonly configurationSet?: string;
}

const utf8 = (text: string) => ({ Data: text, Charset: 'UTF-8' });

/** Mail by SES, as HTML and as text. SES makes the headers: nothing that is given here can add one. */
export const sesMailer = (client: Pick<SESv2Client, 'send'>, { sender, configurationSet }: SesSettings): Mailer => ({
  async send({ to, subject, text, html }) {
    const command = new SendEmailCommand({
      FromEmailAddress: sender,
      Destination: { ToAddresses: [to] },
      ConfigurationSetName: configurationSet,
      Content: { Simple: { Subject: utf8(oneLine(subject)), Body: { Text: utf8(text), Html: utf8(html) } } },
    });
    try {
      await client.send(command);
    } catch (cause) {
      // The name says what to mend (MessageRejected: the sender isn't verified); the message might quote the mail.
      throw new MailNotSentError(`SES did not take the message: ${(cause as Error).name}.`, { cause });
    }
  },
});
