import type { Json } from '../json.ts';
import { isJsonObject } from '../json.ts';
import type { Scanner } from '../scanner.ts';
import type { PathFunction, Segment } from './path.ts';
import type { Search } from './search.ts';

function numbers(value: Json, search: Search): number[] {
  if (!Array.isArray(value)) return [];
  search.step(value.length);
  return value.filter((item) => typeof item === 'number');
}

function keys(value: Json, search: Search): string[] | undefined {
  if (!isJsonObject(value)) return undefined;
  const names = Object.keys(value);
  search.step(names.length);
  return names;
}

const total = (items: readonly number[]): number => items.reduce((sum, item) => sum + item, 0);

const ofNumbers =
  (calculate: (items: number[]) => number): PathFunction =>
  (value, search) => {
    const items = numbers(value, search);
    return items.length === 0 ? undefined : calculate(items);
  };

const itemAt =
  (index: number): PathFunction =>
  (value) =>
    Array.isArray(value) ? value.at(index) : undefined;

const length: PathFunction = (value, search) => {
  if (Array.isArray(value) || typeof value === 'string') return value.length;
  return keys(value, search)?.length;
};

/** The functions that Jayway's JSONPath allows at the end of a path. */
const FUNCTIONS: Readonly<Record<string, PathFunction>> = {
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
  keys,
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
