import { EngineClosedError } from './errors.ts';
import type { ExecutionDescription } from './ports.ts';

interface Waiter {
  readonly resolve: (execution: ExecutionDescription) => void;
  readonly reject: (error: Error) => void;
}

/** Those who wait for executions to end, by ARN. */
export function createWaiters() {
  const waiting = new Map<string, Set<Waiter>>();

  return {
    /** Rejects with the signal's reason when that is aborted. */
    wait(executionArn: string, signal?: AbortSignal): Promise<ExecutionDescription> {
      const { promise, resolve, reject } = Promise.withResolvers<ExecutionDescription>();
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return promise;
      }
      const waiter: Waiter = { resolve, reject };
      const waiters = waiting.get(executionArn) ?? new Set<Waiter>();
      waiting.set(executionArn, waiters.add(waiter));
      signal?.addEventListener('abort', () => {
        waiters.delete(waiter);
        if (waiters.size === 0 && waiting.get(executionArn) === waiters) waiting.delete(executionArn);
        reject(signal.reason as Error);
      });
      return promise;
    },

    ended(execution: ExecutionDescription): void {
      const waiters = waiting.get(execution.executionArn);
      if (!waiters) return;
      waiting.delete(execution.executionArn);
      for (const { resolve } of waiters) resolve(execution);
    },

    close(error: Error = new EngineClosedError()): void {
      for (const waiters of waiting.values()) for (const { reject } of waiters) reject(error);
      waiting.clear();
    },
  };
}

export type Waiters = ReturnType<typeof createWaiters>;
