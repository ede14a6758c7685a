import policyDocument from '../../config/approval-policy.json' with { type: 'json' };
import orderPolicyDocument from '../../config/order-policy.json' with { type: 'json' };
import type { ApprovalPolicy } from '../../domain/approval-policy.ts';
import type { Product } from '../../domain/catalogue.ts';
import { checkApprovalPolicy } from '../../domain/check-approval-policy.ts';
import type { Order } from '../../domain/order.ts';
import { checkOrderPolicy, type OrderPolicy } from '../../domain/order-policy.ts';
import { checkOrder } from '../../domain/place-order.ts';

export const policy: ApprovalPolicy = checkApprovalPolicy(policyDocument);

export const orderPolicy: OrderPolicy = checkOrderPolicy(orderPolicyDocument);

const product = (sku: string, eur: number, warehouse = 'main', stock = 10): Product => ({
  sku,
  name: `Product ${sku}`,
  prices: { EUR: eur, JPY: eur * 2 },
  warehouse,
  stock,
  reserved: 0,
  shipped: 0,
});

/** Fresh each time: one cheap product, one whose purchase needs a manager, one that needs finance too. */
export const products = (): Product[] => [
  product('LAMP', 3_900),
  product('DESK', 60_000, 'north'),
  product('PRESS', 1_850_000, 'heavy', 2),
];

export const body = (changes: object = {}) => ({
  requestedBy: 'alice@example.com',
  currency: 'EUR',
  lines: [{ sku: 'LAMP', quantity: 2 }],
  payment: { token: 'tok_visa' },
  ...changes,
});

/** An order as `place-order` records it. */
export async function sampleOrder(changes: object = {}, at = 1_795_348_800_000, key = 'key-1'): Promise<Order> {
  const submission = { client: 'http:test', idempotencyKey: key, body: body(changes) };
  const checked = await checkOrder(submission, async () => products(), policy, at);
  if (!checked.ok) throw new Error(JSON.stringify(checked.errors));
  return checked.order;
}
