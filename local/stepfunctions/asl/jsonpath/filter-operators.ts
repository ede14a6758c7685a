import { type Json, sameJson } from '../json.ts';
import type { Scanner } from '../scanner.ts';
import type { FilterTest } from './path.ts';

/** One side of a comparison in a filter; `undefined` if its path leads nowhere. */
export type Operand = (item: Json, document: Json) => Json | undefined;

type Comparison = (left: Json, right: Json) => boolean;

const ordered =
  (decide: (order: number) => boolean): Comparison =>
  (left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return decide(left - right);
    if (typeof left === 'string' && typeof right === 'string') return decide(left < right ? -1 : Number(left > right));
    return false;
  };

const holds = (list: Json, item: Json): boolean => Array.isArray(list) && list.some((member) => sameJson(member, item));

const sizeOf = (value: Json): number | undefined =>
  Array.isArray(value) || typeof value === 'string' ? value.length : undefined;

/** Jayway's operators on values that exist. `=~` is apart, since its right side is no value. */
const COMPARISONS: Readonly<Record<string, Comparison>> = {
  '==': sameJson,
  '===': (left, right) => typeof left === typeof right && sameJson(left, right),
  '<': ordered((order) => order < 0),
  '<=': ordered((order) => order <= 0),
  '>': ordered((order) => order > 0),
  '>=': ordered((order) => order >= 0),
  in: (left, right) => holds(right, left),
  contains: (left, right) =>
    typeof left === 'string' && typeof right === 'string' ? left.includes(right) : holds(left, right),
  subsetof: (left, right) => Array.isArray(left) && left.every((member) => holds(right, member)),
  anyof: (left, right) => Array.isArray(left) && left.some((member) => holds(right, member)),
  noneof: (left, right) => Array.isArray(left) && !left.some((member) => holds(right, member)),
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
    return (item, document) => !test(item, document);
  }
  const comparison = COMPARISONS[operator]!;
  return (item, document) => {
    const [a, b] = [left(item, document), right(item, document)];
    return a !== undefined && b !== undefined && comparison(a, b);
  };
}

export const matches =
  (left: Operand, regex: RegExp): FilterTest =>
  (item, document) => {
    const value = left(item, document);
    return typeof value === 'string' && regex.exec(value) !== null;
  };
