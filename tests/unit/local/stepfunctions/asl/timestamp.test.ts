import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatTimestamp, parseTimestamp } from '../../../../../local/stepfunctions/asl/timestamp.ts';

test.each([
  '2016-12-05 21:29:29Z',
  '2016-12-05T21:29:29',
  '05-12-2016T21:29:29Z',
  '2016-13-05T21:29:29Z',
  '2016-12-05T25:29:29Z',
  '2015-02-29T00:00:00Z',
  '1900-02-29T00:00:00Z',
  '2016-12-05T21:29:60Z',
  '2016-12-05',
  '',
])('%j is no timestamp', (text) => {
  expect(parseTimestamp(text)).toBeUndefined();
});

test('every time is written as JavaScript writes it, without a fraction of zero, and read back', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
      const written = formatTimestamp(date.getTime());
      expect(written).toBe(date.toISOString().replace('.000Z', 'Z'));
      expect(parseTimestamp(written)).toBe(date.getTime());
    }),
  );
});

test('offsets count', () => {
  const time = Date.parse('2016-12-05T21:29:29Z');
  expect(parseTimestamp('2016-12-05T23:59:29+02:30')).toBe(time);
  expect(parseTimestamp('2016-12-05T18:29:29.000000000-03:00')).toBe(time);
  expect(parseTimestamp('2016-12-05T21:29:29.25Z')).toBe(time + 250);
});
