import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { memoryApprovals } from '../../../adapters/memory/memory-approvals.ts';
import { memoryOrders } from '../../../adapters/memory/memory-orders.ts';
import { memoryStock } from '../../../adapters/memory/memory-stock.ts';
import { getOrder } from '../../../functions/get-order/get-order.ts';
import { listApprovals } from '../../../functions/list-approvals/list-approvals.ts';
import { listProducts } from '../../../functions/list-products/list-products.ts';
import { openApproval } from '../../../functions/open-approval/open-approval.ts';
import { putProduct } from '../../../functions/put-product/put-product.ts';
import { httpEvent } from '../../statemachines/browser.ts';
import { policy, sampleOrder } from '../../statemachines/sample-order.ts';

const bodyOf = ({ body }: APIGatewayProxyResult) => JSON.parse(body);

describe('GET /orders/{orderId}', () => {
  test('says in a problem document that there is no such order', async () => {
    const answer = await getOrder(memoryOrders())(httpEvent({ pathParameters: { orderId: 'ord_x' } }));
    expect(answer).toMatchObject({ statusCode: 404, headers: { 'Content-Type': 'application/problem+json' } });
    expect(bodyOf(answer)).toEqual({
      type: '/problems/not-found',
      title: 'Not found',
      status: 404,
      detail: 'There is no such order.',
    });
  });

  test('shows an order without its means of payment, its client, its hash and its warehouses', async () => {
    const order = await sampleOrder({ reason: 'because' });
    const answer = await getOrder(memoryOrders([order]))(httpEvent({ pathParameters: { orderId: order.orderId } }));
    expect(answer.statusCode).toBe(200);
    expect(bodyOf(answer)).toEqual({
      orderId: order.orderId,
      refunds: [],
      version: 1,
      placedAt: '2026-11-22T12:00:00.000Z',
      requestedBy: 'alice@example.com',
      currency: 'EUR',
      reason: 'because',
      risk: [],
      lines: [{ sku: 'LAMP', name: 'Product LAMP', quantity: 2, unitPrice: 3_900, amount: 7_800 }],
      total: 7_800,
      needsApproval: false,
      status: 'placed',
      payment: { status: 'none' },
      timeline: [{ step: 'placed', at: '2026-11-22T12:00:00.000Z', what: 'Order placed', by: 'alice@example.com' }],
    });
  });
});

describe('PUT /products/{sku}', () => {
  const put = (sku: string, body: string | null, isBase64Encoded = false) =>
    putProduct(memoryStock().catalogue)(httpEvent({ pathParameters: { sku }, body, isBase64Encoded }));
  const product = { name: 'Lamp', prices: { EUR: 3_900 } };

  test.each([
    ['no body', null, false],
    ['no JSON', '{"name":', false],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]).toString('base64'), true],
    ['half a character', '"\ud800"', false],
  ])('refuses %s', async (_, body, isBase64Encoded) => {
    const answer = await put('LAMP', body, isBase64Encoded);
    expect(answer.statusCode).toBe(400);
    expect(bodyOf(answer)).toMatchObject({ type: '/problems/malformed-request' });
  });

  test.each([
    ['an unknown field', { ...product, stock: 5 }, '/stock'],
    ['no price', { ...product, prices: {} }, '/prices'],
    ['an unknown currency', { ...product, prices: { XXX: 1 } }, '/prices/XXX'],
    ['a fraction of a cent', { ...product, prices: { EUR: 0.5 } }, '/prices/EUR'],
    ['a price that orders could not add up', { ...product, prices: { EUR: 1e11 } }, '/prices/EUR'],
    ['an intake without id', { ...product, intake: { quantity: 1 } }, '/intake/id'],
    ['an intake of nothing', { ...product, intake: { id: 'i', quantity: 0 } }, '/intake/quantity'],
    ['a warehouse that is no name', { ...product, warehouse: 'North!' }, '/warehouse'],
  ])('refuses %s', async (_, body, pointer) => {
    const answer = await put('LAMP', JSON.stringify(body));
    expect(answer.statusCode).toBe(422);
    expect(bodyOf(answer).errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  test('refuses a SKU that is none', async () => {
    expect((await put('../x', JSON.stringify(product))).statusCode).toBe(422);
  });

  test('answers with the product as it is now, also from a body in base64', async () => {
    const body = Buffer.from(JSON.stringify({ ...product, intake: { id: 'i', quantity: 3 } })).toString('base64');
    const answer = await put('LAMP', body, true);
    expect([answer.statusCode, bodyOf(answer)]).toEqual([
      200,
      { sku: 'LAMP', ...product, warehouse: 'main', stock: 3, reserved: 0, shipped: 0 },
    ]);
  });
});

test('GET /products lists them by SKU', async () => {
  const { catalogue } = memoryStock();
  for (const sku of ['B', 'A']) await catalogue.put(sku, { name: sku, prices: { EUR: 1 }, warehouse: 'main' });
  const { products } = bodyOf(await listProducts(catalogue)());
  expect(products.map(({ sku }: { sku: string }) => sku)).toEqual(['A', 'B']);
});

test('GET /approvals lists what waits, and nothing that opens it', async () => {
  const approvals = memoryApprovals();
  const subject = { type: 'release', id: 'v2', version: 1, title: 'Release v2', requestedBy: 'dev@example.com' };
  const { approvalId } = await openApproval(
    approvals,
    policy,
  )({ request: { subject }, execution: 'e', at: '2026-11-22T12:00:00.000Z' });
  expect(bodyOf(await listApprovals(approvals)())).toEqual({
    approvals: [
      {
        approvalId,
        subject: { type: 'release', id: 'v2', title: 'Release v2', requestedBy: 'dev@example.com' },
        stage: 'Manager',
        waitingFor: ['manager@example.com'],
        since: '2026-11-22T12:00:00.000Z',
        codeNeeded: false,
      },
    ],
  });
});
