import { FieldChecks } from './field-checks.ts';
import { CURRENCIES, type Currency, isCurrency } from './money.ts';
import type { FieldError } from './problem.ts';

export const SKU = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Forty lines of ten thousand pieces each still add up to an amount that JSON carries exactly. */
const HIGHEST_PRICE = 1e10;
const WAREHOUSE = /^[a-z0-9-]{1,40}$/;

export interface Product {
  readonly sku: string;
  readonly name: string;
  /** Unit price in minor units, by currency. Not sold in a currency that is absent. */
  readonly prices: Readonly<Partial<Record<Currency, number>>>;
  /** Where it is picked: lines of one warehouse make one shipment. */
  readonly warehouse: string;
  /** Units that may be reserved; never negative. */
  readonly stock: number;
  /** Units held for orders that haven't ended. */
  readonly reserved: number;
  /** Units that left with completed orders. */
  readonly shipped: number;
}

/** What an operator may say about a product. An intake counts once, however often its id is sent. */
export interface ProductChange {
  readonly name: string;
  readonly prices: Product['prices'];
  readonly warehouse: string;
  readonly intake?: { readonly id: string; readonly quantity: number };
}

export interface Catalogue {
  /** @returns those that exist, in any order */
  find(skus: readonly string[]): Promise<readonly Product[]>;
  list(): Promise<readonly Product[]>;
  put(sku: string, change: ProductChange): Promise<Product>;
}

/** Reads the body of `PUT /products/{sku}`; every mistake is named. */
export function parseProductChange(
  sku: string,
  body: unknown,
):
  | { readonly ok: true; readonly change: ProductChange }
  | { readonly ok: false; readonly errors: readonly FieldError[] } {
  const checks = new FieldChecks();
  if (!SKU.test(sku)) checks.refuse('/sku', 'sku has to be letters, digits, dots, dashes and underscores, at most 64.');
  const fields = checks.object(body, '', ['name', 'prices'], ['warehouse', 'intake']) ?? {};
  const name = 'name' in fields ? checks.text(fields.name, '/name', { max: 200 }) : undefined;
  const prices = 'prices' in fields ? parsePrices(checks, fields.prices) : undefined;
  const warehouse =
    fields.warehouse === undefined
      ? 'main'
      : checks.text(fields.warehouse, '/warehouse', {
          max: 40,
          pattern: WAREHOUSE,
          what: 'lower-case letters, digits and dashes',
        });
  const intake = fields.intake === undefined ? undefined : parseIntake(checks, fields.intake);
  if (checks.errors.length > 0 || !name || !prices || !warehouse) return { ok: false, errors: checks.errors };
  return { ok: true, change: { name, prices, warehouse, ...(intake && { intake }) } };
}

function parsePrices(checks: FieldChecks, value: unknown): Product['prices'] | undefined {
  const fields = checks.object(value, '/prices', [], CURRENCIES);
  if (!fields) return undefined;
  const prices: Partial<Record<Currency, number>> = {};
  for (const [currency, amount] of Object.entries(fields)) {
    if (isCurrency(currency))
      prices[currency] = checks.integer(amount, `/prices/${currency}`, { min: 0, max: HIGHEST_PRICE });
  }
  return Object.keys(prices).length > 0
    ? prices
    : checks.refuse('/prices', 'prices has to name at least one currency.');
}

function parseIntake(checks: FieldChecks, value: unknown): ProductChange['intake'] {
  const fields = checks.object(value, '/intake', ['id', 'quantity']);
  if (!fields) return undefined;
  const id = checks.text(fields.id, '/intake/id', { max: 100 });
  const quantity = checks.integer(fields.quantity, '/intake/quantity', { min: 1, max: 1_000_000 });
  return id && quantity ? { id, quantity } : undefined;
}
