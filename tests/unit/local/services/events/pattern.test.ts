import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compilePattern, PatternError } from '../../../../../local/services/events/pattern.ts';
import { BROKEN_PATTERNS, PATTERN_CASES } from './pattern-cases.ts';

test.each(BROKEN_PATTERNS.map((pattern) => [pattern]))('the pattern %j is refused', (pattern) => {
  expect(() => compilePattern(pattern)).toThrow(PatternError);
});

describe.each(Object.entries(PATTERN_CASES))('%s', (_, { pattern, matches, rejects }) => {
  test.each(matches.map((event) => [event]))('matches %j', (event) =>
    expect(compilePattern(pattern)(event)).toBe(true),
  );
  test.each(rejects.map((event) => [event]))('rejects %j', (event) =>
    expect(compilePattern(pattern)(event)).toBe(false),
  );
});

test('an event matches the pattern that lists its own values', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  const name = fc.string({ minLength: 1 }).filter((text) => text !== '$or' && text !== '__proto__');
  fc.assert(
    fc.property(fc.dictionary(name, leaf, { minKeys: 1 }), (event) => {
      const pattern = Object.fromEntries(Object.entries(event).map(([key, value]) => [key, [value]]));
      expect(compilePattern(pattern)(event)).toBe(true);
      expect(compilePattern({ detail: pattern })({ detail: { ...event, more: 1 } })).toBe(true);
    }),
  );
});

test('a wildcard without stars is equality', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(text, text, (wanted, other) => {
      const matches = compilePattern({ a: [{ wildcard: wanted.replace(/[\\*]/g, '\\$&') }] });
      expect(matches({ a: wanted })).toBe(true);
      expect(matches({ a: other })).toBe(wanted === other);
    }),
  );
});

test('a wildcard matches what an expression of the same meaning matches', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b') });
  const pattern = fc.array(text, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('*').replace(/\*+/g, '*'));
  fc.assert(
    fc.property(pattern, text, (wildcard, value) => {
      const expected = new RegExp(`^${wildcard.replaceAll('*', '.*')}$`).test(value);
      expect(compilePattern({ a: [{ wildcard }] })({ a: value })).toBe(expected);
    }),
  );
});
