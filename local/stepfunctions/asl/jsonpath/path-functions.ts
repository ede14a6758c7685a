import type { Json } from '../json.ts';
import { isJsonObject } from '../json.ts';
import type { Scanner } from '../scanner.ts';
import type { Segment } from './path.ts';

const numbers = (value: Json): number[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'number') : [];

const total = (items: readonly number[]): number => items.reduce((sum, item) => sum + item, 0);

const ofNumbers =
  (calculate: (items: number[]) => number) =>
  (value: Json): Json | undefined => {
    const items = numbers(value);
    return items.length === 0 ? undefined : calculate(items);
  };

const itemAt = (index: number) => (value: Json) => (Array.isArray(value) ? value.at(index) : undefined);

const length = (value: Json): Json | undefined => {
  if (Array.isArray(value) || typeof value === 'string') return value.length;
  return isJsonObject(value) ? Object.keys(value).length : undefined;
};

/** The functions that Jayway's JSONPath allows at the end of a path. `undefined` means that there is no result. */
const FUNCTIONS: Readonly<Record<string, (value: Json) => Json | undefined>> = {
  length,
  size: length,
  min: ofNumbers((items) => items.reduce((a, b) => Math.min(a, b))),
  max: ofNumbers((items) => items.reduce((a, b) => Math.max(a, b))),
  avg: ofNumbers((items) => total(items) / items.length),
  sum: ofNumbers(total),
  stddev: ofNumbers((items) => {
    const mean = total(items) / items.length;
    return Math.sqrt(total(items.map((item) => (item - mean) ** 2)) / items.length);
  }),
  keys: (value) => (isJsonObject(value) ? Object.keys(value) : undefined),
  first: itemAt(0),
  last: itemAt(-1),
};

/** Reads the parentheses after `name`. */
export function parsePathFunction(scanner: Scanner, name: string, start: number): Segment {
  scanner.expect('(');
  scanner.skipSpace();
  const argument = name === 'index' ? scanner.match(/-?\d+/y) : undefined;
  scanner.skipSpace();
  scanner.expect(')');
  if (argument !== undefined) return { type: 'function', name, apply: itemAt(Number(argument)) };
  const apply = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  return apply ? { type: 'function', name, apply } : scanner.fail(`'${name}' is not a function of a path`, start);
}
