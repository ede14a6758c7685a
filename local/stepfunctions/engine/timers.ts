import type { Clock } from '../../clock.ts';
import type { AttemptKey, Command, TimerKind } from '../asl/protocol.ts';
import type { Actor, Runtime } from './runtime.ts';
import { type ExecutionStore, timerId } from './store/store.ts';

/** How many due timers are read at a time. */
const BATCH = 1000;

type TimerCommand = Extract<Command, { type: 'setTimer' | 'clearTimer' }>;

/**
 * Timers of durable executions: rows in the store, of which only the earliest is known to the clock. Those of Express
 * executions are the clock's own.
 */
export function createTimers(store: ExecutionStore, clock: Clock, runtime: Runtime) {
  let armed: { readonly at: number; readonly cancel: () => void } | undefined;
  const express = new WeakMap<Actor, Map<string, () => void>>();

  /** Follows the store: has the earliest timer changed? */
  function arm(): void {
    const at = runtime.isStopped ? undefined : store.nextTimer();
    if (armed?.at === at) return;
    armed?.cancel();
    armed = at === undefined ? undefined : { at, cancel: clock.at(at, ring) };
  }

  function ring(): void {
    armed = undefined;
    // So that no timer is found that an event in this turn has moved.
    runtime.commit();
    while (!runtime.isStopped) {
      const due = store.dueTimers(clock.now(), BATCH);
      for (const { executionId, key, timer } of due) fire(runtime.loadById(executionId), key, timer);
      runtime.commit();
      if (due.length < BATCH) break;
    }
    arm();
  }

  function fire(actor: Actor | undefined, key: AttemptKey, timer: TimerKind): void {
    if (actor?.description.status === 'RUNNING')
      void runtime.deliver(actor, { type: 'timer', key, timer }).catch(() => {});
  }

  function setExpress(actor: Actor, command: TimerCommand): void {
    const timers = express.get(actor) ?? new Map<string, () => void>();
    express.set(actor, timers);
    const id = timerId(command.key, command.timer);
    timers.get(id)?.();
    timers.delete(id);
    if (command.type === 'clearTimer') return;
    const ring = () => {
      timers.delete(id);
      if (!runtime.isStopped) fire(actor, command.key, command.timer);
    };
    timers.set(id, clock.at(command.at, ring));
  }

  return {
    arm,
    setExpress,
    clearExpress(actor: Actor): void {
      for (const cancel of express.get(actor)?.values() ?? []) cancel();
      express.delete(actor);
    },
    close(): void {
      armed?.cancel();
      armed = undefined;
    },
  };
}
