import { type PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { snsMailer } from '../../adapters/mail/sns-mailer.ts';
import { memoryMailer } from '../../adapters/memory/memory-mailer.ts';
import type { Mail, Mailer } from '../../domain/ports.ts';

/** A mailer, and what arrived in whose mailbox. */
type Post = readonly [Mailer, () => readonly Mail[]];

/** The topic stands in for SNS: it delivers by the filter policy that every approver's subscription has. */
function topic(): Post {
  const delivered: Mail[] = [];
  const client = {
    send: async ({ input }: PublishCommand) => {
      const to = input.MessageAttributes?.approver?.StringValue ?? '';
      delivered.push({ to, subject: input.Subject ?? '', text: input.Message ?? '' });
      return {};
    },
  } as unknown as SNSClient;
  return [snsMailer(client, 'arn:aws:sns:eu-central-1:123456789012:approvals'), () => delivered];
}

const IMPLEMENTATIONS: readonly [string, () => Post][] = [
  [
    'memory',
    () => {
      const mailer = memoryMailer();
      return [mailer, () => mailer.sent];
    },
  ],
  ['SNS', topic],
];

describe.each(IMPLEMENTATIONS)('mail by %s', (_, create) => {
  let mailer: Mailer;
  let delivered: () => readonly Mail[];
  beforeEach(() => {
    [mailer, delivered] = create();
  });

  test('reaches whom it is for, as it was written, in order', async () => {
    const mails = ['a@example.com', 'b@example.com'].map((to) => ({
      to,
      subject: `For ${to}`,
      text: 'Zeile\nhttps://x',
    }));
    for (const mail of mails) await mailer.send(mail);
    expect(delivered()).toEqual(mails);
  });
});

describe('SNS that does not take a message', () => {
  let client: SNSClient;
  beforeAll(() => {
    // Nothing listens there.
    client = new SNSClient({
      endpoint: 'http://127.0.0.1:1',
      region: 'eu-central-1',
      maxAttempts: 1,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
  });
  afterAll(() => client.destroy());

  test('is an error that can be retried, and that does not quote the mail', async () => {
    const send = snsMailer(client, 'arn:aws:sns:eu-central-1:123456789012:approvals').send({
      to: 'a@example.com',
      subject: 'Please decide',
      text: 'https://example.com/approvals/x?link=secret',
    });
    const error = await send.catch((caught: Error) => caught);
    expect(error).toMatchObject({ name: 'MailNotSentError' });
    expect(String(error)).not.toContain('secret');
  });
});
