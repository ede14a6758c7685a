import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sesMailer } from '../../adapters/mail/ses-mailer.ts';
import { snsMailer } from '../../adapters/mail/sns-mailer.ts';
import { memoryMailer } from '../../adapters/memory/memory-mailer.ts';
import type { Mail, Mailer } from '../../domain/ports.ts';
import { type CoreCloud, startCoreCloud } from '../unit/local/services/core-cloud.ts';

// Real clients against the services of the local cloud, which lands mails in a mailbox.

/** A mailer, and what arrived in whose mailbox. */
interface Post {
  readonly mailer: Mailer;
  readonly delivered: () => readonly Partial<Mail>[];
}

const READERS = ['a@example.com', 'b@example.com'];
const SENDER = 'approvals@example.com';

let cloud: CoreCloud;
beforeEach(async () => {
  cloud = await startCoreCloud();
});
afterEach(() => cloud.close());

/** As the template subscribes approvers. */
async function sns(): Promise<Post> {
  const client = cloud.client(SNSClient);
  const { TopicArn } = await client.send(new CreateTopicCommand({ Name: 'approvals' }));
  for (const address of READERS) {
    const Attributes = { FilterPolicy: JSON.stringify({ approver: [address] }) };
    await client.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: address, Attributes }));
  }
  return { mailer: snsMailer(client, String(TopicArn)), delivered };
}

async function ses(): Promise<Post> {
  const client = cloud.client(SESv2Client);
  await client.send(new CreateEmailIdentityCommand({ EmailIdentity: SENDER }));
  return { mailer: sesMailer(client, { sender: SENDER }), delivered };
}

const delivered = () =>
  cloud.mailbox
    .list()
    .reverse()
    .map(({ to, subject, text, html }) => ({ to: to.join(), subject, text, ...(html !== undefined && { html }) }));

async function memory(): Promise<Post> {
  const mailer = memoryMailer();
  return { mailer, delivered: () => mailer.sent };
}

const mailTo = (to: string, subject = `For ${to}`): Mail => ({
  to,
  subject,
  text: 'Zeile\nhttps://x',
  html: '<p>Zeile <a href="https://x">x</a></p>',
});

describe.each([
  ['memory', memory, true],
  ['SES', ses, true],
  ['SNS', sns, false],
] as const)('mail by %s', (_, create, sendsHtml) => {
  const asSent = ({ html, ...mail }: Mail) => (sendsHtml ? { ...mail, html } : mail);

  test.each([
    ['a line break', 'Order\r\nBcc: everybody@example.com\r\n\r\nHello'],
    ['control characters', 'Order\u0000\u0007\u001b[31m'],
    ['separators of lines and paragraphs', 'Order\u2028Bcc: x\u2029y\u0085z'],
  ])('%s in a subject adds neither a header nor a line', async (_, subject) => {
    const { mailer, delivered } = await create();
    await mailer.send(mailTo('a@example.com', subject));
    const mails = delivered();
    expect(mails.map(({ to }) => to)).toEqual(['a@example.com']);
    expect(mails[0]?.subject).toMatch(/^Order[^\p{Cc}\p{Zl}\p{Zp}]*$/u);
    expect(mails[0]?.text).toBe('Zeile\nhttps://x');
  });

  test('a subject that is too long is shortened, not refused', async () => {
    const { mailer, delivered } = await create();
    await mailer.send(mailTo('a@example.com', 'ä'.repeat(1_000)));
    expect(delivered()[0]?.subject?.length).toBeLessThanOrEqual(200);
  });

  test('reaches whom it is for and nobody else, as it was written, in order', async () => {
    const { mailer, delivered } = await create();
    const mails = READERS.map((to) => mailTo(to));
    for (const mail of mails) await mailer.send(mail);
    expect(delivered()).toEqual(mails.map(asSent));
  });
});

test('SES sends a subject with umlauts and signs as it is; SNS, which refuses it, with question marks', async () => {
  for (const [create, arrives] of [
    [ses, 'Größe € 🖊'],
    [sns, 'Gr??e ? ?'],
  ] as const) {
    const { mailer, delivered } = await create();
    await mailer.send(mailTo('a@example.com', 'Größe € 🖊'));
    expect(delivered().at(-1)?.subject).toBe(arrives);
  }
});

describe.each([
  ['SNS', (): Mailer => snsMailer(nowhere(SNSClient), 'arn:aws:sns:eu-central-1:123456789012:approvals')],
  ['SES', (): Mailer => sesMailer(nowhere(SESv2Client), { sender: SENDER })],
  ['SES with a sender that is not verified', (): Mailer => sesMailer(cloud.client(SESv2Client), { sender: SENDER })],
])('%s that does not take a message', (_, create) => {
  test('is an error that can be retried, and that does not quote the mail', async () => {
    const mail = { ...mailTo('a@example.com'), text: 'https://example.com/approvals/x?link=secret' };
    const error = await create()
      .send(mail)
      .catch((caught: Error) => caught);
    expect(error).toMatchObject({ name: 'MailNotSentError' });
    expect(String(error)).not.toContain('secret');
    expect(cloud.mailbox.list()).toEqual([]);
  });
});

test('SES says which failure it was: a sender that is not verified is for a person to mend', async () => {
  const send = sesMailer(cloud.client(SESv2Client), { sender: SENDER }).send(mailTo('a@example.com'));
  await expect(send).rejects.toThrow('MessageRejected');
});

/** Nothing listens there. */
const nowhere = <T>(Client: new (options: object) => T): T => cloud.client(Client, { endpoint: 'http://127.0.0.1:1' });
