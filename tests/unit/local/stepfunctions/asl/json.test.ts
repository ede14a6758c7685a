import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { distinct, type Json, sameJson } from '../../../../../local/stepfunctions/asl/json.ts';

test.each<[Json, Json]>([
  [1, '1'],
  [null, false],
  [[], {}],
  [
    [1, 2],
    [2, 1],
  ],
  [{ a: 1 }, { a: 1, b: 1 }],
  [{ a: null }, { b: null }],
  [{}, { toString: null }],
])('%j is not the same as %j', (a, b) => {
  expect(sameJson(a, b)).toBe(false);
  expect(sameJson(b, a)).toBe(false);
});

test('a copy is the same, whatever the order of its keys', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      const json = JSON.parse(JSON.stringify(object)) as { [key: string]: Json };
      expect(sameJson(json, Object.fromEntries(Object.entries(json).reverse()))).toBe(true);
    }),
  );
});

test('distinct values are those that are the same as none before them', () => {
  const object = fc.dictionary(fc.constantFrom('a', 'b', '1', '__proto__'), fc.jsonValue({ maxDepth: 1 }));
  const value = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom(0, -0, '0', [0], [-0], null, 'null'), object);
  fc.assert(
    fc.property(fc.array(value), (values) => {
      const items = values as Json[];
      const reversed = items.map((item) => JSON.parse(JSON.stringify(item), (_, member) => backwards(member)) as Json);
      const all = [...items, ...reversed];
      expect(distinct(all)).toEqual(all.filter((item, i) => all.findIndex((other) => sameJson(other, item)) === i));
    }),
  );
});

test('finding distinct values looks at each value once, not at each pair', () => {
  let looks = 0;
  const ownKeys = (target: object) => {
    looks++;
    return Reflect.ownKeys(target);
  };
  const values = Array.from({ length: 1000 }, (_, i) => new Proxy<{ i: number }>({ i }, { ownKeys }));
  expect(distinct(values)).toHaveLength(1000);
  expect(looks).toBeLessThan(5000);
});

const backwards = (value: Json): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).reverse())
    : value;
