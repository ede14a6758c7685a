import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addBusinessTime, type BusinessCalendar, WEEKDAYS } from '../../../domain/business-calendar.ts';
import { instant, parseInstant } from '../../../domain/time.ts';

const at = (text: string): number => parseInstant(text) as number;
const HOUR = 3_600;
const NEVER = at('2030-01-01T00:00:00Z');

const weekdays = (...hours: string[]) => ({
  ...{ monday: hours, tuesday: hours, wednesday: hours, thursday: hours, friday: hours },
});
const berlin: BusinessCalendar = {
  timeZone: 'Europe/Berlin',
  workingHours: weekdays('09:00-17:00'),
  holidays: ['2026-12-25'],
};
const counted = (from: string, hours: number, calendar = berlin) =>
  instant(addBusinessTime(calendar, at(from), hours * HOUR, NEVER));

describe('business time', () => {
  test.each([
    ['stands still over the night', '2026-11-24T15:00:00Z', 2, '2026-11-25T09:00:00.000Z'],
    ['stands still over the weekend', '2026-11-27T15:00:00Z', 2, '2026-11-30T09:00:00.000Z'],
    ['stands still on a holiday', '2026-12-24T15:00:00Z', 2, '2026-12-28T09:00:00.000Z'],
    ['begins with the working day for who asks before it', '2026-11-24T03:00:00Z', 1, '2026-11-24T09:00:00.000Z'],
    ['ends with the working day, not with the next one', '2026-11-24T08:00:00Z', 8, '2026-11-24T16:00:00.000Z'],
    ['counts whole weeks', '2026-11-24T09:00:00Z', 40, '2026-12-01T09:00:00.000Z'],
    ['follows the clocks to summer time', '2026-03-27T15:00:00Z', 2, '2026-03-30T08:00:00.000Z'],
    ['follows the clocks back', '2026-10-23T14:00:00Z', 2, '2026-10-26T09:00:00.000Z'],
  ])('%s', (_, from, hours, expected) => {
    expect(counted(from, hours)).toBe(expected);
  });

  test('knows breaks', () => {
    const calendar = { ...berlin, workingHours: weekdays('09:00-12:00', '13:00-17:00') };
    expect(counted('2026-11-24T10:00:00Z', 2, calendar)).toBe('2026-11-24T13:00:00.000Z');
  });

  test('has no hour that the clocks skip, and twice the one that they repeat', () => {
    const nights = { timeZone: 'Europe/Berlin', workingHours: { sunday: ['01:00-04:00'], monday: ['09:00-17:00'] } };
    expect(counted('2026-03-28T23:00:00Z', 2, nights)).toBe('2026-03-29T02:00:00.000Z');
    expect(counted('2026-03-28T23:00:00Z', 3, nights)).toBe('2026-03-30T08:00:00.000Z');
    expect(counted('2026-10-24T22:00:00Z', 4, nights)).toBe('2026-10-25T03:00:00.000Z');
  });

  test('reaches midnight, and through it', () => {
    const always = { timeZone: 'UTC', workingHours: { tuesday: ['22:00-24:00'], wednesday: ['00:00-02:00'] } };
    expect(counted('2026-11-24T00:00:00Z', 3, always)).toBe('2026-11-25T01:00:00.000Z');
  });

  test('is the local one, on whichever side of the date line', () => {
    const monday = { workingHours: { monday: ['09:00-17:00'] } };
    expect(counted('2026-11-22T00:00:00Z', 1, { timeZone: 'Pacific/Kiritimati', ...monday })).toBe(
      '2026-11-22T20:00:00.000Z',
    );
    expect(counted('2026-11-22T00:00:00Z', 1, { timeZone: 'Pacific/Pago_Pago', ...monday })).toBe(
      '2026-11-23T21:00:00.000Z',
    );
  });

  test('never leads beyond the latest moment', () => {
    const from = at('2026-11-24T09:00:00Z');
    const latest = from + 86_400_000;
    expect(addBusinessTime(berlin, from, 1_000 * HOUR, latest)).toBe(latest);
    expect(addBusinessTime({ timeZone: 'UTC', workingHours: {} }, from, 1, latest)).toBe(latest);
  });

  test('does not depend on the zone of the machine', () => {
    const script = `import { addBusinessTime } from './domain/business-calendar.ts';
      console.log(addBusinessTime(${JSON.stringify(berlin)}, ${at('2026-10-23T14:00:00Z')}, 7200, ${NEVER}));`;
    const answers = ['Pacific/Auckland', 'America/Los_Angeles'].map((TZ) =>
      execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        cwd: new URL('../../..', import.meta.url),
        env: { TZ, PATH: process.env.PATH },
        encoding: 'utf8',
      }),
    );
    expect(answers.map((text) => instant(Number(text)))).toEqual(Array(2).fill('2026-10-26T09:00:00.000Z'));
  });
});

const MINUTE = 60_000;
const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Havana', 'UTC'];

const clocks = new Map(
  zones.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' }),
  ]),
);

/** Whether people work at an instant, asked of the zone's clock minute by minute: nothing of the code under test. */
function isOpen({ timeZone, workingHours, holidays = [] }: BusinessCalendar, moment: number): boolean {
  const [date = '', time = ''] = clocks.get(timeZone)?.format(moment).split(', ') ?? [];
  const day = date.split('/').reverse().join('-');
  const weekday = WEEKDAYS[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7] ?? 'monday';
  if (holidays.includes(day)) return false;
  return (workingHours[weekday] ?? []).some((hours) => hours.slice(0, 5) <= time && time < hours.slice(6));
}

const clockTime = fc.integer({ min: 0, max: 96 });
const text = (quarters: number) =>
  `${String(Math.floor(quarters / 4)).padStart(2, '0')}:${String((quarters % 4) * 15).padStart(2, '0')}`;
const workday = fc
  .uniqueArray(clockTime, { minLength: 2, maxLength: 4 })
  .map((list) => list.toSorted((a, b) => a - b))
  .map((list) =>
    [0, 2].filter((from) => list.length > from + 1).map((from) => `${text(list[from]!)}-${text(list[from + 1]!)}`),
  );
const calendars: fc.Arbitrary<BusinessCalendar> = fc.record({
  timeZone: fc.constantFrom(...zones),
  workingHours: fc.record({ monday: workday, saturday: workday, sunday: workday }),
  holidays: fc.constantFrom([], ['2026-03-29'], ['2026-11-02']),
});
/** Around the days on which the clocks are changed, somewhere. */
const moments = fc
  .tuple(
    fc.constantFrom('2026-03-07', '2026-03-28', '2026-04-04', '2026-10-03', '2026-10-24', '2026-10-31'),
    fc.nat(4_320),
  )
  .map(([day, minutes]) => at(`${day}T00:00:00Z`) + minutes * MINUTE);

describe('whatever the calendar', () => {
  test('as many minutes are open until the moment as were to be counted, and not one more is needed', () => {
    fc.assert(
      fc.property(calendars, moments, fc.integer({ min: 1, max: 600 }), (calendar, from, minutes) => {
        const latest = from + 4 * 86_400_000;
        const end = addBusinessTime(calendar, from, minutes * 60, latest);
        let open = 0;
        for (let moment = from; moment < end; moment += MINUTE) if (isOpen(calendar, moment)) open++;
        if (end === latest) expect(open).toBeLessThanOrEqual(minutes);
        else expect([open, isOpen(calendar, end - MINUTE)]).toEqual([minutes, true]);
      }),
      { numRuns: 40 },
    );
  });

  test('counting in two parts leads where counting at once does, and more never leads to earlier', () => {
    const seconds = fc.integer({ min: 1, max: 200_000 });
    fc.assert(
      fc.property(calendars, moments, seconds, seconds, (calendar, from, first, second) => {
        const half = addBusinessTime(calendar, from, first, NEVER);
        const whole = addBusinessTime(calendar, from, first + second, NEVER);
        expect(addBusinessTime(calendar, half, second, NEVER)).toBe(whole);
        expect(whole).toBeGreaterThan(half);
        expect(half).toBeGreaterThan(from);
      }),
      { numRuns: 100 },
    );
  });
});
