import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { createAcknowledged } from './acknowledged.ts';
import { type PackedWrites, pack } from './packed-writes.ts';
import { createWriter, type Write } from './sqlite-writes.ts';
import { StoreError } from './store.ts';

export type CommitRequest = (PackedWrites & { readonly seq: number }) | 'close';
export type CommitAnswer = { readonly seq: number; readonly error?: string };

/** From so many statements on it is worth while to commit in the other thread. */
const MANY = 40;

/** So many commits after that, the other thread is still used: what comes little by little may be much all the same. */
const BUSY = 100;

interface UnderWay {
  readonly seq: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Commits in order. Little at once is done at once, in this thread; much is sent to a thread of its own, which puts what
 * has queued up into one transaction, so that this thread does not stand still while the disk is synced.
 */
export function createCommitter(file: string, db: DatabaseSync, lastSeq: number) {
  const write = createWriter(db);
  const acknowledged = createAcknowledged(`${file}-acknowledged`);
  let seq = lastSeq;
  let worker: Worker | undefined;
  let underWay: UnderWay[] = [];
  let failure: StoreError | undefined;
  let busy = 0;
  acknowledged.write({ seq, closed: false });

  function startWorker(): Worker {
    const started = new Worker(new URL('./commit-thread.ts', import.meta.url), { workerData: { file } });
    started.unref();
    started.on('message', ({ seq, error }: CommitAnswer) =>
      error === undefined ? settle(seq) : fail(new Error(error)),
    );
    started.on('error', fail);
    started.on('exit', (code) => {
      if (code !== 0) fail(new Error(`the thread that writes it ended with code ${code}`));
    });
    return started;
  }

  function settle(done: number): void {
    const settled = underWay.filter((commit) => commit.seq <= done);
    underWay = underWay.slice(settled.length);
    if (underWay.length === 0) worker?.unref();
    for (const { resolve } of settled) resolve();
  }

  function fail(error: unknown): void {
    failure ??= new StoreError(`Could not write to ${file}: ${(error as Error).message}`, { cause: error });
    const failed = underWay;
    underWay = [];
    for (const { reject } of failed) reject(failure);
  }

  return {
    /** The number that the next commit will have. */
    get nextSeq(): number {
      return seq + 1;
    },

    /** @throws StoreError; also after any failure before, as what followed it would have a gap */
    commit(writes: Write[]): Promise<void> | undefined {
      if (failure) throw failure;
      seq++;
      if (writes.length >= MANY) busy = BUSY;
      if (underWay.length === 0 && --busy < 0) {
        try {
          write(writes, seq);
          acknowledged.write({ seq, closed: false });
        } catch (error) {
          fail(error);
          throw failure;
        }
        return undefined;
      }
      worker ??= startWorker();
      // A process that has something to commit is not to end.
      worker.ref();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      underWay.push({ seq, resolve, reject });
      const { text, shape } = pack(writes);
      worker.postMessage({ seq, text, shape } satisfies CommitRequest, [shape.buffer as ArrayBuffer]);
      return promise;
    },

    /** Ends the other thread, after what it has to do. */
    async close(): Promise<void> {
      worker?.ref();
      const ended = worker && new Promise((resolve) => worker?.once('exit', resolve));
      worker?.postMessage('close' satisfies CommitRequest);
      await ended;
    },

    /** The data file is closed: nothing can happen to it any more. */
    markClosed(): void {
      if (!failure) acknowledged.write({ seq, closed: true });
      acknowledged.close();
    },
  };
}
