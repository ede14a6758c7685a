import type { SQLInputValue } from 'node:sqlite';
import { STATEMENT_NAMES, type Write } from './sqlite-writes.ts';

/**
 * Writes in two pieces: all texts in one, and everything else as numbers. Sending that to another thread costs a small part
 * of sending thousands of small values.
 */
export interface PackedWrites {
  readonly text: string;
  /** For each write: the statement, how many values, and for each value what it is and its length, or the number itself. */
  readonly shape: Float64Array;
}

const NULL = 0;
const NUMBER = 1;
const TEXT = 2;

const INDEX = new Map(STATEMENT_NAMES.map((name, index) => [name, index]));

export function pack(writes: readonly Write[]): PackedWrites {
  let text = '';
  const shape: number[] = [];
  for (const write of writes) {
    shape.push(INDEX.get(write[0]) as number, write.length - 1);
    for (let index = 1; index < write.length; index++) {
      const value = write[index] as SQLInputValue;
      if (value === null) shape.push(NULL, 0);
      else if (typeof value === 'number') shape.push(NUMBER, value);
      else if (typeof value === 'string') {
        shape.push(TEXT, value.length);
        text += value;
      } else throw new Error(`A value of type ${typeof value} is never written`);
    }
  }
  return { text, shape: Float64Array.from(shape) };
}

export function* unpack({ text, shape }: PackedWrites): Generator<Write> {
  let at = 0;
  let from = 0;
  while (at < shape.length) {
    const name = STATEMENT_NAMES[shape[at++] as number] as Write[0];
    const count = shape[at++] as number;
    const values: SQLInputValue[] = [];
    for (let index = 0; index < count; index++) {
      const kind = shape[at++];
      const size = shape[at++] as number;
      if (kind === TEXT) {
        values.push(text.slice(from, from + size));
        from += size;
      } else values.push(kind === NUMBER ? size : null);
    }
    yield [name, ...values];
  }
}
