/** Tells whoever waits for a job that one of them changed. */
export interface JobChanges {
  notify(): void;
  /**
   * Resolves at the next change of any job. Taken before the job is looked at, so that no change is missed.
   * @throws the signal's reason once that is aborted
   */
  next(signal: AbortSignal): Promise<void>;
}

export function createJobChanges(): JobChanges {
  let waiting = Promise.withResolvers<void>();
  return {
    notify() {
      waiting.resolve();
      waiting = Promise.withResolvers();
    },
    async next(signal) {
      signal.throwIfAborted();
      const gaveUp = Promise.withResolvers<never>();
      const abort = () => gaveUp.reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      try {
        await Promise.race([waiting.promise, gaveUp.promise]);
      } finally {
        signal.removeEventListener('abort', abort);
      }
    },
  };
}
