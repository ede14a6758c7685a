import { setImmediate as turn } from 'node:timers/promises';
import type { AdjustableClock } from './clock.ts';
import { TimerQueue } from './timer-queue.ts';

/**
 * Real timers sleep at most this long before the time is looked at again: setTimeout cannot count beyond 2^31 ms, and does
 * not notice that the machine slept or that its clock was set.
 */
const LONGEST_SLEEP = 60_000;

export interface SystemClockOptions {
  /** How far this clock is ahead of the machine's, in milliseconds: what `onOffset` reported in an earlier run. */
  readonly offset?: number;
  /** Told of callbacks that throw; absent: they are uncaught exceptions. */
  readonly report?: (error: unknown) => void;
  /** Told whenever the clock was moved forward, so that a restart can continue from there. */
  readonly onOffset?: (offset: number) => void;
  /**
   * Resolves when what runs now is over. Awaited before the clock is moved on: work that takes real time (a function, a write)
   * must not lose a race against a timeout that only comes because time is skipped.
   */
  readonly settled?: () => Promise<void>;
}

/**
 * The machine's time plus an offset that `advanceTo` grows. Never goes backward, even if the machine's clock is set back.
 * Pending timers do not keep the process alive. A callback that throws is reported.
 */
export function createSystemClock(options: SystemClockOptions = {}): AdjustableClock {
  const timers = new TimerQueue();
  const polls = new TimerQueue();
  let offset = options.offset ?? 0;
  let latest = 0;
  let moving: Promise<void> = Promise.resolve();
  let heading: number | undefined;
  let alarm: { at: number; handle: NodeJS.Timeout } | undefined;

  function now(): number {
    latest = Math.max(latest, Date.now() + offset);
    return latest;
  }

  function arm(): void {
    const next = Math.min(timers.next() ?? Number.POSITIVE_INFINITY, polls.next() ?? Number.POSITIVE_INFINITY);
    // An alarm that comes too early costs less than setting another one for every timer that was cancelled.
    if (next === Number.POSITIVE_INFINITY || (alarm && alarm.at <= next)) return;
    if (alarm) clearTimeout(alarm.handle);
    const handle = setTimeout(ring, Math.min(Math.max(next - now(), 0), LONGEST_SLEEP));
    handle.unref();
    alarm = { at: next, handle };
  }

  function ring(): void {
    alarm = undefined;
    try {
      for (let due = takeDue(now()); due; due = takeDue(now())) call(due.callback);
    } finally {
      arm();
    }
  }

  function call(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      if (!options.report) throw error;
      options.report(error);
    }
  }

  const takeDue = (at: number) => timers.takeDue(at) ?? polls.takeDue(at);

  function moveTo(at: number): void {
    const ahead = at - now();
    if (ahead <= 0) return;
    offset += ahead;
    // It counts real time, of which less is left now.
    if (alarm) clearTimeout(alarm.handle);
    alarm = undefined;
    options.onOffset?.(offset);
  }

  async function settle(): Promise<void> {
    await turns();
    await options.settled?.();
  }

  async function move(at: number): Promise<void> {
    heading = at;
    try {
      await advance(at);
    } finally {
      heading = undefined;
      arm();
    }
  }

  async function advance(at: number): Promise<void> {
    await settle();
    for (let due = timers.takeDue(at); due; due = timers.takeDue(at)) {
      moveTo(due.at);
      due.callback();
      await settle();
    }
    moveTo(at);
    for (let due = polls.takeDue(at); due; due = polls.takeDue(at)) due.callback();
    await settle();
  }

  return {
    now,
    at(at, callback, options) {
      const cancel = (options?.longPoll ? polls : timers).add(at, callback, options);
      arm();
      return cancel;
    },
    nextTimer: () => timers.nextInForeground(),
    purposeful: () => timers.purposeful(),
    heading: () => heading,
    advanceTo(at) {
      const moved = moving.then(() => move(at));
      moving = moved.catch(() => {});
      return moved;
    },
  };
}

/** Lets what a callback set off happen before the clock moves on: its own timers may be due as well. */
async function turns(): Promise<void> {
  for (let count = 0; count < 8; count++) await turn();
}
