/** Counters that are waited for. */
const WORK = 0;
const PROGRESS = 1;
/** What those who would wake the thread have to know. */
const STATE = 2;
/** Not 0: somebody waits for what is not applied yet. */
const WANTED = 3;

/** The thread has something to do, or will look for it soon. */
const BUSY = 0;
/** It sleeps until it is woken. */
const ASLEEP = 1;
/** It gave up: the tables stay as they are. */
const FAILED = 2;

/** Numbers of commits, behind the counters. */
const SYNCED = 0;
const APPLIED = 1;
const CLOSING = 2;

/**
 * Milliseconds until the thread looks again by itself. Its writing gets in the way of the engine’s syncs: a short burst is over
 * before it begins, and where there is more, it has more to do at a time.
 */
const PAUSE = 200;

/** Milliseconds without any progress after which the thread is taken for lost. */
const PATIENCE = 30_000;

/** What the engine's thread and the one that fills the tables tell each other, in shared memory. */
export class ApplySignals {
  readonly memory: SharedArrayBuffer;
  readonly #counters: Int32Array;
  readonly #commits: BigInt64Array;

  constructor(memory = new SharedArrayBuffer(40)) {
    this.memory = memory;
    this.#counters = new Int32Array(memory, 0, 4);
    this.#commits = new BigInt64Array(memory, 16, 3);
  }

  get #state(): number {
    return Atomics.load(this.#counters, STATE);
  }

  #wake(): void {
    Atomics.add(this.#counters, WORK, 1);
    Atomics.notify(this.#counters, WORK);
  }

  /** Commits up to this one are on the disk. */
  setSynced(seq: number): void {
    Atomics.store(this.#commits, SYNCED, BigInt(seq));
    if (this.#state === ASLEEP) this.#wake();
  }

  /** Nothing will be added to the log any more. */
  setClosing(): void {
    Atomics.store(this.#commits, CLOSING, 1n);
    this.#wake();
  }

  /**
   * Blocks until there is more than was applied, and for a while longer: after some commits more are likely to come, to be taken
   * over together. Not if somebody waits for them. @returns up to which commit; undefined: there will be no more
   */
  waitForWork(applied: number): number | undefined {
    let hasPaused = false;
    for (;;) {
      const seen = Atomics.load(this.#counters, WORK);
      Atomics.store(this.#counters, STATE, ASLEEP);
      const isClosing = Atomics.load(this.#commits, CLOSING) !== 0n;
      const isWanted = Atomics.exchange(this.#counters, WANTED, 0) !== 0;
      const synced = Number(Atomics.load(this.#commits, SYNCED));
      if (synced > applied) {
        Atomics.store(this.#counters, STATE, BUSY);
        if (hasPaused || isWanted || isClosing) return synced;
        hasPaused = Atomics.wait(this.#counters, WORK, seen, PAUSE) === 'timed-out';
      } else {
        if (isClosing) return undefined;
        Atomics.wait(this.#counters, WORK, seen);
      }
    }
  }

  /** The tables have all up to this commit. */
  setApplied(seq: number): void {
    Atomics.store(this.#commits, APPLIED, BigInt(seq));
    this.#told();
  }

  get applied(): number {
    return Number(Atomics.load(this.#commits, APPLIED));
  }

  /** The tables stay as they are. */
  setFailed(): void {
    Atomics.store(this.#counters, STATE, FAILED);
    this.#told();
  }

  #told(): void {
    Atomics.add(this.#counters, PROGRESS, 1);
    Atomics.notify(this.#counters, PROGRESS);
  }

  /** Blocks until the tables have all up to this commit. @returns false: they never will */
  waitUntilApplied(seq: number): boolean {
    if (this.applied < seq) {
      Atomics.store(this.#counters, WANTED, 1);
      this.#wake();
    }
    for (;;) {
      const progress = Atomics.load(this.#counters, PROGRESS);
      if (this.applied >= seq) return true;
      if (this.#state === FAILED) return false;
      if (Atomics.wait(this.#counters, PROGRESS, progress, PATIENCE) === 'timed-out') return false;
    }
  }
}
