import { addBusinessTime, type BusinessCalendar } from './business-calendar.ts';
import { type Instant, instant, parseInstant } from './time.ts';

/** What happens while nobody decides, `waitSeconds` after the tick before. */
export interface Tick {
  readonly waitSeconds: number;
  readonly action: 'remind' | 'escalate' | 'expire';
}

/** How a stage counts its time: by the clock, or in the working hours of a calendar. */
export interface Timing {
  /** The last is `expire`. */
  readonly ticks: readonly Tick[];
  readonly calendar?: BusinessCalendar;
}

/** A Standard execution lasts a year at most, and an order may wait for its stages and for its ship date. */
export const LONGEST_SIGN_OFF = 360 * 86_400;

/**
 * The ticks of a stage by the clock on the wall, which the state machine keeps: fixed when the stage begins.
 * @param openedAt of the approval, which ends within 360 days: what would be due after that is left out, and expiry comes then
 */
export function fixTicks({ ticks, calendar }: Timing, begins: Instant, openedAt: Instant): readonly Tick[] {
  const start = parseInstant(begins) as number;
  const end = Math.max((parseInstant(openedAt) as number) + LONGEST_SIGN_OFF * 1_000, start);
  let counted = 0;
  const moments = ticks.map(({ waitSeconds, action }) => {
    counted += waitSeconds;
    const at = calendar ? addBusinessTime(calendar, start, counted, end) : Math.min(start + counted * 1_000, end);
    return { at, action };
  });
  const due = moments.filter(({ at, action }) => action === 'expire' || at < end);
  return due.map(({ at, action }, index) => {
    const before = due[index - 1]?.at ?? start;
    return { waitSeconds: Math.max(1, Math.round((at - before) / 1_000)), action };
  });
}

/** @returns seconds until the stage expires */
export const lengthOf = (ticks: readonly Tick[]): number =>
  ticks.reduce((sum, { waitSeconds }) => sum + waitSeconds, 0);

export const later = (at: Instant, seconds: number): Instant => instant((parseInstant(at) as number) + seconds * 1_000);
