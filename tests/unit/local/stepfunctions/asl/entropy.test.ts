import { expect, test } from '@jest/globals';
import { createEntropy } from '../../../../../local/stepfunctions/asl/entropy.ts';

const draws = (seed: string, count: number): number[] => {
  const { next } = createEntropy(seed);
  return Array.from({ length: count }, () => next());
};

test('the same seed gives the same numbers, and another seed others', () => {
  expect(draws('event-1', 5)).toEqual(draws('event-1', 5));
  expect(draws('event-1', 5)).not.toEqual(draws('event-2', 5));
});

test('numbers are spread evenly over [0, 1)', () => {
  const numbers = draws('even', 10_000);
  const buckets = Array.from({ length: 10 }, (_, i) => numbers.filter((n) => n >= i / 10 && n < (i + 1) / 10).length);
  expect(buckets.reduce((a, b) => a + b)).toBe(10_000);
  for (const bucket of buckets) expect(Math.abs(bucket - 1000)).toBeLessThan(150);
});

test('seeds that differ by one character do not start alike', () => {
  const firsts = Array.from({ length: 1000 }, (_, i) => draws(`run-${i}`, 1)[0]!);
  expect(new Set(firsts).size).toBe(1000);
  expect(Math.abs(firsts.reduce((a, b) => a + b) / 1000 - 0.5)).toBeLessThan(0.05);
});

test('UUIDs are of version 4 and differ', () => {
  const { uuid } = createEntropy('ids');
  const ids = Array.from({ length: 1000 }, uuid);
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
