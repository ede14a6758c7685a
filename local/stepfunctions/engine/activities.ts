import type { Clock } from '../../clock.ts';
import { scopeOfKey } from '../asl/execution.ts';
import type { Runtime } from './runtime.ts';
import type { ExecutionStore } from './store/store.ts';

/** How long a worker's poll is kept open, in milliseconds. */
const POLL = 60_000;

export interface ActivityTask {
  readonly taskToken: string;
  /** JSON text. */
  readonly input: string;
}

interface Worker {
  readonly name: string | undefined;
  readonly answer: (task: ActivityTask | undefined) => void;
  readonly refuse: (error: Error) => void;
}

/**
 * The queues of activity tasks. The tasks themselves are in the store, in order of scheduling; here are only the workers
 * that wait for one. A task is given to one worker, once: if that worker is lost, a timeout or a heartbeat notices.
 */
export function createActivities(store: ExecutionStore, clock: Clock, runtime: Runtime) {
  const waiting = new Map<string, Set<Worker>>();

  /** Tasks that were given away, as long as the store still has them as scheduled. */
  const taken = new Set<string>();

  /** Gives the next task to a worker, if there is one. */
  function give(activityArn: string, worker: Worker): boolean {
    for (const { executionId, key } of store.scheduledActivities(activityArn, taken.size + 1)) {
      const id = `${executionId} ${key}`;
      const actor = taken.has(id) ? undefined : runtime.loadById(executionId);
      const phase = actor && scopeOfKey(actor.execution, key)?.phase;
      if (!actor || phase?.type !== 'calling' || phase.taskToken === undefined) continue;
      const task: ActivityTask = { taskToken: phase.taskToken, input: JSON.stringify(phase.parameters) };
      taken.add(id);
      runtime
        .deliver(actor, { type: 'activityStarted', key, workerName: worker.name })
        .then(() => worker.answer(task), worker.refuse)
        .finally(() => taken.delete(id));
      return true;
    }
    return false;
  }

  return {
    /** Tells the worker that waits for longest. */
    scheduled(activityArn: string): void {
      const workers = waiting.get(activityArn);
      const next = workers?.values().next().value;
      if (!workers || !next || runtime.isStopped) return;
      if (give(activityArn, next)) workers.delete(next);
    },

    /** Waits up to 60 s for a task. @returns undefined if there was none, or the worker hung up */
    poll(activityArn: string, workerName: string | undefined, signal?: AbortSignal): Promise<ActivityTask | undefined> {
      runtime.assertRunning();
      const { promise, resolve, reject } = Promise.withResolvers<ActivityTask | undefined>();
      const worker: Worker = { name: workerName, answer: resolve, refuse: reject };
      if (give(activityArn, worker)) return promise;
      const workers = waiting.get(activityArn) ?? new Set<Worker>();
      waiting.set(activityArn, workers.add(worker));
      const leave = () => resolve(undefined);
      const cancel = clock.at(clock.now() + POLL, leave, { longPoll: true });
      signal?.addEventListener('abort', leave);
      return promise.finally(() => {
        cancel();
        signal?.removeEventListener('abort', leave);
        workers.delete(worker);
        if (workers.size === 0) waiting.delete(activityArn);
      });
    },

    close(): void {
      // As at the end of a poll: nothing came.
      for (const workers of waiting.values()) for (const { answer } of workers) answer(undefined);
    },
  };
}
