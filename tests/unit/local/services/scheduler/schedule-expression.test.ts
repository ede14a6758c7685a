import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ScheduleError } from '../../../../../local/services/scheduler/cron.ts';
import { compileSchedule } from '../../../../../local/services/scheduler/schedule-expression.ts';

const NOW = '2026-11-22T12:00:00Z'; // a Sunday

test.each([
  '',
  'rate()',
  'rate(0 minutes)',
  'rate(1 minutes)',
  'rate(5 minute)',
  'rate(1.5 hours)',
  'rate(5 weeks)',
  'cron(* * * * *)',
  'cron(* * * * * *)',
  'cron(* * ? * ? *)',
  'cron(60 * * * ? *)',
  'cron(* 24 * * ? *)',
  'cron(* * 32 * ? *)',
  'cron(* * ? * 8 *)',
  'cron(*/0 * * * ? *)',
  'cron(a * * * ? *)',
  'cron(0 0 1 FOO ? *)',
  'cron(0 0 ? * MON#6 *)',
  'at(tomorrow)',
  'at(2026-13-01T00:00:00)',
  'every(5 minutes)',
])('%j is refused', (expression) => {
  expect(() => compileSchedule(expression)).toThrow(ScheduleError);
});

test('a time zone that is none is refused', () => {
  expect(() => compileSchedule('rate(1 day)', 'Mars/Olympus')).toThrow(ScheduleError);
});

describe('the next times', () => {
  test.each<[string, string, string, string[]]>([
    ['each quarter', 'cron(0/15 * * * ? *)', NOW, ['2026-11-22T12:15:00Z', '2026-11-22T12:30:00Z']],
    ['each day', 'cron(30 3 * * ? *)', NOW, ['2026-11-23T03:30:00Z', '2026-11-24T03:30:00Z']],
    [
      'on working days',
      'cron(0 9 ? * MON-FRI *)',
      '2026-11-27T10:00:00Z',
      ['2026-11-30T09:00:00Z', '2026-12-01T09:00:00Z'],
    ],
    [
      'at weekends, around the corner',
      'cron(0 9 ? * SAT-SUN *)',
      NOW,
      ['2026-11-28T09:00:00Z', '2026-11-29T09:00:00Z'],
    ],
    [
      'on the last day of a month',
      'cron(0 0 L * ? *)',
      NOW,
      ['2026-11-30T00:00:00Z', '2026-12-31T00:00:00Z', '2027-01-31T00:00:00Z', '2027-02-28T00:00:00Z'],
    ],
    [
      'on the weekday nearest to the 15th',
      'cron(0 0 15W * ? *)',
      '2026-11-16T00:00:00Z',
      ['2026-12-15T00:00:00Z', '2027-01-15T00:00:00Z', '2027-02-15T00:00:00Z'],
    ],
    ['on the weekday nearest to the 1st', 'cron(0 0 1W * ? *)', '2027-04-30T00:00:00Z', ['2027-05-03T00:00:00Z']],
    ['on the second Tuesday', 'cron(0 0 ? * TUE#2 *)', NOW, ['2026-12-08T00:00:00Z', '2027-01-12T00:00:00Z']],
    ['on the last Friday', 'cron(0 0 ? * 6L *)', NOW, ['2026-11-27T00:00:00Z', '2026-12-25T00:00:00Z']],
    ['in some months', 'cron(0 0 1 JAN,JUL ? *)', NOW, ['2027-01-01T00:00:00Z', '2027-07-01T00:00:00Z']],
    ['in a leap year', 'cron(0 0 29 2 ? *)', NOW, ['2028-02-29T00:00:00Z', '2032-02-29T00:00:00Z']],
    ['in one year', 'cron(0 0 1 1 ? 2030)', NOW, ['2030-01-01T00:00:00Z']],
    ['in a year that is over', 'cron(0 0 1 1 ? 2020)', NOW, []],
    ['on a day that never is', 'cron(0 0 31 2 ? 2027)', NOW, []],
    ['once', 'at(2026-12-24T18:00:00)', NOW, ['2026-12-24T18:00:00Z']],
  ])('%s', (_, expression, after, expected) => {
    const schedule = compileSchedule(expression);
    const found: string[] = [];
    let time: number | undefined = Date.parse(after);
    while (found.length < expected.length) {
      time = schedule.next(time, 0);
      if (time === undefined) break;
      found.push(new Date(time).toISOString().replace('.000', ''));
    }
    expect(found).toEqual(expected);
    if (expected.length === 0) expect(schedule.next(Date.parse(after), 0)).toBeUndefined();
  });

  test.each([
    ['winter', 'cron(0 9 * * ? *)', '2026-11-22T00:00:00Z', '2026-11-22T08:00:00Z'],
    ['summer', 'cron(0 9 * * ? *)', '2026-07-01T00:00:00Z', '2026-07-01T07:00:00Z'],
    ['a time that the clock jumps over', 'cron(30 2 29 3 ? 2026)', '2026-03-01T00:00:00Z', '2026-03-29T00:30:00Z'],
    ['a time that the clock shows twice', 'cron(30 2 25 10 ? 2026)', '2026-10-01T00:00:00Z', '2026-10-25T00:30:00Z'],
    ['once', 'at(2026-12-24T18:00:00)', NOW, '2026-12-24T17:00:00Z'],
  ])('in Berlin: %s', (_, expression, after, expected) => {
    const next = compileSchedule(expression, 'Europe/Berlin').next(Date.parse(after), 0);
    expect(new Date(next!).toISOString().replace('.000', '')).toBe(expected);
  });
});

test('a rate counts from its start, whenever it is asked', () => {
  const minutes = 60_000;
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 90 }), fc.nat(10_000_000), fc.nat(10_000_000), (count, base, later) => {
      const next = compileSchedule(`rate(${count} minutes)`).next(base + later, base)!;
      expect(next).toBeGreaterThan(base + later);
      expect(next - (base + later)).toBeLessThanOrEqual(count * minutes);
      expect((next - base) % (count * minutes)).toBe(0);
    }),
  );
});

test('times follow each other without an end or a stop', () => {
  const part = (min: number, max: number) =>
    fc.oneof(fc.constant('*'), fc.integer({ min, max }).map(String), fc.constant(`${min}/3`));
  fc.assert(
    fc.property(
      part(0, 59),
      part(0, 23),
      part(1, 28),
      part(1, 12),
      fc.nat(2_000_000_000),
      (minute, hour, day, month, seconds) => {
        const schedule = compileSchedule(`cron(${minute} ${hour} ${day} ${month} ? *)`);
        const first = schedule.next(seconds * 1000, 0)!;
        const second = schedule.next(first, 0)!;
        expect([first > seconds * 1000, second > first, first % 60_000]).toEqual([true, true, 0]);
        // Nothing lies between.
        expect(schedule.next(second - 1, 0)).toBe(second);
        expect(schedule.next(first - 1, 0)).toBe(first);
      },
    ),
  );
});
