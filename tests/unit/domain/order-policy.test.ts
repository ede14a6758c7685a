import { describe, expect, test } from '@jest/globals';
import { checkOrderPolicy, isFulfilmentOverdue, stockCheckAfter } from '../../../domain/order-policy.ts';

const NOON = 1_795_348_800_000;
const HOUR = 3_600_000;
const policy = { backorder: { waitAtMost: 'P1D', checkEvery: 'PT10H' }, fulfilment: { within: 'P2D' } };
const since = (at: string) => ({ timeline: { backordered: { at, what: '' } }, backorder: true as const });

describe('an order policy', () => {
  test.each([
    ['waitAtMost', { waitAtMost: 'a day', checkEvery: 'PT1H' }],
    ['waitAtMost', { waitAtMost: 'PT0S', checkEvery: 'PT1H' }],
    ['checkEvery', { waitAtMost: 'P1D', checkEvery: 'PT0S' }],
    ['checkEvery', { waitAtMost: 'P30D', checkEvery: 'PT1M' }],
  ])('is refused for its %s: %j', (member, backorder) => {
    expect(() => checkOrderPolicy({ ...policy, backorder })).toThrow(`/backorder/${member}`);
  });

  test.each(['', 'PT0S', 'soon'])('is refused for a time of fulfilment that is none: %j', (within) => {
    expect(() => checkOrderPolicy({ ...policy, fulfilment: { within } })).toThrow('/fulfilment/within');
  });

  test('is taken as it is otherwise', () => {
    expect(checkOrderPolicy(policy)).toBe(policy);
  });
});

describe('an order of which there is not enough', () => {
  test('does not wait unless it may', () => {
    expect(stockCheckAfter({ timeline: {} }, policy, NOON)).toBeUndefined();
  });

  test('waits from the first look on, as often and as long as the policy says', () => {
    expect(stockCheckAfter({ timeline: {}, backorder: true }, policy, NOON)).toBe(36_000);
    const waiting = since('2026-11-22T12:00:00.000Z');
    expect(stockCheckAfter(waiting, policy, NOON + 20 * HOUR)).toBe(14_400);
    expect(stockCheckAfter(waiting, policy, NOON + 24 * HOUR - 1)).toBe(1);
    expect(stockCheckAfter(waiting, policy, NOON + 24 * HOUR)).toBeUndefined();
  });
});

describe('an order that the warehouse has not picked', () => {
  const authorised = { at: '2026-11-22T12:00:00.000Z', what: '' };

  test('is overdue once the time of the policy has gone by since it was authorised', () => {
    expect(isFulfilmentOverdue({ timeline: { authorised } }, policy, NOON + 48 * HOUR - 1)).toBe(false);
    expect(isFulfilmentOverdue({ timeline: { authorised } }, policy, NOON + 48 * HOUR)).toBe(true);
  });

  test('has its time from its ship date on, if that is later', () => {
    const dated = { timeline: { authorised }, shipAt: '2026-12-01T12:00:00.000Z' };
    expect(isFulfilmentOverdue(dated, policy, NOON + (9 * 24 + 47) * HOUR)).toBe(false);
    expect(isFulfilmentOverdue(dated, policy, NOON + (9 * 24 + 48) * HOUR)).toBe(true);
  });

  test('is not overdue before it may leave, nor once its money is being taken', () => {
    expect(isFulfilmentOverdue({ timeline: {} }, policy, NOON + 1_000 * HOUR)).toBe(false);
    const timeline = { authorised, capturing: authorised };
    expect(isFulfilmentOverdue({ timeline }, policy, NOON + 1_000 * HOUR)).toBe(false);
  });
});
