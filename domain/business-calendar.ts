import { InvalidDocumentError } from './errors.ts';
import { parseInstant } from './time.ts';

/** When people work: what is counted in business time stands still outside of it. */
export interface BusinessCalendar {
  /** IANA name: Europe/Berlin. */
  readonly timeZone: string;
  /** By weekday: `09:00-12:30`, local time, in ascending order. Who is not listed has the day off. */
  readonly workingHours: Readonly<Partial<Record<Weekday, readonly string[]>>>;
  /** Days off, as local dates: 2026-12-25. */
  readonly holidays?: readonly string[];
}

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * The first moment by which so much business time has passed. Depends on its arguments and on the time zone data of the
 * runtime, and on nothing else: not on the machine's own zone. An hour that the clocks skip has no business time, one that
 * they repeat has it twice.
 * @param from milliseconds since 1970
 * @param latest milliseconds since 1970: the answer where counting would lead beyond
 */
export function addBusinessTime(calendar: BusinessCalendar, from: number, seconds: number, latest: number): number {
  let left = seconds * 1_000;
  // The day before as well: where clocks go back over midnight, yesterday comes again.
  const first = Math.floor((from + offsetAt(calendar.timeZone, from)) / DAY) - 1;
  for (let day = first; (day - 2) * DAY <= latest; day++) {
    for (const period of openPeriods(calendar, day)) {
      const start = Math.max(period.from, from);
      const length = period.to - start;
      if (length >= left) return Math.min(start + left, latest);
      left -= Math.max(length, 0);
    }
  }
  return latest;
}

interface Period {
  readonly from: number;
  readonly to: number;
}

/** @param day local date, in days since 1970 */
function openPeriods({ timeZone, workingHours, holidays = [] }: BusinessCalendar, day: number): readonly Period[] {
  if (holidays.some((date) => dayOf(date) === day)) return [];
  const hours = (workingHours[weekdayOf(day)] ?? []).map(parseHours);
  if (hours.length === 0) return [];
  const midnight = day * DAY;
  return offsetsAround(timeZone, midnight)
    .flatMap(({ offset, from, to }) =>
      hours.map((each) => ({
        from: Math.max(midnight + each.from - offset, from),
        to: Math.min(midnight + each.to - offset, to),
      })),
    )
    .filter((period) => period.to > period.from)
    .sort((a, b) => a.from - b.from);
}

/** The zone's offsets during a local day, wherever on earth it is: one, or two when the clocks are changed. */
function offsetsAround(timeZone: string, midnight: number): readonly (Period & { readonly offset: number })[] {
  let [low, high] = [midnight - 15 * HOUR, midnight + 39 * HOUR];
  const [before, after] = [offsetAt(timeZone, low), offsetAt(timeZone, high)];
  const always = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  if (before === after) return [{ ...always, offset: before }];
  while (high - low > 1_000) {
    const middle = Math.floor((low + high) / 2_000) * 1_000;
    if (offsetAt(timeZone, middle) === before) low = middle;
    else high = middle;
  }
  return [
    { ...always, to: high, offset: before },
    { ...always, from: high, offset: after },
  ];
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** @returns how many milliseconds the zone's clocks are ahead of UTC */
function offsetAt(timeZone: string, at: number): number {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const { year, month, day, hour, minute, second } = parts;
  const wall = parseInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) as number;
  return wall - Math.floor(at / 1_000) * 1_000;
}

/** Made once: making one takes much longer than using it. @throws RangeError if there is no such zone */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const [numeric, digits] = ['numeric', '2-digit'] as const;
  const format = new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
    ...{ timeZone, hourCycle: 'h23', year: numeric },
    ...{ month: digits, day: digits, hour: digits, minute: digits, second: digits },
  });
  formats.set(timeZone, format);
  return format;
}

/** 1 January 1970 was a Thursday. */
const weekdayOf = (day: number): Weekday => WEEKDAYS[(((day + 3) % 7) + 7) % 7] as Weekday;

function dayOf(date: string): number | undefined {
  const at = parseInstant(`${date}T00:00:00Z`);
  return at === undefined ? undefined : at / DAY;
}

const HOURS = /^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/;

/** @returns milliseconds since midnight by the clock on the wall */
function parseHours(text: string): Period {
  const [, hour, minute, toHour = 24, toMinute = 0] = HOURS.exec(text) ?? [];
  return {
    from: Number(hour) * HOUR + Number(minute) * MINUTE,
    to: Number(toHour) * HOUR + Number(toMinute) * MINUTE,
  };
}

/** @returns seconds of business time in a week without holidays */
export const weeklySeconds = ({ workingHours }: BusinessCalendar): number =>
  Object.values(workingHours)
    .flatMap((list) => list.map(parseHours))
    .reduce((sum, { from, to }) => sum + (to - from) / 1_000, 0);

/** Checks what the JSON Schema can't say. @throws InvalidDocumentError naming the first mistake by its JSON pointer */
export function checkCalendar(calendar: BusinessCalendar, at: string): void {
  if (!isTimeZone(calendar.timeZone)) {
    throw new InvalidDocumentError(
      `${at}/timeZone`,
      `"${calendar.timeZone}" is no time zone: name one like Europe/Berlin.`,
    );
  }
  for (const [weekday, list] of Object.entries(calendar.workingHours)) {
    list.forEach((text, index) => {
      const place = `${at}/workingHours/${weekday}/${index}`;
      if (!HOURS.test(text)) throw new InvalidDocumentError(place, `"${text}" is not like 09:00-17:30.`);
      const { from, to } = parseHours(text);
      if (to <= from) throw new InvalidDocumentError(place, `"${text}" ends before it begins.`);
      const before = list[index - 1];
      if (before && parseHours(before).to > from)
        throw new InvalidDocumentError(place, `"${text}" begins before "${before}" ends.`);
    });
  }
  if (weeklySeconds(calendar) === 0)
    throw new InvalidDocumentError(`${at}/workingHours`, 'has no hour in the whole week.');
  const wrong = (calendar.holidays ?? []).findIndex((date) => dayOf(date) === undefined);
  if (wrong >= 0) {
    throw new InvalidDocumentError(
      `${at}/holidays/${wrong}`,
      `"${calendar.holidays?.[wrong]}" is not a date like 2026-12-25.`,
    );
  }
}

function isTimeZone(name: string): boolean {
  try {
    return formatOf(name) !== undefined;
  } catch {
    return false;
  }
}
