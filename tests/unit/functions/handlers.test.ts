import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

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
  SANDBOX_PAYMENTS_TABLE: 's',
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
  beforeAll(() => {
    Object.assign(process.env, VARIABLES);
  });
  afterAll(() => {
    process.env = before;
  });

  test.each(FOLDERS)('%s is put together from its environment alone', async (folder) => {
    const { handler } = (await import(`../../../functions/${folder}/handler.ts`)) as { handler: unknown };
    expect(typeof handler).toBe('function');
  });

  test('refuses to start without its environment', async () => {
    const { environment } = await import('../../../functions/environment.ts');
    expect(() => environment('NOT_SET')).toThrow('NOT_SET');
  });
});
