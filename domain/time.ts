// Calendar arithmetic by hand: the domain has no Date, so nothing in it can ask what time it is.
// Days to civil dates and back after Howard Hinnant's "chrono-compatible low-level date algorithms".

/** An instant as text: RFC 3339 in UTC with milliseconds. Compares as text in the order of time. */
export type Instant = string;

const SECOND = 1_000;
const DAY = 86_400 * SECOND;

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** @param at milliseconds since 1970, up to the year 9999 */
export function instant(at: number): Instant {
  const days = Math.floor(at / DAY);
  const time = at - days * DAY;
  const { year, month, day } = civilFromDays(days);
  const clock = [time / 3_600_000, (time / 60_000) % 60, (time / SECOND) % 60].map((part) => pad(Math.floor(part)));
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}T${clock.join(':')}.${pad(Math.floor(time % SECOND), 3)}Z`;
}

/** @returns `2026-11-22T12:05:00.000Z` as `2026-11-22 12:05 UTC`: the same for every reader */
export const readable = (at: Instant = ''): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/** Reads an RFC 3339 date-time (upper-case T and Z). @returns milliseconds since 1970, or undefined if it names none */
export function parseInstant(text: string): number | undefined {
  const match = DATE_TIME.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const offset = (Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0)) * (match[8] === '-' ? -1 : 1);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59 || Number(match[9] ?? 0) > 23 || Number(match[10] ?? 0) > 59)
    return undefined;
  const milliseconds = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const minutes = hour * 60 + minute - offset;
  return daysFromCivil(year, month, day) * DAY + minutes * 60 * SECOND + second * SECOND + milliseconds;
}

const DURATION = /^P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** Reads an ISO 8601 duration of days, hours, minutes and seconds. @returns seconds, or undefined */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function daysFromCivil(year: number, month: number, day: number): number {
  // Years begin in March, so that the leap day is the last of them.
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
