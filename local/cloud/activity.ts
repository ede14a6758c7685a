import { setImmediate as turn } from 'node:timers/promises';
import type { CallService } from '../aws/service.ts';

/** Knows whether anything runs that takes real time: a function, a call of a service, a write. */
export interface Activity {
  /** Counts as activity until it is over. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Resolves when nothing runs any more; after a while also if something still does, so that no clock stands still for ever. */
  settled(): Promise<void>;
}

/** Calls that wait for something else to happen, perhaps for the time that the clock shall be moved to. */
const WAITING = new Set(['sqs ReceiveMessage', 'states GetActivityTask', 'states StartSyncExecution']);

/** Real time: what runs this long may itself be waiting for the clock. */
const PATIENCE_MILLISECONDS = 15_000;
/** How many turns of the event loop without any work mean that there is none: one thing sets off the next within a few. */
const QUIET_TURNS = 20;

export function createActivity(patienceMilliseconds = PATIENCE_MILLISECONDS): Activity {
  let running = 0;
  let begun = 0;
  let wake: () => void = () => {};

  const quiet = async (): Promise<boolean> => {
    const before = begun;
    for (let turns = 0; turns < QUIET_TURNS; turns++) {
      await turn();
      if (running > 0 || begun !== before) return false;
    }
    return true;
  };

  const idle = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds).unref();
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  return {
    async during(work) {
      running++;
      begun++;
      try {
        return await work;
      } finally {
        running--;
        if (running === 0) wake();
      }
    },
    async settled() {
      const end = performance.now() + patienceMilliseconds;
      while (!(await quiet())) {
        const left = end - performance.now();
        if (left <= 0) return;
        if (running > 0) await idle(left);
      }
    },
  };
}

/** The same calls, counted. */
export const watchedCalls =
  (call: CallService, activity: Activity): CallService =>
  (service, operation, input, caller) => {
    const answer = call(service, operation, input, caller);
    return WAITING.has(`${service} ${operation}`) ? answer : activity.during(answer);
  };
