import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { add, CURRENCIES, formatMoney, isCurrency, money, times } from '../../../domain/money.ts';

describe('money', () => {
  test.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%s is no amount', (amount) => {
    expect(() => money(amount, 'EUR')).toThrow(RangeError);
  });

  test('different currencies are not added', () => {
    expect(() => add(money(1, 'EUR'), money(1, 'USD'))).toThrow(RangeError);
  });

  test('an amount that JSON could not carry exactly is refused, not rounded', () => {
    expect(() => add(money(2 ** 53 - 1, 'EUR'), money(1, 'EUR'))).toThrow(RangeError);
    expect(() => times(money(2 ** 52, 'EUR'), 3)).toThrow(RangeError);
    expect(() => times(money(1, 'EUR'), 0.5)).toThrow(RangeError);
  });

  test('names of members that every object has are no currencies', () => {
    expect(['constructor', '__proto__', 'eur', '', 'XXX'].filter(isCurrency)).toEqual([]);
  });

  test.each([
    [123_456, 'EUR', '1,234.56 EUR'],
    [5, 'EUR', '0.05 EUR'],
    [-5, 'EUR', '-0.05 EUR'],
    [0, 'CHF', '0.00 CHF'],
    [1_234_567, 'JPY', '1,234,567 JPY'],
    [100_000_000, 'USD', '1,000,000.00 USD'],
  ] as const)('%s %s reads %s', (amount, currency, text) => {
    expect(formatMoney(money(amount, currency))).toBe(text);
  });

  test('what is written can be read back', () => {
    const amount = fc.integer({ min: -(10 ** 12), max: 10 ** 12 });
    fc.assert(
      fc.property(amount, fc.constantFrom(...CURRENCIES), (value, currency) => {
        const digits = formatMoney(money(value, currency)).replace(/[^\d-]/g, '');
        expect(Number(digits)).toBe(value);
      }),
    );
  });
});
