import type { AdjustableClock } from '../clock.ts';
import { ConsoleError } from './console-error.ts';

type WithClock = { readonly clock: AdjustableClock };

export function clockJson({ clock }: WithClock): object {
  const nextTimer = clock.nextTimer();
  return {
    now: new Date(clock.now()).toISOString(),
    nextTimer: nextTimer === undefined ? null : new Date(nextTimer).toISOString(),
  };
}

/** Ten years: further than anything that waits. */
const LONGEST_ADVANCE_SECONDS = 315_360_000;

/** @param request `{"seconds": n}` or `{"to": "next-timer"}`. @throws ConsoleError */
export async function advanceClock(sources: WithClock, request: unknown): Promise<object> {
  const { clock } = sources;
  await clock.advanceTo(targetOf(clock, request));
  return clockJson(sources);
}

function targetOf(clock: AdjustableClock, request: unknown): number {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) throw new ConsoleError(400, USAGE);
  const { seconds, to, ...others } = request as { seconds?: unknown; to?: unknown };
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) throw new ConsoleError(400, `${unknown} is not known. ${USAGE}`);
  if ((seconds === undefined) === (to === undefined)) throw new ConsoleError(400, USAGE);
  if (to !== undefined) {
    if (to !== 'next-timer') throw new ConsoleError(400, `to has to be "next-timer". ${USAGE}`);
    const next = clock.nextTimer();
    if (next === undefined) throw new ConsoleError(409, 'There is no timer: nothing waits for a time.');
    return Math.max(next, clock.now());
  }
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds <= 0 || seconds > LONGEST_ADVANCE_SECONDS) {
    throw new ConsoleError(400, `seconds has to be a number above 0, at most ${LONGEST_ADVANCE_SECONDS}. ${USAGE}`);
  }
  return clock.now() + Math.round(seconds * 1_000);
}

const USAGE = 'Send {"seconds": n} or {"to": "next-timer"}.';
