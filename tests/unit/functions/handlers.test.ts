import { readdirSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { documentClient } from '../../../adapters/dynamodb/document-client.ts';
import { httpEvent } from '../../statemachines/browser.ts';

const FOLDERS = readdirSync(new URL('../../../functions', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'web')
  .map(({ name }) => name);

const VARIABLES = {
  AWS_REGION: 'eu-central-1',
  ORDERS_TABLE: 'o',
  PRODUCTS_TABLE: 'p',
  RESERVATIONS_TABLE: 'r',
  APPROVALS_TABLE: 'a',
  APPROVAL_AUDIT_TABLE: 'aa',
  MOVEMENTS_TABLE: 'm',
  LEDGERS_BUCKET: 'l',
  PAYMENTS: 'sandbox',
  SANDBOX_PAYMENTS_TABLE: 's',
  STRIPE_PAYMENTS_TABLE: 'sp',
  STRIPE_API_KEY_SECRET_NAME: 'shop/stripe-api-key',
  STRIPE_WEBHOOK_SECRET_NAME: 'shop/stripe-webhook',
  PAYMENT_EVENTS_TABLE: 'pe',
  OPERATIONS_TOPIC_ARN: 'arn',
  MAILER: 'sns',
  MAIL_SENDER: '',
  APPROVALS_TOPIC_ARN: 'arn',
  UNDO_ORDER_MACHINE_ARN: 'arn',
  REFUND_ORDER_MACHINE_ARN: 'arn',
  PROCESS_ORDER_MACHINE_ARN: 'arn',
  SIGN_OFF_MACHINE_ARN: 'arn',
  ISSUER: 'https://login.example.com',
  AUDIENCE: 'countersign',
  AUTHORIZATION_REQUIRED: 'true',
  PUBLIC_BASE_URL: 'https://api.example.com/',
};

describe('every function', () => {
  const before = { ...process.env };
  beforeEach(() => {
    Object.assign(process.env, VARIABLES);
  });
  afterAll(() => {
    process.env = before;
  });

  test.each(FOLDERS)('%s is put together from its environment alone', async (folder) => {
    const { handler } = (await import(`../../../functions/${folder}/handler.ts`)) as { handler: unknown };
    expect(typeof handler).toBe('function');
  });

  test('a stage that is not paid by Stripe has no webhook of it', async () => {
    const { handler } = await import('../../../functions/stripe-webhook/handler.ts');
    const request = httpEvent({ body: '{}', headers: { 'Stripe-Signature': 't=1,v1=x' } });
    expect(await handler(request, {} as Context)).toMatchObject({ statusCode: 404 });
  });

  test('the stage chooses who takes the money and who sends the mail, among those that there are', async () => {
    const { paymentGateway } = await import('../../../functions/payments.ts');
    const { mailer } = await import('../../../functions/mailer.ts');
    const client = documentClient();
    for (const PAYMENTS of ['sandbox', 'stripe']) {
      Object.assign(process.env, { PAYMENTS });
      expect(Object.keys(await paymentGateway(client)).sort()).toEqual([
        'authorise',
        'capture',
        'find',
        'refund',
        'void',
      ]);
    }
    Object.assign(process.env, { PAYMENTS: 'paypal', MAILER: 'ses' });
    await expect(paymentGateway(client)).rejects.toThrow('paypal');
    await expect(mailer()).rejects.toThrow('MAIL_SENDER');
    Object.assign(process.env, { MAIL_SENDER: 'approvals@example.com' });
    expect(Object.keys(await mailer())).toEqual(['send']);
    Object.assign(process.env, { MAILER: 'pigeon' });
    await expect(mailer()).rejects.toThrow('pigeon');
  });

  test('refuses to start without its environment', async () => {
    const { environment } = await import('../../../functions/environment.ts');
    expect(() => environment('NOT_SET')).toThrow('NOT_SET');
  });
});
