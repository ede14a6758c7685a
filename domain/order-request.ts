import { SKU } from './catalogue.ts';
import { EMAIL, FieldChecks } from './field-checks.ts';
import { CURRENCIES, type Currency, isCurrency } from './money.ts';
import type { FieldError } from './problem.ts';
import { type Instant, instant, parseInstant } from './time.ts';

/** An order as a client asks for it: not priced yet. */
export interface OrderRequest {
  /** E-mail address, lower case: told what becomes of the order, and never asked to approve it. */
  readonly requestedBy: string;
  readonly currency: Currency;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly payment: { readonly token: string };
  /** Not before this the order may leave. */
  readonly shipAt?: Instant;
  /** Wait for stock instead of ending out of stock. */
  readonly backorder?: true;
  readonly reason?: string;
  /** Names of risks that the client knows of; the approval policy says what each means. */
  readonly risk: readonly string[];
}

export type ParsedRequest =
  | { readonly ok: true; readonly request: OrderRequest }
  | { readonly ok: false; readonly errors: readonly FieldError[] };

const DAY = 86_400_000;
const LATEST_SHIP_DAYS = 180;
const TOKEN = /^[A-Za-z0-9_-]+$/;
const RISK = /^[a-z0-9-]+$/;

/** Reads the body of an order. `at` is the time of the request in milliseconds since 1970. Every mistake is named. */
export function parseOrderRequest(body: unknown, at: number): ParsedRequest {
  const checks = new FieldChecks();
  const fields =
    checks.object(
      body,
      '',
      ['requestedBy', 'currency', 'lines', 'payment'],
      ['shipAt', 'reason', 'risk', 'backorder'],
    ) ?? {};
  const given = <T>(key: string, read: (value: unknown, pointer: string) => T | undefined): T | undefined =>
    Object.hasOwn(fields, key) ? read(fields[key], `/${key}`) : undefined;

  const requestedBy = given('requestedBy', (value, pointer) =>
    checks.text(value, pointer, { max: 254, pattern: EMAIL, what: 'an e-mail address' }),
  );
  const currency = given('currency', (value, pointer) =>
    isCurrency(value) ? value : checks.refuse(pointer, `currency has to be one of ${CURRENCIES.join(', ')}.`),
  );
  const lines = given('lines', (value, pointer) => parseLines(checks, value, pointer));
  const token = given('payment', (value, pointer) => parsePayment(checks, value, pointer));
  const shipAt = given('shipAt', (value, pointer) => parseShipAt(checks, value, pointer, at));
  const reason = given('reason', (value, pointer) => checks.text(value, pointer, { max: 500 }));
  const backorder = given('backorder', (value, pointer) =>
    typeof value === 'boolean' ? value : checks.refuse(pointer, 'backorder has to be true or false.'),
  );
  const risk = given('risk', (value, pointer) => parseRisk(checks, value, pointer)) ?? [];

  if (checks.errors.length > 0 || !requestedBy || !currency || !lines || !token) {
    return { ok: false, errors: checks.errors };
  }
  return {
    ok: true,
    request: {
      requestedBy: requestedBy.toLowerCase(),
      currency,
      lines,
      payment: { token },
      risk,
      ...(shipAt && { shipAt }),
      ...(reason && { reason }),
      ...(backorder && { backorder }),
    },
  };
}

function parseLines(checks: FieldChecks, value: unknown, pointer: string): OrderRequest['lines'] | undefined {
  const seen = new Set<string>();
  return checks.array(value, pointer, { min: 1, max: 40 })?.flatMap((line, index) => {
    const at = `${pointer}/${index}`;
    const fields = checks.object(line, at, ['sku', 'quantity']);
    if (!fields) return [];
    const sku =
      'sku' in fields ? checks.text(fields.sku, `${at}/sku`, { max: 64, pattern: SKU, what: 'a SKU' }) : undefined;
    const quantity =
      'quantity' in fields ? checks.integer(fields.quantity, `${at}/quantity`, { min: 1, max: 10_000 }) : undefined;
    if (sku && seen.has(sku)) checks.refuse(`${at}/sku`, `${sku} is in more than one line.`);
    if (sku) seen.add(sku);
    return sku && quantity ? [{ sku, quantity }] : [];
  });
}

function parsePayment(checks: FieldChecks, value: unknown, pointer: string): string | undefined {
  const fields = checks.object(value, pointer, ['token']);
  if (!fields || !('token' in fields)) return undefined;
  return checks.text(fields.token, `${pointer}/token`, { max: 128, pattern: TOKEN, what: 'a payment token' });
}

function parseShipAt(checks: FieldChecks, value: unknown, pointer: string, at: number): Instant | undefined {
  const time = typeof value === 'string' ? parseInstant(value) : undefined;
  if (time === undefined) return checks.refuse(pointer, 'shipAt has to be a date and time as in 2026-12-24T08:00:00Z.');
  if (time > at + LATEST_SHIP_DAYS * DAY) {
    return checks.refuse(pointer, `shipAt may be at most ${LATEST_SHIP_DAYS} days ahead.`);
  }
  return instant(time);
}

function parseRisk(checks: FieldChecks, value: unknown, pointer: string): readonly string[] | undefined {
  const names = checks
    .array(value, pointer, { min: 0, max: 10 })
    ?.map((name, index) => checks.text(name, `${pointer}/${index}`, { max: 40, pattern: RISK, what: 'a risk name' }));
  if (names?.some((name) => name === undefined)) return undefined;
  return names && [...new Set(names as string[])].sort();
}
