import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { orderIdOf, requestHashOf, shipmentsOf, subjectOf, timelineOf } from '../../../domain/order.ts';
import { checkOrder } from '../../../domain/place-order.ts';
import { subjectHash } from '../../../domain/subject.ts';
import { parseSubmission } from '../../../domain/submission.ts';
import { body, policy, products, sampleOrder } from '../../statemachines/sample-order.ts';

const AT = Date.UTC(2026, 10, 22, 12);
const check = (value: unknown) =>
  checkOrder({ client: 'http:c', idempotencyKey: 'k', body: value }, async () => products(), policy, AT);
const errorsOf = async (value: unknown) => {
  const checked = await check(value);
  return checked.ok ? [] : checked.errors.map(({ pointer }) => pointer);
};

describe('checking an order', () => {
  test.each([
    ['a product that does not exist', body({ lines: [{ sku: 'NONE', quantity: 1 }] }), ['/lines/0/sku']],
    ['a currency that the product is not sold in', body({ currency: 'GBP' }), ['/lines/0/sku']],
    ['a risk that the policy does not know', body({ risk: ['fire'] }), ['/risk']],
  ])('refuses %s', async (_, value, pointers) => {
    expect(await errorsOf(value)).toEqual(pointers);
  });

  test('refuses what nobody but its requester may approve', async () => {
    const narrow = {
      ...policy,
      stages: {
        ...policy.stages,
        manager: { title: 'M', approvers: ['alice@example.com'], required: 1, expireAfter: 'P1D' },
      },
    };
    const submission = { client: 'c', idempotencyKey: 'k', body: body({ lines: [{ sku: 'DESK', quantity: 2 }] }) };
    const checked = await checkOrder(submission, async () => products(), narrow, AT);
    expect(checked).toMatchObject({ ok: false, errors: [{ pointer: '/requestedBy' }] });
  });

  test('prices every line, and adds them up', async () => {
    const order = await sampleOrder({
      lines: [
        { sku: 'LAMP', quantity: 3 },
        { sku: 'DESK', quantity: 2 },
      ],
    });
    expect(order.lines.map(({ unitPrice, amount }) => [unitPrice, amount])).toEqual([
      [3_900, 11_700],
      [60_000, 120_000],
    ]);
    expect(order).toMatchObject({ total: 131_700, needsApproval: true, status: 'placed', version: 1 });
  });

  test('never gives an order whose total is not the sum of its lines', async () => {
    const quantity = fc.integer({ min: 1, max: 10_000 });
    await fc.assert(
      fc.asyncProperty(quantity, quantity, async (lamps, desks) => {
        const order = await sampleOrder({
          lines: [
            { sku: 'LAMP', quantity: lamps },
            { sku: 'DESK', quantity: desks },
          ],
        });
        expect(order.total).toBe(lamps * 3_900 + desks * 60_000);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a submission', () => {
  test.each([
    ['nothing', null],
    ['a text', 'x'],
    ['no key', { source: 'http', client: 'c', order: {} }],
    ['an empty key', { source: 'http', client: 'c', idempotencyKey: '', order: {} }],
    ['a key that is too long', { source: 'http', client: 'c', idempotencyKey: 'k'.repeat(256), order: {} }],
    ['a key that is not ASCII', { source: 'http', client: 'c', idempotencyKey: 'ü', order: {} }],
    ['an event without detail', { 'detail-type': 'OrderSubmitted', source: 's' }],
    ['an event whose detail is a text', { 'detail-type': 'OrderSubmitted', source: 's', detail: 'x' }],
  ])('that is %s is refused for its key', (_, input) => {
    expect(parseSubmission(input)).toMatchObject({ ok: false, errors: [{ pointer: '/idempotencyKey' }] });
  });

  test('that is nested too deeply is refused before anything looks into it', () => {
    let order: object = {};
    for (let depth = 0; depth < 50_000; depth++) order = { order };
    const parsed = parseSubmission({ source: 'http', client: 'c', idempotencyKey: 'k', order });
    expect(parsed).toMatchObject({ ok: false, errors: [{ pointer: '' }] });
  });

  test('keeps HTTP clients and events apart, even under the same names and keys', () => {
    const http = parseSubmission({ source: 'http', client: 'shop', idempotencyKey: 'k', order: 1 });
    const event = parseSubmission({
      'detail-type': 'OrderSubmitted',
      source: 'shop',
      detail: { idempotencyKey: 'k', order: 1 },
    });
    expect([http, event]).toMatchObject([
      { submission: { client: 'http:shop', body: 1 } },
      { submission: { client: 'event:shop', body: 1 } },
    ]);
  });
});

describe('an order', () => {
  test('has an id that comes from client and key alone, and from nothing that could be mistaken for them', () => {
    expect(orderIdOf('a', 'b')).toBe(orderIdOf('a', 'b'));
    expect(orderIdOf('a', 'b')).toMatch(/^ord_[0-9a-f]{32}$/);
    expect(new Set([orderIdOf('a', 'b'), orderIdOf('ab', ''), orderIdOf('', 'ab'), orderIdOf('b', 'a')]).size).toBe(4);
  });

  test('has a request hash that does not mind the order of fields', () => {
    expect(requestHashOf({ a: 1, b: [1, 2] })).toBe(requestHashOf({ b: [1, 2], a: 1 }));
    expect(requestHashOf({ a: 1, b: [1, 2] })).not.toBe(requestHashOf({ a: 1, b: [2, 1] }));
  });

  test('is sent in one shipment per warehouse', async () => {
    const lines = ['LAMP', 'DESK', 'PRESS'].map((sku) => ({ sku, quantity: 1 }));
    const order = await sampleOrder({ lines });
    expect(shipmentsOf(order).map(({ warehouse, shipmentId }) => [warehouse, shipmentId])).toEqual([
      ['main', `${order.orderId}-1`],
      ['north', `${order.orderId}-2`],
      ['heavy', `${order.orderId}-3`],
    ]);
  });

  test('is another subject as soon as anything changes that is signed', async () => {
    const order = await sampleOrder();
    const [line] = order.lines;
    if (!line) throw new Error('no line');
    const changes = [
      { total: 1 },
      { version: 2 },
      { currency: 'JPY' as const },
      { requestedBy: 'bob@example.com' },
      { reason: 'because' },
      { risk: ['export'] },
      { lines: [{ ...line, quantity: 3 }] },
      { lines: [{ ...line, unitPrice: 1 }] },
      { lines: [{ ...line, sku: 'X' }] },
    ];
    const hashes = [order, ...changes.map((change) => ({ ...order, ...change }))].map((one) =>
      subjectHash(subjectOf(one)),
    );
    expect(new Set(hashes).size).toBe(changes.length + 1);
  });

  test('stays the same subject while it goes its way', async () => {
    const order = await sampleOrder();
    const later = {
      ...order,
      status: 'fulfilling' as const,
      payment: { token: 'tok_visa', status: 'authorised' },
      timeline: {},
    };
    expect(subjectHash(subjectOf(later))).toBe(subjectHash(subjectOf(order)));
  });

  test('tells what happened in the order of time, and within one moment in the order of steps', () => {
    const at = '2026-11-22T12:00:00.000Z';
    const timeline = {
      completed: { at, what: '3' },
      reserved: { at, what: '2' },
      placed: { at: '2026-11-22T11:00:00.000Z', what: '1' },
    };
    expect(timelineOf({ timeline }).map(({ what }) => what)).toEqual(['1', '2', '3']);
  });
});
