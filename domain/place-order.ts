import { type ApprovalPolicy, planSignOff, riskNames } from './approval-policy.ts';
import type { Product } from './catalogue.ts';
import { NoApproverError } from './errors.ts';
import type { Json } from './fingerprint.ts';
import { add, money, times } from './money.ts';
import { type Order, orderIdOf, type PricedLine, requestHashOf } from './order.ts';
import { type OrderRequest, parseOrderRequest } from './order-request.ts';
import type { FieldError } from './problem.ts';
import type { Submission } from './submission.ts';
import { instant } from './time.ts';

export type CheckedOrder =
  | { readonly ok: true; readonly order: Order }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

/**
 * Turns a submission into an order, or says everything that is wrong with it. Stock is not looked at: it may change
 * until the order is processed.
 * @param find looks up the products with these SKUs
 * @param at the time of the request, in milliseconds since 1970
 */
export async function checkOrder(
  { client, idempotencyKey, body }: Submission,
  find: (skus: readonly string[]) => Promise<readonly Product[]>,
  policy: ApprovalPolicy,
  at: number,
): Promise<CheckedOrder> {
  const parsed = parseOrderRequest(body, at);
  if (!parsed.ok) return parsed;
  const { request } = parsed;
  const products = new Map((await find(request.lines.map(({ sku }) => sku))).map((product) => [product.sku, product]));
  const errors = [...unknownRisks(request, policy), ...unsellable(request, products)];
  if (errors.length > 0) return { ok: false, errors };
  const { lines, total } = price(request, products);
  const needsApproval = judge(policy, request, total);
  if (typeof needsApproval === 'object') return { ok: false, errors: [needsApproval] };
  return {
    ok: true,
    order: {
      orderId: orderIdOf(client, idempotencyKey),
      version: 1,
      client,
      requestHash: requestHashOf(body as Json),
      placedAt: instant(at),
      ...request,
      lines,
      total,
      needsApproval,
      status: 'placed',
      refunds: {},
      timeline: { placed: { at: instant(at), what: 'Order placed', by: request.requestedBy } },
    },
  };
}

function unknownRisks({ risk }: OrderRequest, policy: ApprovalPolicy): readonly FieldError[] {
  const known = riskNames(policy, 'order');
  return risk.flatMap((name) =>
    known.includes(name) ? [] : [{ pointer: '/risk', detail: `${name} is not a risk that the policy knows.` }],
  );
}

function unsellable({ lines, currency }: OrderRequest, products: ReadonlyMap<string, Product>): readonly FieldError[] {
  return lines.flatMap(({ sku }, index) => {
    const product = products.get(sku);
    if (!product) return [{ pointer: `/lines/${index}/sku`, detail: `There is no product ${sku}.` }];
    if (product.prices[currency] !== undefined) return [];
    return [{ pointer: `/lines/${index}/sku`, detail: `${sku} is not sold in ${currency}.` }];
  });
}

function price(request: OrderRequest, products: ReadonlyMap<string, Product>): Pick<Order, 'lines' | 'total'> {
  const { currency } = request;
  const lines = request.lines.map(({ sku, quantity }): PricedLine => {
    const { name, prices, warehouse } = products.get(sku) as Product;
    const unitPrice = money(prices[currency] as number, currency);
    return { sku, name, quantity, unitPrice: unitPrice.amount, amount: times(unitPrice, quantity).amount, warehouse };
  });
  const total = lines.reduce((sum, { amount }) => add(sum, money(amount, currency)), money(0, currency));
  return { lines, total: total.amount };
}

function judge(policy: ApprovalPolicy, request: OrderRequest, total: number): boolean | FieldError {
  try {
    return planSignOff(policy, { type: 'order', ...request, amount: total }).stages.length > 0;
  } catch (error) {
    if (!(error instanceof NoApproverError)) throw error;
    return { pointer: '/requestedBy', detail: 'Nobody but the requester may approve an order like this.' };
  }
}
