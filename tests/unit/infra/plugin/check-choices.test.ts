import { expect, test } from '@jest/globals';
import { checkChoices } from '../../../../infra/plugin/check-choices.ts';

const check = (environment: Record<string, string>) => {
  const chosen = { PAYMENTS: 'sandbox', MAILER: 'sns', ...environment };
  return checkChoices({ pay: { name: 'pay', handler: 'dist/pay/index.handler', environment: chosen } }).map(
    ({ place }) => place,
  );
};
const NAMES = { STRIPE_API_KEY_SECRET_NAME: 'shop/prod/stripe-api-key', STRIPE_WEBHOOK_SECRET_NAME: 'shop/stripe' };

test.each([
  ['payments by nobody', { PAYMENTS: 'paypal' }, ['params payments']],
  ['mail by nobody', { MAILER: '' }, ['params mailer']],
  ['SES without a sender', { MAILER: 'ses', MAIL_SENDER: '' }, ['params mailSender']],
  ['SES with two senders', { MAILER: 'ses', MAIL_SENDER: 'a@x.org, b@x.org' }, ['params mailSender']],
  ['Stripe without secrets', { PAYMENTS: 'stripe' }, ['params stripeApiKeySecret', 'params stripeWebhookSecret']],
  [
    'a secret itself where its name belongs',
    { PAYMENTS: 'stripe', ...NAMES, STRIPE_WEBHOOK_SECRET_NAME: 'whsec_abc' },
    ['params stripeWebhookSecret'],
  ],
])('%s is refused', (_, environment, places) => {
  expect(check(environment)).toEqual(places);
});

test('a sandbox with mails by SNS needs nothing, the others what they use', () => {
  expect(check({})).toEqual([]);
  expect(check({ PAYMENTS: 'stripe', ...NAMES, MAILER: 'ses', MAIL_SENDER: 'approvals@example.com' })).toEqual([]);
});
