/** Something that is due at an instant. */
export interface Due {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** What is to happen, by time, and within one instant in the order in which it was planned. The only clock there is. */
export class Agenda {
  now: number;
  #heap: Due[] = [];
  #planned = 0;

  constructor(now: number) {
    this.now = now;
  }

  /** @param at in the past is now */
  at(at: number, run: () => void): Due {
    const due: Due = { at: Math.max(at, this.now), order: this.#planned++, run };
    this.#heap.push(due);
    this.#rise(this.#heap.length - 1);
    return due;
  }

  /** @param milliseconds from now on */
  in(milliseconds: number, run: () => void): Due {
    return this.at(this.now + milliseconds, run);
  }

  /** @returns what is due next, having turned the clock to it; undefined if nothing is planned any more */
  next(): (() => void) | undefined {
    for (let due = this.#pop(); due; due = this.#pop()) {
      if (!due.run) continue;
      this.now = due.at;
      return due.run;
    }
    return undefined;
  }

  #pop(): Due | undefined {
    const [first] = this.#heap;
    const last = this.#heap.pop();
    if (!first || !last || first === last) return first;
    this.#heap[0] = last;
    this.#sink(0);
    return first;
  }

  #rise(index: number): void {
    const heap = this.#heap;
    for (let at = index; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!isBefore(heap[at], heap[parent])) return;
      swap(heap, at, parent);
      at = parent;
    }
  }

  #sink(index: number): void {
    const heap = this.#heap;
    for (let at = index; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (isBefore(heap[child], heap[least])) least = child;
      if (least === at) return;
      swap(heap, at, least);
      at = least;
    }
  }
}

const isBefore = (a: Due | undefined, b: Due | undefined): boolean =>
  a !== undefined && b !== undefined && (a.at < b.at || (a.at === b.at && a.order < b.order));

function swap(heap: Due[], a: number, b: number): void {
  [heap[a], heap[b]] = [heap[b] as Due, heap[a] as Due];
}

export const cancel = (due: Due | undefined): void => {
  if (due) due.run = undefined;
};
