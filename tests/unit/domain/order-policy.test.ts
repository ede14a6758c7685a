import { describe, expect, test } from '@jest/globals';
import { checkOrderPolicy, nextStockCheck } from '../../../domain/order-policy.ts';

const NOON = 1_795_348_800_000;
const HOUR = 3_600_000;
const policy = { backorder: { waitAtMost: 'P1D', checkEvery: 'PT10H' } };
const since = (at: string) => ({ timeline: { backordered: { at, what: '' } }, backorder: true as const });

describe('an order policy', () => {
  test.each([
    ['waitAtMost', { waitAtMost: 'a day', checkEvery: 'PT1H' }],
    ['waitAtMost', { waitAtMost: 'PT0S', checkEvery: 'PT1H' }],
    ['checkEvery', { waitAtMost: 'P1D', checkEvery: 'PT0S' }],
    ['checkEvery', { waitAtMost: 'P30D', checkEvery: 'PT1M' }],
  ])('is refused for its %s: %j', (member, backorder) => {
    expect(() => checkOrderPolicy({ backorder })).toThrow(`/backorder/${member}`);
  });

  test('is taken as it is otherwise', () => {
    expect(checkOrderPolicy(policy)).toBe(policy);
  });
});

describe('an order of which there is not enough', () => {
  test('does not wait unless it may', () => {
    expect(nextStockCheck({ timeline: {} }, policy, NOON)).toBeUndefined();
  });

  test('waits from the first look on, as often and as long as the policy says', () => {
    expect(nextStockCheck({ timeline: {}, backorder: true }, policy, NOON)).toBe('2026-11-22T22:00:00.000Z');
    const waiting = since('2026-11-22T12:00:00.000Z');
    expect(nextStockCheck(waiting, policy, NOON + 20 * HOUR)).toBe('2026-11-23T12:00:00.000Z');
    expect(nextStockCheck(waiting, policy, NOON + 24 * HOUR)).toBeUndefined();
  });
});
