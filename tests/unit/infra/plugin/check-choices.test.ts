import { expect, test } from '@jest/globals';
import { checkChoices } from '../../../../infra/plugin/check-choices.ts';

const RIGHT = {
  ...{ Payments: 'sandbox', StripeApiKeySecret: 'shop/prod/stripe-api-key', StripeWebhookSecret: 'shop/prod/stripe' },
  ...{ Mailer: 'sns', MailSender: '' },
};

const check = (chosen: Record<string, string>) => {
  const parameters = Object.entries({ ...RIGHT, ...chosen }).map(([name, Default]) => [
    name,
    { Type: 'String', Default },
  ]);
  return checkChoices(Object.fromEntries(parameters)).map(({ place }) => place);
};

test.each([
  ['payments by nobody', { Payments: 'paypal' }, ['Parameters.Payments']],
  ['mail by nobody', { Mailer: '' }, ['Parameters.Mailer']],
  ['SES without a sender', { Mailer: 'ses' }, ['Parameters.MailSender']],
  ['SES with two senders', { Mailer: 'ses', MailSender: 'a@x.org, b@x.org' }, ['Parameters.MailSender']],
  ['no name of a secret', { StripeApiKeySecret: '' }, ['Parameters.StripeApiKeySecret']],
  ['an API key where its name belongs', { StripeApiKeySecret: 'sk_live_1' }, ['Parameters.StripeApiKeySecret']],
  ['a secret where its name belongs', { StripeWebhookSecret: 'whsec_1' }, ['Parameters.StripeWebhookSecret']],
])('%s is refused', (_, chosen, places) => {
  expect(check(chosen)).toEqual(places);
});

test('a sandbox with mails by SNS, and Stripe with mails by SES, are taken', () => {
  expect(check({})).toEqual([]);
  expect(check({ Payments: 'stripe', Mailer: 'ses', MailSender: 'approvals@example.com' })).toEqual([]);
});
