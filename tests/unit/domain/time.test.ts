import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { instant, parseDuration, parseInstant } from '../../../domain/time.ts';

const anyTime = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) });

describe('an instant', () => {
  test.each([
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:60Z',
    '2026-01-01T00:00:00',
    '2026-01-01 00:00:00Z',
    '2026-01-01',
    '2026-01-01T00:00:00+24:00',
    'tomorrow',
    '',
  ])('is not named by "%s"', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  test.each([
    '2024-02-29T12:00:00Z',
    '2000-02-29T00:00:00.5Z',
    '2026-12-24T08:00:00+01:00',
    '2026-12-24T08:00:00.123456789-05:30',
  ])('is named by "%s" as the platform understands it', (text) => {
    expect(parseInstant(text)).toBe(Date.parse(text));
  });

  test('is written as the platform writes it, and read back', () => {
    fc.assert(
      fc.property(anyTime, (at) => {
        expect(instant(at)).toBe(new Date(at).toISOString());
        expect(parseInstant(instant(at))).toBe(at);
      }),
    );
  });

  test('compares as text in the order of time', () => {
    fc.assert(fc.property(anyTime, anyTime, (a, b) => instant(a) < instant(b) === a < b));
  });
});

describe('a duration', () => {
  test.each(['', 'P', 'PT', 'P1', '1D', 'P1M', 'P1Y', 'P1.5D', 'PT1H1D', 'P-1D'])('is not "%s"', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test.each([
    ['P1D', 86_400],
    ['PT36H', 129_600],
    ['P1DT2H3M4S', 93_784],
    ['PT90S', 90],
    ['PT0S', 0],
  ])('%s is %s seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });
});
