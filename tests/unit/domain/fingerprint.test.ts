import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, fingerprint, type Json, sha256 } from '../../../domain/fingerprint.ts';

const anyJson = fc.jsonValue() as fc.Arbitrary<Json>;

/** The same document with the keys of every object the other way round. */
function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).reverse() as [string, Json][];
  return Object.fromEntries(members.map(([key, member]) => [key, reversed(member)]));
}

describe('a fingerprint', () => {
  test('does not depend on the order of keys', () => {
    fc.assert(fc.property(anyJson, (value) => fingerprint(reversed(value)) === fingerprint(value)));
  });

  test('stands on text that says the same as the document', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('differs where documents differ, also where text alone would not', () => {
    const documents: Json[] = [1, '1', [1], { a: 1 }, { a: '1' }, ['a', 'b'], ['a,b'], null, 'null', {}, []];
    expect(new Set(documents.map(fingerprint)).size).toBe(documents.length);
  });

  test('leaves out members that are undefined', () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}');
  });

  test('is SHA-256', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
