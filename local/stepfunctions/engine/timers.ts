import type { Clock } from '../../clock.ts';
import { MAX_EXECUTION_MILLISECONDS } from '../asl/limits.ts';
import type { AttemptKey, Command, TimerKind } from '../asl/protocol.ts';
import type { Actor } from './actor.ts';
import type { Runtime } from './runtime.ts';
import { type ExecutionStore, type StoredTimer, timerId } from './store/store.ts';

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

  /** Timers that have rung, as long as the store still has them. */
  const rung = new Set<string>();

  /** Follows the store: has the earliest timer changed? */
  function arm(): void {
    // As long as there are some, the earliest is one of them.
    if (rung.size > 0) return;
    const at = runtime.isStopped ? undefined : store.nextTimer();
    if (armed?.at === at) return;
    armed?.cancel();
    armed = at === undefined ? undefined : { at, cancel: clock.at(at, ring) };
  }

  function ring(): void {
    armed = undefined;
    if (runtime.isStopped) return;
    for (const timer of store.dueTimers(clock.now(), BATCH)) void ringOne(timer);
    // What this turn has decided need not wait for its end.
    runtime.commit();
    arm();
  }

  async function ringOne({ executionId, key, timer, at }: StoredTimer): Promise<void> {
    const id = `${executionId} ${timerId(key, timer)}`;
    const actor = runtime.isStopped ? undefined : runtime.loadById(executionId);
    if (rung.has(id) || actor?.description.status !== 'RUNNING') return;
    rung.add(id);
    await runtime.deliver(actor, { type: 'timer', key, timer }, { rangAt: at }).catch(() => {});
    rung.delete(id);
    arm();
  }

  /** An execution that does not come to rest goes on as soon as others had their turn; no clock is needed for that. */
  function goOn(actor: Actor, { key, at }: Extract<Command, { type: 'setTimer' }>): void {
    const { id: executionId } = actor.description;
    setImmediate(() => {
      if (actor.durable) void ringOne({ executionId, key, timer: 'continue', at });
      else fireExpress(actor, key, 'continue');
    });
  }

  let oldest: (() => void) | undefined;

  /** Durable executions have an age limit. One timer is enough for all: those that start later reach it later. */
  function watchAge(startedAt: number | undefined): void {
    if (startedAt === undefined || oldest) return;
    oldest = clock.at(startedAt + MAX_EXECUTION_MILLISECONDS, endOldest, { background: true });
  }

  function endOldest(): void {
    oldest = undefined;
    if (runtime.isStopped) return;
    const execution = store.oldestRunning();
    const actor = execution && runtime.load(execution.executionArn);
    if (!execution || !actor || execution.startedAt + MAX_EXECUTION_MILLISECONDS > clock.now()) {
      watchAge(execution?.startedAt);
      return;
    }
    const ended = runtime.deliver(actor, { type: 'timer', key: 'execution', timer: 'execution' });
    // There may be more of the same age.
    ended.then(endOldest, () => {});
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
      fireExpress(actor, command.key, command.timer);
    };
    timers.set(id, clock.at(command.at, ring));
  }

  function fireExpress(actor: Actor, key: AttemptKey, timer: TimerKind): void {
    if (runtime.isStopped || actor.description.status !== 'RUNNING') return;
    void runtime.deliver(actor, { type: 'timer', key, timer });
  }

  return {
    arm,
    goOn,
    watchAge,
    /** Goes on with what was stored before. */
    resume(): void {
      watchAge(store.oldestRunning()?.startedAt);
      arm();
    },
    setExpress,
    clearExpress(actor: Actor): void {
      for (const cancel of express.get(actor)?.values() ?? []) cancel();
      express.delete(actor);
    },
    close(): void {
      armed?.cancel();
      armed = undefined;
      oldest?.();
    },
  };
}
