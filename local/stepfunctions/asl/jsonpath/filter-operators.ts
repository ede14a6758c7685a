import { type Json, sameJson } from '../json.ts';
import type { Scanner } from '../scanner.ts';
import type { FilterTest } from './path.ts';
import type { Search } from './search.ts';

/** One side of a comparison in a filter; `undefined` if its path leads nowhere. */
export type Operand = (item: Json, search: Search) => Json | undefined;

type Comparison = (left: Json, right: Json, search: Search) => boolean;

const ordered =
  (decide: (order: number) => boolean): Comparison =>
  (left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return decide(left - right);
    if (typeof left === 'string' && typeof right === 'string') return decide(left < right ? -1 : Number(left > right));
    return false;
  };

const same: Comparison = (left, right, search) => sameJson(left, right, () => search.step());

const holds: Comparison = (list, item, search) =>
  Array.isArray(list) && list.some((member) => same(member, item, search));

const sizeOf = (value: Json): number | undefined =>
  Array.isArray(value) || typeof value === 'string' ? value.length : undefined;

/** Jayway's operators on values that exist. `=~` is apart, since its right side is no value. */
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  '==': same,
  '===': (left, right, search) => typeof left === typeof right && same(left, right, search),
  '<': ordered((order) => order < 0),
  '<=': ordered((order) => order <= 0),
  '>': ordered((order) => order > 0),
  '>=': ordered((order) => order >= 0),
  in: (left, right, search) => holds(right, left, search),
  contains: (left, right, search) =>
    typeof left === 'string' && typeof right === 'string' ? left.includes(right) : holds(left, right, search),
  subsetof: (left, right, search) => Array.isArray(left) && left.every((member) => holds(right, member, search)),
  anyof: (left, right, search) => Array.isArray(left) && left.some((member) => holds(right, member, search)),
  noneof: (left, right, search) => Array.isArray(left) && !left.some((member) => holds(right, member, search)),
  size: (left, right) => {
    const size = sizeOf(left);
    return size !== undefined && size === (typeof right === 'number' ? right : sizeOf(right));
  },
  empty: (left, right) => typeof right === 'boolean' && sizeOf(left) !== undefined && (sizeOf(left) === 0) === right,
};

/** Operators that hold where their opposite does not, so also where a path leads nowhere. */
const NEGATIONS: Readonly<Record<string, string>> = { '!=': '==', '!==': '===', '<>': '==', nin: 'in' };

const OPERATOR = /(?:===|!==|==|!=|<>|<=|>=|=~|<|>|(?:in|nin|contains|subsetof|anyof|noneof|size|empty)\b)/iy;

export const parseOperator = (scanner: Scanner): string | undefined => scanner.match(OPERATOR)?.toLowerCase();

export function compare(operator: string, left: Operand, right: Operand): FilterTest {
  const opposite = NEGATIONS[operator];
  if (opposite !== undefined) {
    const test = compare(opposite, left, right);
    return (item, search) => !test(item, search);
  }
  const comparison = COMPARISONS[operator]!;
  return (item, search) => {
    const [a, b] = [left(item, search), right(item, search)];
    return a !== undefined && b !== undefined && comparison(a, b, search);
  };
}

export const matches =
  (left: Operand, regex: RegExp): FilterTest =>
  (item, search) => {
    const value = left(item, search);
    return typeof value === 'string' && regex.exec(value) !== null;
  };
