import type { Clock } from '../../clock.ts';
import { type Cron, compileCron, ScheduleError } from './cron.ts';

/** When something is due, again and again or once. Times are milliseconds since 1970. */
export interface Schedule {
  /**
   * @param base when the schedule began: rates count from there
   * @returns the first time later than `after`, if there is any
   */
  next(after: number, base: number): number | undefined;
  /** Of a one-time schedule. */
  readonly once?: number;
  /**
   * It comes so often that nobody waits for a particular one: `rate()` of less than an hour. Whoever moves the clock by a day
   * does not mean hundreds of them: those in between are left out, the first and the last come.
   */
  readonly isFrequent?: boolean;
}

/** When it is due next: in a clock that is moved over many times of a frequent schedule, at the last of them. */
export function nextDue(schedule: Schedule, clock: Pick<Clock, 'now' | 'heading'>, base: number): number | undefined {
  const next = schedule.next(clock.now(), base);
  const heading = clock.heading();
  if (!schedule.isFrequent || next === undefined || heading === undefined || next > heading) return next;
  const interval = schedule.next(next, base)! - next;
  return next + Math.floor((heading - next) / interval) * interval;
}

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Compiles `rate(5 minutes)`, `cron(0 3 * * ? *)` and, for the Scheduler, `at(2026-12-24T18:00:00)`.
 * @param timezone an IANA name
 * @throws ScheduleError
 */
export function compileSchedule(expression: string, timezone = 'UTC'): Schedule {
  const [, kind, content = ''] = /^(rate|cron|at)\((.*)\)$/.exec(expression) ?? [];
  const zone = zoneOf(timezone);
  switch (kind) {
    case 'rate':
      return rate(content);
    case 'cron': {
      const cron = compileCron(content);
      return { next: (after) => nextCron(cron, after, zone) };
    }
    case 'at': {
      if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(content)) throw new ScheduleError('at() takes yyyy-mm-ddThh:mm:ss');
      const local = Date.parse(`${content}Z`);
      if (Number.isNaN(local)) throw new ScheduleError(`${content} is no date`);
      const once = toUtc(local, zone);
      return { once, next: (after) => (once > after ? once : undefined) };
    }
    default:
      throw new ScheduleError(`${expression} is neither rate(), cron() nor at()`);
  }
}

function rate(content: string): Schedule {
  const [, value, unit = '', plural] = /^\s*(\d+)\s+(minute|hour|day)(s?)\s*$/.exec(content) ?? [];
  const count = Number(value);
  if (!(count > 0)) throw new ScheduleError(`${content} is no rate`);
  if ((count === 1) !== (plural === '')) throw new ScheduleError(`${content} mixes singular and plural`);
  const interval = count * UNITS[unit]!;
  const isFrequent = interval < UNITS.hour!;
  return { isFrequent, next: (after, base) => base + (Math.floor((after - base) / interval) + 1) * interval };
}

interface Zone {
  /** What a clock there shows, as if it were UTC. */
  local(utc: number): number;
}

function zoneOf(timezone: string): Zone {
  if (timezone === 'UTC') return { local: (utc) => utc };
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw new ScheduleError(`${timezone} is no time zone`);
  }
  return {
    local(utc) {
      const part = Object.fromEntries(format.formatToParts(utc).map(({ type, value }) => [type, Number(value)]));
      return Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
    },
  };
}

/** What a clock shows twice means the first time; what it never shows, when it has jumped over it. */
function toUtc(local: number, zone: Zone): number {
  const offsets = [-1, 1].map((days) => zone.local(local + days * UNITS.day!) - (local + days * UNITS.day!));
  const candidates = offsets.map((offset) => local - offset).sort((a, b) => a - b);
  return candidates.find((utc) => zone.local(utc) === local) ?? candidates[0]!;
}

function nextCron(cron: Cron, after: number, zone: Zone): number | undefined {
  const start = new Date(zone.local(after));
  let year = Math.max(start.getUTCFullYear(), cron.firstYear);
  let date = new Date(
    year === start.getUTCFullYear() ? Date.UTC(year, start.getUTCMonth(), start.getUTCDate()) : Date.UTC(year, 0, 1),
  );
  while (year <= cron.lastYear) {
    if (cron.matchesDay({ year, month: date.getUTCMonth() + 1, day: date.getUTCDate() })) {
      for (const hour of cron.hours) {
        for (const minute of cron.minutes) {
          const utc = toUtc(date.getTime() + hour * UNITS.hour! + minute * UNITS.minute!, zone);
          if (utc > after) return utc;
        }
      }
    }
    date = new Date(date.getTime() + UNITS.day!);
    year = date.getUTCFullYear();
  }
  return undefined;
}
