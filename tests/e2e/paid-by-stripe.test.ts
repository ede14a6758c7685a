import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { ListTopicsCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import Stripe from 'stripe';
import { linkIn, until } from '../../scripts/demo/shop.ts';
import { type StripeDouble, startStripeDouble } from '../contracts/stripe/stripe-double.ts';
import { LARGE_ORDER, type LocalShop, MANAGER, SMALL_ORDER, startLocalShop } from './running-shop.ts';

// The same package as everywhere, started with other parameters: Stripe (a double of it) takes the money, SES sends the mails.

jest.setTimeout(60_000);

const SENDER = 'approvals@example.com';
const WEBHOOK_SECRET = 'whsec_of_the_test';
const CARD = { payment: { token: 'pm_card_visa' } };

let stripe: StripeDouble;
let shop: LocalShop;
let client: <T>(Client: new (options: object) => T) => T;

beforeAll(async () => {
  stripe = await startStripeDouble();
  shop = await startLocalShop({
    parameters: { Payments: 'stripe', StripeUrl: stripe.url, Mailer: 'ses', MailSender: SENDER },
  });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = (Client) => new Client({ endpoint: shop.urls.aws, region: 'eu-central-1', credentials });
  // What docs/deploying.md says to do once.
  const secrets = client(SecretsManagerClient);
  for (const [Name, SecretString] of [
    ['countersign/dev/stripe-api-key', 'sk_test_double'],
    ['countersign/dev/stripe-webhook', WEBHOOK_SECRET],
  ]) {
    await secrets.send(new CreateSecretCommand({ Name, SecretString }));
  }
  await client(SESv2Client).send(new CreateEmailIdentityCommand({ EmailIdentity: SENDER }));
});
afterAll(async () => {
  await shop?.close();
  await stripe?.close();
});

const post = async (body: string, signature?: string) => {
  const headers = { 'Content-Type': 'application/json', ...(signature && { 'Stripe-Signature': signature }) };
  const response = await fetch(`${shop.urls.api}/webhooks/stripe`, { method: 'POST', headers, body });
  return { status: response.status, body: await response.json() };
};

test('a declined card ends the order', async () => {
  const declined = { ...SMALL_ORDER, payment: { token: 'pm_card_visa_chargeDeclined' } };
  const order = await shop.shop.ended(await shop.shop.place(declined, 'declined'));
  expect(order.status).toBe('payment-declined');
});

test('an order is approved by a mail in HTML from the verified sender, and charged at Stripe, once', async () => {
  const orderId = await shop.shop.place({ ...LARGE_ORDER, ...CARD }, 'stripe');
  const mail = await shop.shop.mailTo(MANAGER, orderId);
  expect(mail).toMatchObject({ from: SENDER, html: expect.stringContaining('Read and decide') });
  await shop.shop.decide(linkIn(mail), 'approve');
  expect(await shop.shop.ended(orderId)).toMatchObject({ status: 'completed', charged: 259_600 });
  const [intent] = stripe.objects.intents.filter(({ metadata }) => metadata.paymentKey === orderId);
  expect(intent).toMatchObject({ status: 'succeeded', amount_received: 259_600, currency: 'eur' });
});

test('what Stripe tells is believed with its signature only, and told once to the order and to the operators', async () => {
  const orderId = await shop.shop.place({ ...SMALL_ORDER, ...CARD }, 'disputed');
  await shop.shop.ended(orderId);
  const sns = client(SNSClient);
  const { Topics = [] } = await sns.send(new ListTopicsCommand({}));
  const TopicArn = Topics.map((topic) => topic.TopicArn).find((arn) => arn?.includes('OperationsTopic'));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'operator@example.com' }));

  const intent = stripe.objects.intents.find(({ metadata }) => metadata.paymentKey === orderId);
  const dispute = {
    id: 'dp_1',
    amount: 9_800,
    currency: 'eur',
    reason: 'Größe passt nicht',
    payment_intent: intent?.id,
  };
  const object = { ...dispute, created: Math.floor(shop.now() / 1_000) };
  const payload = JSON.stringify({ id: 'evt_1', type: 'charge.dispute.created', data: { object } }, null, 2);
  const signature = (secret: string) =>
    Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: Math.floor(shop.now() / 1_000) });

  expect((await post(payload)).status).toBe(400);
  expect((await post(payload, signature('whsec_other'))).status).toBe(400);
  expect((await post(payload.replace('Größe', 'Grösse'), signature(WEBHOOK_SECRET))).status).toBe(400);
  expect(await post(payload, signature(WEBHOOK_SECRET))).toEqual({ status: 200, body: { received: true } });
  expect(await post(payload, signature(WEBHOOK_SECRET))).toMatchObject({ status: 200, body: { repeated: true } });

  const { timeline } = await shop.shop.order(orderId);
  expect(timeline.filter(({ what }) => what.includes('disputes 98.00 EUR'))).toEqual([
    expect.objectContaining({ step: 'payment-notice' }),
  ]);
  const told = await until('a mail to the operator', async () =>
    (await shop.shop.mails()).find(({ to }) => [to].flat().includes('operator@example.com')),
  );
  expect(told.text).toContain(orderId);
});
