import type { Clock } from '../../clock.ts';
import { EngineClosedError } from './errors.ts';
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

  /** Gives the next task to a worker, if there is one. */
  function give(activityArn: string, worker: Worker): boolean {
    // A task that was taken in this turn is still found in the store until that is committed.
    runtime.commit();
    runtime.assertRunning();
    const owner = store.scheduledActivity(activityArn);
    const actor = owner && runtime.loadById(owner.executionId);
    const stored = owner && store.call(owner.executionId, owner.key);
    if (!owner || !actor || !stored) return false;
    const { taskToken, parameters } = stored.call;
    runtime
      .deliver(actor, { type: 'activityStarted', key: owner.key, workerName: worker.name })
      .then(() => worker.answer({ taskToken: taskToken ?? '', input: JSON.stringify(parameters) }), worker.refuse);
    return true;
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
      const cancel = clock.at(clock.now() + POLL, leave);
      signal?.addEventListener('abort', leave);
      return promise.finally(() => {
        cancel();
        signal?.removeEventListener('abort', leave);
        workers.delete(worker);
        if (workers.size === 0) waiting.delete(activityArn);
      });
    },

    close(): void {
      for (const workers of waiting.values()) for (const { refuse } of workers) refuse(new EngineClosedError());
    },
  };
}
