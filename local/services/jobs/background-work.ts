/** What goes on beside the calls that began it, each under a key of its own. */
export interface BackgroundWork {
  /** Begins at once and returns at the first wait. What fails is reported. */
  begin(key: string, work: () => Promise<unknown>): void;
  /** Whether it is going on in this process. */
  has(key: string): boolean;
  /** Resolves when nothing goes on. */
  done(): Promise<void>;
}

/** @param what is told of a failure, with the key: `Batch job` */
export function createBackgroundWork(what: string, report: (error: unknown, what: string) => void): BackgroundWork {
  const underWay = new Map<string, Promise<void>>();
  return {
    begin(key, work) {
      const ended = work()
        .catch((error) => report(error, `${what} ${key}`))
        .then(() => {
          if (underWay.get(key) === ended) underWay.delete(key);
        });
      underWay.set(key, ended);
    },
    has: (key) => underWay.has(key),
    async done() {
      while (underWay.size > 0) await Promise.all(underWay.values());
    },
  };
}
