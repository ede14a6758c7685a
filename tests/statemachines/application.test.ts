import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { directTables, type LocalTables } from '../contracts/local-tables.ts';
import { type Application, type ApplicationOptions, application } from './application.ts';
import { linkIn } from './browser.ts';
import { body, products } from './sample-order.ts';

let tables: LocalTables;
beforeAll(() => {
  tables = directTables();
});
afterAll(() => tables.close());

const create = (options?: ApplicationOptions) => application(tables, options);

const TWO_DESKS = { lines: [{ sku: 'DESK', quantity: 2 }] };
const PRESS = { lines: [{ sku: 'PRESS', quantity: 1 }] };

/** Every approver who gets a mail presses this button. */
const pressing =
  (decision: string): ApplicationOptions['onMails'] =>
  async (mails, app) => {
    for (const { text } of mails) await app.web.press(linkIn(text), decision);
  };

const standing = async ({ catalogue }: Application) =>
  (await catalogue.list()).map(({ sku, stock, reserved, shipped }) => [sku, stock, reserved, shipped]);
const untouched = products()
  .map(({ sku, stock }) => [sku, stock, 0, 0])
  .sort();

/** I2, I3, I8, I9 after one order. */
async function expectNothingTaken(app: Application, orderId: string): Promise<void> {
  expect(await standing(app)).toEqual(untouched);
  const { captured, refunded, status } = await app.payments.find(orderId);
  expect(captured - refunded).toBe(0);
  expect(status).not.toBe('authorised');
}

const steps = (seen: { timeline: { step: string }[] }) => seen.timeline.map(({ step }) => step);

describe('an order', () => {
  test('below the limit completes without a person', async () => {
    const app = await create();
    const { orderId, placed, processed, seen } = await app.order(body());
    expect(placed.output).toMatchObject({ orderId, status: 'placed', total: 7_800, needsApproval: false });
    expect(seen).toMatchObject({
      status: 'completed',
      total: 7_800,
      payment: { status: 'captured' },
      invoice: { number: `INV-${orderId.slice(4)}` },
    });
    expect(steps(seen)).toEqual(['placed', 'reserved', 'authorised', 'invoiced', 'capturing', 'captured', 'completed']);
    expect(await app.payments.find(orderId)).toMatchObject({ captured: 7_800, refunded: 0 });
    expect(await standing(app)).toContainEqual(['LAMP', 8, 0, 2]);
    expect(processed.states.length).toBeLessThanOrEqual(14);
    expect(app.mailer.sent).toEqual([]);
  });

  test('above it waits for its approver, and shows who approved', async () => {
    const app = await create({ onMails: pressing('approve') });
    const { seen } = await app.order(body(TWO_DESKS));
    expect(app.mailer.sent.map(({ to, subject }) => [to, subject])).toEqual([
      ['manager@example.com', 'Please decide: Order for 1,200.00 EUR'],
      ['manager@example.com', 'Approved: Order for 1,200.00 EUR'],
    ]);
    expect(seen.status).toBe('completed');
    expect(seen.timeline).toContainEqual({
      step: 'approved',
      at: '2026-11-22T12:00:00.000Z',
      what: 'Approved',
      by: 'manager@example.com',
    });
    const standard = app.runs.slice(1).reduce((sum, { states }) => sum + states.length, 0);
    expect(standard).toBeLessThanOrEqual(24);
  });

  test('that is rejected ends so, with its stock given back and no payment', async () => {
    const app = await create({ onMails: pressing('reject') });
    const { orderId, seen, processed } = await app.order(body(TWO_DESKS));
    expect(seen.status).toBe('rejected');
    expect(steps(seen).slice(-2)).toEqual(['stopped', 'released']);
    expect(seen.timeline.at(-2)).toMatchObject({ what: 'Rejected', by: 'manager@example.com' });
    expect(processed.output).toEqual({ orderId, status: 'rejected' });
    await expectNothingTaken(app, orderId);
  });

  test('that nobody decides about expires, after a reminder and an escalation', async () => {
    const app = await create();
    const { orderId, seen } = await app.order(body(TWO_DESKS));
    expect(app.mailer.sent.map(({ to, subject }) => [to, subject.split(':')[0]])).toEqual([
      ['manager@example.com', 'Please decide'],
      ['manager@example.com', 'Reminder'],
      ['director@example.com', 'Escalated to you'],
      ['manager@example.com', 'Expired'],
      ['director@example.com', 'Expired'],
    ]);
    expect(seen).toMatchObject({ status: 'expired', endedAt: '2026-11-25T12:00:00.000Z' });
    await expectNothingTaken(app, orderId);
  });

  test('that needs two stages asks two of finance after the manager', async () => {
    const app = await create({
      onMails: async (mails, { web }) => {
        for (const { text } of mails.slice(0, 2)) await web.press(linkIn(text), 'approve');
      },
    });
    const { seen } = await app.order(body(PRESS));
    expect(seen.status).toBe('completed');
    expect(seen.timeline.find(({ step }: { step: string }) => step === 'approved').by).toBe(
      'manager@example.com, cfo@example.com, controller@example.com',
    );
  });

  test('whose payment is declined ends so', async () => {
    const app = await create();
    const { orderId, seen } = await app.order(body({ payment: { token: 'tok_decline' } }));
    expect(seen.status).toBe('payment-declined');
    await expectNothingTaken(app, orderId);
  });

  test('whose payment is declined only when it is taken is undone in full', async () => {
    const app = await create();
    const { orderId, seen } = await app.order(body({ payment: { token: 'tok_capture_declined' } }));
    expect(seen).toMatchObject({ status: 'payment-declined', payment: { status: 'voided' } });
    expect(seen.invoice.cancelledAt).toBeDefined();
    expect(app.published.map(({ state }) => state)).toContain('Recall picks');
    expect(steps(seen).slice(-4)).toEqual(['stopped', 'invoice-cancelled', 'voided', 'released']);
    await expectNothingTaken(app, orderId);
  });

  test.each(['tok_timeout_once', 'tok_fail_after_effect'])('paid with %s is charged once', async (token) => {
    const app = await create();
    const { orderId, seen } = await app.order(body({ payment: { token } }));
    expect(seen.status).toBe('completed');
    expect(await app.payments.find(orderId)).toMatchObject({ captured: 7_800, refunded: 0 });
  });

  test.each([
    ['tok_timeout', 'voided'],
    ['tok_capture_unanswered', 'refunded'],
  ])('whose provider never answers (%s) fails, with nothing charged', async (token, status) => {
    const app = await create();
    const { orderId, seen } = await app.order(body({ payment: { token } }));
    expect(seen.status).toBe('failed');
    expect((await app.payments.find(orderId)).status).toBe(status);
    await expectNothingTaken(app, orderId);
  });

  test('whose money cannot be given back says so and is not called complete', async () => {
    const app = await create();
    const { processed, seen } = await app.order(body({ payment: { token: 'tok_void_fails' } }));
    expect(processed.error).toBe('CompensationFailedError');
    expect(seen.status).toBe('compensation-failed');
    expect(seen.timeline.find(({ step }: { step: string }) => step === 'undo-failed').what).toContain(
      'could not be undone: Void payment',
    );
    expect(await standing(app)).toEqual(untouched);
  });

  test('of which there is not enough is out of stock, all of it, before anybody is asked', async () => {
    const app = await create({ onMails: pressing('approve') });
    const lines = [
      { sku: 'LAMP', quantity: 1 },
      { sku: 'DESK', quantity: 11 },
    ];
    const { orderId, seen } = await app.order(body({ lines }));
    expect(seen.status).toBe('out-of-stock');
    expect(app.mailer.sent).toEqual([]);
    await expectNothingTaken(app, orderId);
  });

  test('for later waits for its date, and is charged only then', async () => {
    const app = await create();
    const { seen } = await app.order(body({ shipAt: '2026-12-01T08:00:00Z' }));
    expect(seen.timeline.find(({ step }: { step: string }) => step === 'captured').at).toBe('2026-12-01T08:00:00.000Z');
  });
});

describe('placing', () => {
  const answers = async (app: Application, ...bodies: object[]) => {
    const runs = [];
    for (const one of bodies) runs.push(await app.place(one));
    return runs;
  };

  test('the same order again gives the same answer, whatever has happened to it meanwhile', async () => {
    const app = await create();
    const { placed } = await app.order(body());
    await app.catalogue.put('LAMP', { name: 'Dearer', prices: { EUR: 9_900 }, warehouse: 'main' });
    const again = await app.place(body());
    expect(again.output).toEqual(placed.output);
    expect(app.started).toHaveLength(1);
  });

  test('the same order twice at once gives one order, one execution, and the same answer', async () => {
    const app = await create();
    const [first, second] = await Promise.all([app.place(body()), app.place(body())]);
    expect({ ...(second?.output as object), placedAt: 0 }).toEqual({ ...(first?.output as object), placedAt: 0 });
    expect(app.started).toHaveLength(1);
  });

  test('another order under the same key is refused, and under another client’s key it is another order', async () => {
    const app = await create();
    const [, other] = await answers(app, body(), body(TWO_DESKS));
    expect(other?.error).toBe('IdempotencyKeyReusedError');
    const detail = { idempotencyKey: 'key-1', order: body() };
    const event = await app.submit({ 'detail-type': 'OrderSubmitted', source: 'shop', detail });
    expect(event.status).toBe('SUCCEEDED');
    expect(app.started).toHaveLength(2);
  });

  test('what is wrong is refused by field, and nothing is recorded', async () => {
    const app = await create();
    const wrong = {
      ...body({
        lines: [
          { sku: 'NONE', quantity: 1 },
          { sku: 'LAMP', quantity: 1.5 },
        ],
      }),
      surprise: true,
    };
    const [refused] = await answers(app, wrong);
    expect(refused?.error).toBe('InvalidOrderError');
    const problem = JSON.parse(refused?.cause ?? '{}');
    expect(problem).toMatchObject({ type: '/problems/invalid-order', status: 422 });
    expect(problem.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/surprise',
      '/lines/1/quantity',
    ]);
    expect(app.started).toEqual([]);
  });

  test('an event that is delivered five times makes one order', async () => {
    const app = await create();
    const event = {
      'detail-type': 'OrderSubmitted',
      source: 'shop',
      id: 'e',
      detail: { idempotencyKey: 'k', order: body() },
    };
    const runs = [];
    for (let delivery = 1; delivery <= 5; delivery++) runs.push(await app.submit(event));
    expect(new Set(runs.map(({ output }) => JSON.stringify(output))).size).toBe(1);
    expect(app.started).toHaveLength(1);
    const [orderId = ''] = app.started;
    await app.process(orderId);
    expect(await app.payments.find(orderId)).toMatchObject({ captured: 7_800 });
  });
});

describe('fifty clicks at once on one link', () => {
  test('are one decision', async () => {
    const statuses: number[] = [];
    const app = await create({
      onMails: async ([mail], { web }) => {
        const link = linkIn(mail?.text ?? '');
        const { fields, cookie } = web.formOf(await web.open(link));
        const { approvalId } = web.parse(link);
        const clicks = Array.from({ length: 50 }, () =>
          web.send(approvalId, { ...fields, decision: 'approve' }, cookie),
        );
        statuses.push(...(await Promise.all(clicks)).map(({ statusCode }) => statusCode));
      },
    });
    const { seen } = await app.order(body(TWO_DESKS));
    expect(seen.status).toBe('completed');
    expect(statuses.sort()).toEqual([200, ...Array(49).fill(409)]);
  });
});

describe('an execution that begins again for an order that has ended', () => {
  test('touches nothing', async () => {
    const app = await create();
    const { orderId, seen } = await app.order(body());
    const again = await app.process(orderId);
    expect(again.output).toEqual({ orderId, status: 'closed-before' });
    expect(await app.see(orderId)).toEqual(seen);
  });
});
