import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sandboxPaymentsTable } from '../../adapters/dynamodb/sandbox-payments-table.ts';
import { memoryPayments } from '../../adapters/memory/memory-payments.ts';
import { sandboxGateway } from '../../adapters/payments/sandbox-gateway.ts';
import { type PaymentGateway, undoPayment } from '../../domain/payment.ts';
import { type LocalTables, localTables } from './local-tables.ts';

let tables: LocalTables;
beforeAll(async () => {
  tables = await localTables();
});
afterAll(() => tables.close());

const IMPLEMENTATIONS: readonly [string, () => Promise<PaymentGateway>][] = [
  ['sandbox in memory', async () => sandboxGateway(memoryPayments())],
  [
    'sandbox in DynamoDB',
    async () => sandboxGateway(sandboxPaymentsTable(tables.documents, (await tables.create()).SandboxPayments)),
  ],
];

const TEN = { amount: 1_000, currency: 'EUR' } as const;
const declined = { name: 'PaymentDeclinedError' };
const unanswered = { name: 'PaymentUnavailableError' };
const forbidden = { name: 'PaymentStateError' };

describe.each(IMPLEMENTATIONS)('payment gateway: %s', (_, create) => {
  let gateway: PaymentGateway;
  beforeEach(async () => {
    gateway = await create();
  });
  const authorise = (token = 'tok_visa', amount: { amount: number; currency: 'EUR' } = TEN) =>
    gateway.authorise({ paymentKey: 'p1', token, amount });

  test('what is declined holds nothing, however often it is tried', async () => {
    await expect(authorise('tok_decline')).rejects.toMatchObject(declined);
    await expect(authorise('tok_decline')).rejects.toMatchObject(declined);
    expect(await gateway.find('p1')).toMatchObject({ status: 'none', captured: 0 });
  });

  test('a token that nobody knows is declined', async () => {
    await expect(authorise('tok_of_my_own')).rejects.toMatchObject(declined);
  });

  test('a request that is lost holds nothing; tried again, it may', async () => {
    await expect(authorise('tok_timeout_once')).rejects.toMatchObject(unanswered);
    expect((await gateway.find('p1')).status).toBe('none');
    expect((await authorise('tok_timeout_once')).status).toBe('authorised');
  });

  test('an answer that is lost leaves the money held; tried again, the answer comes and no more is held', async () => {
    await expect(authorise('tok_fail_after_effect')).rejects.toMatchObject(unanswered);
    expect(await gateway.find('p1')).toMatchObject({ status: 'authorised', authorised: TEN });
    expect(await authorise('tok_fail_after_effect')).toMatchObject({ status: 'authorised', authorised: TEN });
  });

  test('one key holds one amount', async () => {
    await authorise();
    await expect(authorise('tok_visa', { amount: 2_000, currency: 'EUR' })).rejects.toMatchObject(forbidden);
  });

  test('capturing twice takes once', async () => {
    await authorise();
    await gateway.capture('p1', TEN);
    expect(await gateway.capture('p1', TEN)).toMatchObject({ status: 'captured', captured: 1_000 });
  });

  test('nothing can be captured that is not held, nor more than is', async () => {
    await expect(gateway.capture('p1', TEN)).rejects.toMatchObject(forbidden);
    await authorise();
    await expect(gateway.capture('p1', { amount: 1_001, currency: 'EUR' })).rejects.toMatchObject(forbidden);
  });

  test('a capture can be declined, or lose its answer', async () => {
    await authorise('tok_capture_declined');
    await expect(gateway.capture('p1', TEN)).rejects.toMatchObject(declined);
    expect((await gateway.find('p1')).captured).toBe(0);
  });

  test('a void before the authorisation makes the authorisation fail when it arrives', async () => {
    await gateway.void('p1');
    await expect(authorise()).rejects.toMatchObject(forbidden);
    expect(await gateway.find('p1')).toMatchObject({ status: 'voided', captured: 0 });
  });

  test('what was voided can be voided again, but not captured', async () => {
    await authorise();
    await gateway.void('p1');
    await gateway.void('p1');
    await expect(gateway.capture('p1', TEN)).rejects.toMatchObject(forbidden);
  });

  test('what was captured cannot be voided', async () => {
    await authorise();
    await gateway.capture('p1', TEN);
    await expect(gateway.void('p1')).rejects.toMatchObject(forbidden);
  });

  test('a refund is given once per key, and never more than was captured', async () => {
    await authorise();
    await gateway.capture('p1', TEN);
    await gateway.refund('p1', 'r1', { amount: 400, currency: 'EUR' });
    expect(await gateway.refund('p1', 'r1', { amount: 400, currency: 'EUR' })).toMatchObject({ refunded: 400 });
    await expect(gateway.refund('p1', 'r2', { amount: 601, currency: 'EUR' })).rejects.toMatchObject(forbidden);
    expect(await gateway.refund('p1', 'r3', { amount: 600, currency: 'EUR' })).toMatchObject({ status: 'refunded' });
  });

  test('undoing gives back whatever was held or taken, so that nothing is charged', async () => {
    expect(await undoPayment(gateway, 'untouched')).toMatchObject({ status: 'voided' });
    await authorise();
    expect(await undoPayment(gateway, 'p1')).toMatchObject({ status: 'voided', captured: 0 });
    await gateway.authorise({ paymentKey: 'p2', token: 'tok_capture_unanswered', amount: TEN });
    await expect(gateway.capture('p2', TEN)).rejects.toMatchObject(unanswered);
    await expect(gateway.capture('p2', TEN)).rejects.toMatchObject(unanswered);
    expect(await undoPayment(gateway, 'p2')).toMatchObject({ status: 'refunded', captured: 1_000, refunded: 1_000 });
    expect(await undoPayment(gateway, 'p2')).toMatchObject({ status: 'refunded', refunded: 1_000 });
  });

  test('of many at once, one authorises and all get its answer', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 4 }, () => authorise()));
    for (const answer of answers) {
      const ok = answer.status === 'fulfilled' || answer.reason.name === 'ConcurrentUpdateError';
      expect(ok).toBe(true);
    }
    expect(await gateway.find('p1')).toMatchObject({ status: 'authorised', authorised: TEN });
  });
});
