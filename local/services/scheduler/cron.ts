/** The expression breaks a rule of the language. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}

interface Day {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  readonly day: number;
}

/** A cron expression of AWS, compiled: minutes, hours, day of month, month, day of week, year. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly firstYear: number;
  readonly lastYear: number;
  matchesDay(day: Day): boolean;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** @throws ScheduleError */
export function compileCron(expression: string): Cron {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 6) throw new ScheduleError('A cron expression has six fields');
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = fields as [string, string, string, string, string, string];
  if ((dayOfMonth === '?') === (dayOfWeek === '?'))
    throw new ScheduleError('One of day-of-month and day-of-week has to be ?');
  const months = values(month, 1, 12, MONTHS);
  const years = values(year, 1970, 2199);
  const matchesDate = dayOfMonth === '?' ? dayOfWeekRule(dayOfWeek) : dayOfMonthRule(dayOfMonth);
  return {
    minutes: values(minute, 0, 59),
    hours: values(hour, 0, 23),
    firstYear: years[0]!,
    lastYear: years.at(-1)!,
    matchesDay: (day) => years.includes(day.year) && months.includes(day.month) && matchesDate(day),
  };
}

type DayRule = (day: Day) => boolean;

/** Days of the month: numbers, `L` (the last), `15W` (the weekday nearest to the 15th), `LW`. */
function dayOfMonthRule(field: string): DayRule {
  const nearest = /^(\d{1,2})W$/.exec(field)?.[1];
  if (field === 'L') return ({ year, month, day }) => day === lastDay(year, month);
  if (field === 'LW') return (at) => at.day === nearestWeekday(at.year, at.month, lastDay(at.year, at.month));
  if (nearest !== undefined) {
    const wanted = inRange(Number(nearest), 1, 31);
    return ({ year, month, day }) => wanted <= lastDay(year, month) && day === nearestWeekday(year, month, wanted);
  }
  const days = values(field, 1, 31);
  return ({ day }) => days.includes(day);
}

/** Days of the week, 1 or SUN to 7 or SAT: lists, `L` (Saturday), `6L` (the last Friday), `3#2` (the second Tuesday). */
function dayOfWeekRule(field: string): DayRule {
  const number = (text: string) => values(text, 1, 7, WEEKDAYS)[0]!;
  const [, weekday, ordinal] = /^(\w+)#([1-5])$/.exec(field) ?? [];
  const last = /^(\w+)L$/.exec(field)?.[1];
  if (field === 'L') return (at) => weekdayOf(at) === 7;
  if (weekday !== undefined) {
    const wanted = number(weekday);
    return (at) => weekdayOf(at) === wanted && Math.ceil(at.day / 7) === Number(ordinal);
  }
  if (last !== undefined) {
    const wanted = number(last);
    return (at) => weekdayOf(at) === wanted && at.day > lastDay(at.year, at.month) - 7;
  }
  const days = values(field, 1, 7, WEEKDAYS);
  return (at) => days.includes(weekdayOf(at));
}

const lastDay = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** 1 for Sunday to 7 for Saturday. */
const weekdayOf = ({ year, month, day }: Day): number => new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

/** Within the month: the 1st on a Saturday gives the 3rd. */
function nearestWeekday(year: number, month: number, day: number): number {
  const weekday = weekdayOf({ year, month, day });
  if (weekday === 7) return day > 1 ? day - 1 : day + 2;
  if (weekday === 1) return day < lastDay(year, month) ? day + 1 : day - 2;
  return day;
}

/** `1,3-5,10/15,*` as numbers in order. */
function values(field: string, min: number, max: number, names: readonly string[] = []): number[] {
  const found = new Set<number>();
  const parse = (text: string): number => {
    const name = names.indexOf(text.toUpperCase());
    if (name >= 0) return name + min;
    if (!/^\d+$/.test(text)) throw new ScheduleError(`${field} is no valid field of a cron expression`);
    return inRange(Number(text), min, max);
  };
  for (const part of field.split(',')) {
    const [range = '', step] = part.split('/');
    const [from = '', to] = range.split('-');
    const start = range === '*' ? min : parse(from);
    const end = range === '*' || (step !== undefined && to === undefined) ? max : to === undefined ? start : parse(to);
    const increment = step === undefined ? 1 : inRange(/^\d+$/.test(step) ? Number(step) : 0, 1, max);
    // FRI-MON goes around
    const length = end >= start ? end - start : end - start + (max - min + 1);
    for (let offset = 0; offset <= length; offset += increment)
      found.add(((start - min + offset) % (max - min + 1)) + min);
  }
  return [...found].sort((a, b) => a - b);
}

function inRange(value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value;
  throw new ScheduleError(`${value} is not between ${min} and ${max}`);
}
