import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Json, sameJson } from '../../../../../local/stepfunctions/asl/json.ts';

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
