import type { Mailer } from '../domain/ports.ts';
import { environment } from './environment.ts';

/** The mailer of this stage; only its own client is loaded. */
export async function mailer(): Promise<Mailer> {
  const chosen = environment('MAILER');
  if (chosen === 'sns') {
    const { SNSClient } = await import('@aws-sdk/client-sns');
    const { snsMailer } = await import('../adapters/mail/sns-mailer.ts');
    return snsMailer(new SNSClient({}), environment('APPROVALS_TOPIC_ARN'));
  }
  if (chosen === 'ses') {
    const { SESv2Client } = await import('@aws-sdk/client-sesv2');
    const { sesMailer } = await import('../adapters/mail/ses-mailer.ts');
    const configurationSet = process.env.MAIL_CONFIGURATION_SET || undefined;
    return sesMailer(new SESv2Client({}), {
      sender: environment('MAIL_SENDER'),
      ...(configurationSet && { configurationSet }),
    });
  }
  throw new Error(`MAILER is ${chosen}, neither sns nor ses.`);
}
