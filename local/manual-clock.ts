import { setImmediate as turn } from 'node:timers/promises';
import type { AdjustableClock } from './clock.ts';
import { TimerQueue } from './timer-queue.ts';

/**
 * A clock that stands still until it is told to move. For tests.
 *
 * After every callback the event loop gets some turns, so that what the callback set off (a commit, a scripted reply) can
 * set further timers, which then run in the same `advanceTo` if they are due.
 * @param start milliseconds since 1970
 */
export function createManualClock(start: number): AdjustableClock {
  const timers = new TimerQueue();
  const polls = new TimerQueue();
  let now = start;
  let moving: Promise<void> = Promise.resolve();
  let heading: number | undefined;

  async function move(at: number): Promise<void> {
    heading = at;
    try {
      await advance(at);
    } finally {
      heading = undefined;
    }
  }

  async function advance(at: number): Promise<void> {
    await settle();
    for (let due = timers.takeDue(at); due; due = timers.takeDue(at)) {
      now = Math.max(now, due.at);
      due.callback();
      await settle();
    }
    now = Math.max(now, at);
    for (let due = polls.takeDue(at); due; due = polls.takeDue(at)) due.callback();
    await settle();
  }

  return {
    now: () => now,
    at: (at, callback, options) => (options?.longPoll ? polls : timers).add(at, callback, options),
    nextTimer: () => timers.nextInForeground(),
    purposeful: () => timers.purposeful(),
    heading: () => heading,
    advanceTo(at) {
      const moved = moving.then(() => move(at));
      // One callback's failure is told to who moved the clock, and does not stop the next move.
      moving = moved.catch(() => {});
      return moved;
    },
  };
}

/** Enough turns for a chain of commit, call and answer; each costs microseconds. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 8; turns++) await turn();
}
