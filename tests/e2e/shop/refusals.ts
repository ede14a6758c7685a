import { expect, test } from '@jest/globals';
import { type RunningShop, SMALL_ORDER } from '../running-shop.ts';

export function refusalTests(running: () => RunningShop): void {
  const line = { sku: 'desk-lamp', quantity: 1 };
  const bytes = (...values: number[]) => Uint8Array.from(values);
  const invalidUtf8 = () => {
    const [before, after] = JSON.stringify({ ...SMALL_ORDER, reason: '@' }).split('@');
    return Buffer.concat([Buffer.from(before!), bytes(0xc3, 0x28, 0xff), Buffer.from(after!)]);
  };

  interface Refusal {
    readonly why: string;
    readonly body: unknown;
    readonly headers?: Record<string, string | undefined>;
    readonly status: number;
    /** What the answer has to name. */
    readonly names?: string;
  }

  const REFUSALS: readonly Refusal[] = [
    { why: 'JSON that ends too early', body: '{"requestedBy":', status: 400 },
    { why: 'no JSON at all', body: 'order=1', status: 400 },
    { why: 'bytes that are not UTF-8', body: invalidUtf8(), status: 400 },
    { why: 'an empty body', body: '', status: 400 },
    { why: 'a list in place of an order', body: '[]', status: 400 },
    {
      why: 'another content type',
      body: JSON.stringify(SMALL_ORDER),
      headers: { 'content-type': 'text/plain' },
      status: 415,
    },
    { why: 'a form', body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' }, status: 415 },
    {
      why: 'a body above 10 MB',
      body: JSON.stringify({ ...SMALL_ORDER, reason: 'x'.repeat(11_000_000) }),
      status: 413,
    },
    { why: 'an order too large to be one', body: { ...SMALL_ORDER, reason: 'x'.repeat(300_000) }, status: 413 },
    {
      why: 'no idempotency key',
      body: SMALL_ORDER,
      headers: { 'Idempotency-Key': undefined },
      status: 400,
      names: 'Idempotency-Key',
    },
    {
      why: 'a key of more than 255 characters',
      body: SMALL_ORDER,
      headers: { 'Idempotency-Key': 'k'.repeat(256) },
      status: 422,
      names: '/idempotencyKey',
    },
    { why: 'an unknown field', body: { ...SMALL_ORDER, coupon: 'X' }, status: 400, names: 'coupon' },
    {
      why: 'an unknown field in a line',
      body: { ...SMALL_ORDER, lines: [{ ...line, price: 1 }] },
      status: 400,
      names: 'price',
    },
    {
      why: 'a prototype key',
      body: JSON.stringify(SMALL_ORDER).replace('{', '{"__proto__":{"x":1},'),
      status: 400,
      names: '__proto__',
    },
    { why: 'a missing field', body: { ...SMALL_ORDER, lines: undefined }, status: 400, names: 'lines' },
    { why: 'a quantity that is a text', body: { ...SMALL_ORDER, lines: [{ ...line, quantity: '1' }] }, status: 400 },
    {
      why: 'an unknown SKU',
      body: { ...SMALL_ORDER, lines: [{ sku: 'no-such-thing', quantity: 1 }] },
      status: 422,
      names: '/lines/0/sku',
    },
    {
      why: 'a negative quantity',
      body: { ...SMALL_ORDER, lines: [line, { sku: 'standing-desk', quantity: -1 }] },
      status: 422,
      names: '/lines/1/quantity',
    },
    {
      why: 'a fractional quantity',
      body: { ...SMALL_ORDER, lines: [{ ...line, quantity: 1.5 }] },
      status: 422,
      names: '/lines/0/quantity',
    },
    {
      why: 'a currency that is not supported',
      body: { ...SMALL_ORDER, currency: 'XAU' },
      status: 422,
      names: '/currency',
    },
    { why: 'no lines', body: { ...SMALL_ORDER, lines: [] }, status: 422, names: '/lines' },
    { why: 'a product twice', body: { ...SMALL_ORDER, lines: [line, line] }, status: 422, names: '/lines/1/sku' },
    {
      why: 'a text with a character that stands for broken bytes',
      body: { ...SMALL_ORDER, reason: 'caf\uFFFD' },
      status: 422,
      names: '/reason',
    },
    {
      why: 'a ship date in a year',
      body: { ...SMALL_ORDER, shipAt: '2099-01-01T00:00:00Z' },
      status: 422,
      names: '/shipAt',
    },
  ];

  test.each(REFUSALS)('$why is refused, and nothing is recorded', async ({ why, body, headers, status, names }) => {
    const { shop, office } = running();
    const before = await office.countOrders();

    const answer = await shop.call('POST', '/orders', body, { 'Idempotency-Key': `refused: ${why}`, ...headers });

    expect({ status: answer.status, text: answer.text }).toMatchObject({ status });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ type: expect.stringMatching(/^\/problems\/[a-z-]+$/), status });
    if (names !== undefined) expect(answer.text).toContain(names);
    expect(await office.countOrders()).toBe(before);
  });

  test('no API key, or a wrong one, opens nothing', async () => {
    const { shop } = running();
    for (const key of [undefined, '', 'guessed']) {
      const answer = await shop.call('GET', '/products', undefined, { 'x-api-key': key });
      expect(answer.status).toBe(401);
      expect(answer.json().type).toBe('/problems/unauthorised');
    }
  });

  test('an unknown order and an unknown route are not found, and say no more', async () => {
    const { shop } = running();
    expect((await shop.call('GET', '/orders/ord_unknown')).status).toBe(404);
    expect((await shop.call('GET', '/nowhere')).json()).toMatchObject({ type: '/problems/not-found', status: 404 });
  });

  test('after all that the service is well and takes an order', async () => {
    const { shop } = running();
    expect((await fetch(`${shop.api}/health`)).status).toBe(200);
    expect((await shop.ended(await shop.place(SMALL_ORDER, 'after the refusals'))).status).toBe('completed');
  });
}
