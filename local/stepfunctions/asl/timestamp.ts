const PATTERN =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:Z|([+-])(\d{2}):(\d{2})(?::(\d{2}))?)$/i;
const DAY = 86_400_000;

/**
 * Reads an ISO-8601 extended date-time with an offset: `2016-12-05T21:29:29Z`, `2016-12-05T21:29:29.5+01:00`.
 * @returns milliseconds since 1970 (with a fraction, if the text is finer), or undefined if it is anything else
 */
export function parseTimestamp(text: string): number | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((digits) => Number(digits ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = match[7] ? Number(`0.${match[7]}`) * 1000 : 0;
  const [offsetHours, offsetMinutes, offsetSeconds] = [match[9], match[10], match[11]].map((digits) =>
    Number(digits ?? 0),
  ) as [number, number, number];
  if (offsetHours > 18 || offsetMinutes > 59 || offsetSeconds > 59) return undefined;
  const offset = (offsetHours * 3600 + offsetMinutes * 60 + offsetSeconds) * 1000 * (match[8] === '-' ? -1 : 1);
  return daysSince1970(year, month, day) * DAY + (hour * 3600 + minute * 60 + second) * 1000 + fraction - offset;
}

/** As the context object shows it. @returns `2016-12-05T21:29:29.123Z`, or `2016-12-05T21:29:29Z` at the beginning of a second */
export function formatTimestamp(milliseconds: number): string {
  const days = Math.floor(milliseconds / DAY);
  const time = Math.floor(milliseconds - days * DAY);
  const { year, month, day } = dateOf(days);
  const clock = [Math.floor(time / 3_600_000), Math.floor(time / 60_000) % 60, Math.floor(time / 1000) % 60];
  const [hours, minutes, seconds] = clock.map((part) => pad(part, 2));
  const fraction = time % 1000 === 0 ? '' : `.${pad(time % 1000, 3)}`;
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${hours}:${minutes}:${seconds}${fraction}Z`;
}

const pad = (value: number, length: number): string => String(value).padStart(length, '0');

const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

const daysInMonth = (year: number, month: number): number =>
  month === 2 ? (isLeapYear(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;

// Days are counted in years that begin on the first of March, so that the leap day is the last one; the 400 years of the
// Gregorian cycle have 146,097 days, and 719,468 days lie between 0000-03-01 and 1970-01-01.

function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + dayOfYear - 719_468;
}

function dateOf(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const cycle = Math.floor(shifted / 146_097);
  const dayOfCycle = shifted - cycle * 146_097;
  const yearOfCycle = Math.floor(
    (dayOfCycle - Math.floor(dayOfCycle / 1460) + Math.floor(dayOfCycle / 36_524) - Math.floor(dayOfCycle / 146_096)) /
      365,
  );
  const dayOfYear = dayOfCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}
