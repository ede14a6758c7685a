import type { PurposefulTimer, TimerOptions, TimerPurpose } from './clock.ts';

/** A callback and when it is due, in milliseconds since 1970. */
export interface PendingTimer {
  readonly at: number;
  readonly callback: () => void;
}

interface Entry extends PendingTimer {
  readonly background: boolean;
  readonly purpose: TimerPurpose | undefined;
  /** Timers of the same time run in the order in which they were set. */
  readonly order: number;
  cancelled: boolean;
}

/** Pending timers, earliest first: a binary heap. Cancelled ones stay until they come up, or until they are the majority. */
export class TimerQueue {
  #heap: Entry[] = [];
  #order = 0;
  #cancelled = 0;

  /** @returns a function that removes it again; harmless once it was taken */
  add(at: number, callback: () => void, { background = false, purpose }: TimerOptions = {}): () => void {
    const entry: Entry = { at, callback, background, purpose, order: this.#order++, cancelled: false };
    this.#heap.push(entry);
    this.#up(this.#heap.length - 1);
    return () => {
      if (entry.cancelled) return;
      entry.cancelled = true;
      if (++this.#cancelled > 64 && this.#cancelled * 2 > this.#heap.length) this.#compact();
    };
  }

  /** When the earliest is due. */
  next(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.at;
  }

  /** When the earliest is due that is not in the background. */
  nextInForeground(): number | undefined {
    let next: number | undefined;
    for (const { at, background, cancelled } of this.#heap) {
      if (!background && !cancelled && (next === undefined || at < next)) next = at;
    }
    return next;
  }

  /** Those that have a purpose, earliest first. */
  purposeful(): readonly PurposefulTimer[] {
    return this.#heap
      .flatMap(({ at, purpose, background, order, cancelled }) =>
        purpose && !cancelled ? [{ at, purpose, background, order }] : [],
      )
      .sort((a, b) => a.at - b.at || a.order - b.order)
      .map(({ order: _, ...timer }) => timer);
  }

  /** Takes the earliest out if it is due at `now`. */
  takeDue(now: number): PendingTimer | undefined {
    this.#dropCancelled();
    const first = this.#heap[0];
    if (!first || first.at > now) return undefined;
    // Taken counts as cancelled, so that a late cancel does not miscount.
    first.cancelled = true;
    this.#removeFirst();
    return first;
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.cancelled) {
      this.#removeFirst();
      this.#cancelled--;
    }
  }

  #compact(): void {
    this.#heap = this.#heap.filter((entry) => !entry.cancelled).sort((a, b) => (before(a, b) ? -1 : 1));
    this.#cancelled = 0;
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last && this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#down(0);
    }
  }

  #up(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfBefore(index, parent)) return;
      index = parent;
    }
  }

  #down(from: number): void {
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= this.#heap.length) return;
      const right = left + 1;
      const child = right < this.#heap.length && before(this.#heap[right]!, this.#heap[left]!) ? right : left;
      if (!this.#swapIfBefore(child, index)) return;
      index = child;
    }
  }

  #swapIfBefore(a: number, b: number): boolean {
    const [x, y] = [this.#heap[a]!, this.#heap[b]!];
    if (!before(x, y)) return false;
    this.#heap[a] = y;
    this.#heap[b] = x;
    return true;
  }
}

const before = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
