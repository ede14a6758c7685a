import type { Scope } from '../expression.ts';
import { isJsonObject, type Json } from '../json.ts';
import type { AstNode } from './ast.ts';

/** "Let the library evaluate it": where JSONata's rules are not plain, such as for arrays in the middle of a path. */
export const UNSURE = Symbol('unsure');

type Result = Json | undefined | typeof UNSURE;
type Evaluate = (scope: Scope) => Result;

/**
 * Most expressions of state machines only read `$states.input.…` or a variable, compare, calculate and count. They are compiled to
 * closures that evaluate some thirty times faster than the library, and leave everything that is not plain to it: nothing
 * here has an effect, so the library can start afresh. A test holds the two together.
 * @returns undefined if the expression has anything else in it
 */
export function compileShortcut(node: AstNode): Evaluate | undefined {
  // Whatever else is on a node (a filter, a group, `[]`, …) changes its value.
  if (!Object.keys(node).every((key) => PLAIN.has(key))) return undefined;
  switch (node.type) {
    case 'number':
    case 'string':
    case 'value': {
      // `-0` is a literal; JSON has only 0.
      const value = node.value === 0 ? 0 : (node.value as Json);
      return () => value;
    }
    case 'variable':
      return variable(String(node.value));
    case 'path':
      return path(node.steps!);
    case 'block':
      return node.expressions!.length === 1 ? compileShortcut(node.expressions![0]!) : undefined;
    case 'condition':
      return condition(node);
    case 'binary':
      return binary(node);
    case 'unary':
      return unary(node);
    case 'function':
      return call(node);
    default:
      return undefined;
  }
}

const PLAIN = new Set([
  ...['type', 'value', 'position', 'lhs', 'rhs', 'expression', 'expressions', 'steps', 'condition', 'then', 'else'],
  ...['arguments', 'procedure'],
  // What the parser leaves on parentheses and on arrays that are written out.
  'consarray',
]);

const STATES: Readonly<Record<string, (scope: Scope) => Json | undefined>> = {
  input: (scope) => scope.input,
  context: (scope) => scope.context,
  result: (scope) => scope.result,
  errorOutput: (scope) => scope.errorOutput,
};

function variable(name: string): Evaluate | undefined {
  if (name === '' || name === '$' || name === 'states') return undefined;
  // A name that is no variable may be a function.
  return ({ variables }) => (Object.hasOwn(variables, name) ? variables[name] : UNSURE);
}

/** `$states.input.a.b` or `$variable.a.b` */
function path([first, ...steps]: readonly AstNode[]): Evaluate | undefined {
  const names = steps.map(({ value }) => String(value));
  const plain = steps.every((step) => step.type === 'name' && Object.keys(step).every((key) => PLAIN.has(key)));
  if (!plain || names.some((name) => name in Object.prototype)) return undefined;
  if (first?.type !== 'variable') return undefined;
  if (first.value !== 'states') {
    const start = compileShortcut(first);
    return start && follow(start, names);
  }
  const start = Object.hasOwn(STATES, names[0]!) ? STATES[names[0]!] : undefined;
  return start && follow(start, names.slice(1));
}

function follow(start: Evaluate, names: readonly string[]): Evaluate {
  return (scope) => {
    let value = start(scope);
    for (const name of names) {
      if (isJsonObject(value)) value = value[name];
      // JSONata maps over arrays.
      else return Array.isArray(value) || value === UNSURE ? UNSURE : undefined;
    }
    return value;
  };
}

/** JSONata's truth, of what is no array and no object. */
function toBoolean(value: Result): boolean | typeof UNSURE {
  if (typeof value === 'boolean') return value;
  if (value === UNSURE || (typeof value === 'object' && value !== null)) return UNSURE;
  return Boolean(value);
}

function condition(node: AstNode): Evaluate | undefined {
  const test = compileShortcut(node.condition!);
  const yes = compileShortcut(node.then!);
  const no: Evaluate | undefined = node.else ? compileShortcut(node.else) : () => undefined;
  if (!test || !yes || !no) return undefined;
  return (scope) => {
    const decision = toBoolean(test(scope));
    if (decision === UNSURE) return UNSURE;
    return decision ? yes(scope) : no(scope);
  };
}

type Operation = (left: Json | undefined, right: Json | undefined) => Result;

const calculate =
  (operation: (left: number, right: number) => number): Operation =>
  (left, right) => {
    if (typeof left !== 'number' || typeof right !== 'number') return UNSURE;
    const result = operation(left, right);
    return Number.isFinite(result) ? result + 0 : UNSURE;
  };

const compare =
  (operation: (left: number | string, right: number | string) => boolean): Operation =>
  (left, right) =>
    (typeof left === 'number' && typeof right === 'number') || (typeof left === 'string' && typeof right === 'string')
      ? operation(left, right)
      : UNSURE;

const equal =
  (same: boolean): Operation =>
  (left, right) => {
    if (left === undefined || right === undefined) return false;
    if (typeof left === 'object' && left !== null && typeof right === 'object' && right !== null) return UNSURE;
    return (left === right) === same;
  };

const OPERATIONS: Readonly<Record<string, Operation>> = {
  '+': calculate((left, right) => left + right),
  '-': calculate((left, right) => left - right),
  '*': calculate((left, right) => left * right),
  '/': calculate((left, right) => left / right),
  '%': calculate((left, right) => left % right),
  '<': compare((left, right) => left < right),
  '<=': compare((left, right) => left <= right),
  '>': compare((left, right) => left > right),
  '>=': compare((left, right) => left >= right),
  '=': equal(true),
  '!=': equal(false),
  '&': (left = '', right = '') => {
    const [before, after] = [textOf(left), textOf(right)];
    return before === undefined || after === undefined ? UNSURE : before + after;
  },
  in: (left, right) => {
    if (left === undefined || right === undefined) return false;
    if (typeof left === 'object' && left !== null) return UNSURE;
    return Array.isArray(right) ? right.includes(left) : right === left;
  },
};

/** @returns undefined for what is written by rules of its own: numbers are rounded to 15 digits */
const textOf = (value: Json): string | undefined =>
  typeof value === 'string'
    ? value
    : Number.isInteger(value) && Math.abs(value as number) < 1e15
      ? String(value)
      : undefined;

const FUNCTIONS: Readonly<Record<string, (argument: Json | undefined) => Result>> = {
  exists: (argument) => argument !== undefined,
  count: (argument) => (argument === undefined ? 0 : Array.isArray(argument) ? argument.length : 1),
  not: (argument) => {
    const truth = argument === undefined ? UNSURE : toBoolean(argument);
    return truth === UNSURE ? UNSURE : !truth;
  },
};

/** A workflow variable of the same name hides no function. */
function call({ procedure, arguments: given = [] }: AstNode): Evaluate | undefined {
  const name = procedure?.type === 'variable' ? String(procedure.value) : '';
  const apply = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  const argument = given.length === 1 ? compileShortcut(given[0]!) : undefined;
  if (!apply || !argument) return undefined;
  return (scope) => {
    const value = argument(scope);
    return value === UNSURE ? UNSURE : apply(value);
  };
}

function binary(node: AstNode): Evaluate | undefined {
  const operator = String(node.value);
  const left = compileShortcut(node.lhs as AstNode);
  const right = compileShortcut(node.rhs!);
  if (!left || !right) return undefined;
  if (operator === 'and' || operator === 'or') return connect(left, right, operator === 'or');
  const operation = Object.hasOwn(OPERATIONS, operator) ? OPERATIONS[operator] : undefined;
  if (!operation) return undefined;
  return (scope) => {
    const a = left(scope);
    if (a === UNSURE) return UNSURE;
    const b = right(scope);
    return b === UNSURE ? UNSURE : operation(a, b);
  };
}

/** @param decisive the value of the left side that makes the right side irrelevant */
function connect(left: Evaluate, right: Evaluate, decisive: boolean): Evaluate {
  return (scope) => {
    const a = toBoolean(left(scope));
    return a === UNSURE || a === decisive ? a : toBoolean(right(scope));
  };
}

function unary(node: AstNode): Evaluate | undefined {
  if (node.value === '[') return array(node.expressions!);
  if (node.value === '{') return object(node.lhs as readonly (readonly AstNode[])[]);
  return undefined;
}

/** `[a, b]`: what is nothing is left out, and arrays are spread unless they are written out. */
function array(items: readonly AstNode[]): Evaluate | undefined {
  const parts = items.map((item) => ({ nested: item.value === '[', evaluate: compileShortcut(item) }));
  if (parts.some(({ evaluate }) => evaluate === undefined)) return undefined;
  return (scope) => {
    const result: Json[] = [];
    for (const { nested, evaluate } of parts) {
      const value = evaluate!(scope);
      if (value === UNSURE) return UNSURE;
      if (Array.isArray(value) && !nested) result.push(...value);
      else if (value !== undefined) result.push(value);
    }
    return result;
  };
}

/** `{"a": b}` with keys that are written out; what is nothing is left out. */
function object(members: readonly (readonly AstNode[])[]): Evaluate | undefined {
  const keys = members.map(([key]) => (key?.type === 'string' ? String(key.value) : '__proto__'));
  const values = members.map(([, value]) => compileShortcut(value!));
  const plain = new Set(keys).size === keys.length && !keys.includes('__proto__');
  if (!plain || values.includes(undefined)) return undefined;
  return (scope) => {
    const result: { [key: string]: Json } = {};
    for (let i = 0; i < keys.length; i++) {
      const value = values[i]!(scope);
      if (value === UNSURE) return UNSURE;
      if (value !== undefined) result[keys[i]!] = value;
    }
    return result;
  };
}
