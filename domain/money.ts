/** Currencies that orders may use, with the number of digits of their minor unit (ISO 4217). */
const EXPONENTS = { EUR: 2, USD: 2, GBP: 2, CHF: 2, JPY: 0 } as const;

export type Currency = keyof typeof EXPONENTS;

export const CURRENCIES = Object.keys(EXPONENTS) as readonly Currency[];

/** An amount in minor units (cents, yen): a safe integer, never a fraction. */
export interface Money {
  readonly amount: number;
  readonly currency: Currency;
}

export const isCurrency = (value: unknown): value is Currency =>
  typeof value === 'string' && Object.hasOwn(EXPONENTS, value);

/** @throws RangeError if the amount is not an integer that JSON can carry exactly */
export function money(amount: number, currency: Currency): Money {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`${amount} is not an amount in minor units`);
  return { amount, currency };
}

/** @throws RangeError on different currencies or beyond 2^53 - 1 */
export function add(a: Money, b: Money): Money {
  if (a.currency !== b.currency) throw new RangeError(`Can't add ${b.currency} to ${a.currency}`);
  return money(a.amount + b.amount, a.currency);
}

/** @throws RangeError for a quantity that is not an integer, or beyond 2^53 - 1 */
export function times(price: Money, quantity: number): Money {
  if (!Number.isSafeInteger(quantity)) throw new RangeError(`${quantity} is not a quantity`);
  return money(price.amount * quantity, price.currency);
}

/** @returns e.g. `1,234.50 EUR`, `-5 JPY`. Written out by hand: the same on every machine, whatever its locale data. */
export function formatMoney({ amount, currency }: Money): string {
  const exponent = EXPONENTS[currency];
  const digits = String(Math.abs(amount)).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent).replace(/\B(?=(\d{3})+$)/g, ',');
  const fraction = exponent === 0 ? '' : `.${digits.slice(-exponent)}`;
  return `${amount < 0 ? '-' : ''}${whole}${fraction} ${currency}`;
}
