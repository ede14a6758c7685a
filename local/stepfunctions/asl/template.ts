import {
  type Expression,
  ExpressionError,
  ExpressionSyntaxError,
  PathNotFoundError,
  type Scope,
  TemplateSyntaxError,
} from './expression.ts';
import { isJsonObject, type Json } from './json.ts';
import { compileJsonata } from './jsonata/compile-jsonata.ts';
import { compilePath } from './jsonpath/compile-path.ts';

/**
 * Compiles a payload template of JSONPath (Parameters, ItemSelector, ResultSelector, Assign): the value of each key that ends
 * in `.$` is a path or an intrinsic call, everything else is as written. Without any such key, `evaluate` returns `source`
 * itself. Errors carry the `path` of the field, with its key as written (`['a', 'b.$']`).
 * @throws TemplateSyntaxError
 */
export const compilePayloadTemplate = (json: Json): Expression => compile(json, payloadField);

/**
 * Compiles a template of JSONata (Arguments, Output, Assign, Items, …): each text from `{%` to `%}` is an expression,
 * everything else is as written. Without any expression, `evaluate` returns `source` itself. Errors carry the `path` of
 * the expression: keys, and indices as `[0]`; it is empty if the whole template is one expression.
 * @throws TemplateSyntaxError
 */
export const compileJsonataTemplate = (json: Json): Expression => compile(json, jsonataField);

/** @returns whether AWS takes the value for a JSONata expression rather than for itself */
export const isJsonataExpression = (json: Json): json is string =>
  typeof json === 'string' && json.length >= 4 && json.startsWith('{%') && json.endsWith('%}');

/** What a kind of template does with a value, beyond going on inside objects and arrays. */
type CompileField = (key: string | undefined, value: Json) => Expression | undefined;

const jsonataField: CompileField = (_, value) =>
  isJsonataExpression(value) ? compileJsonata(value.slice(2, -2).trim()) : undefined;

const payloadField: CompileField = (key, value) => {
  if (key === undefined || !key.endsWith('.$')) return undefined;
  if (typeof value === 'string') return lenient(compilePath(value));
  throw new ExpressionSyntaxError('The value is no text', JSON.stringify(value), 0);
};

/** In a payload template, and only there, AWS takes an index past the end of an array for null. */
function lenient(expression: Expression): Expression {
  const evaluate = (scope: Scope): Json => {
    try {
      return expression.evaluate(scope);
    } catch (error) {
      if (error instanceof PathNotFoundError && error.pastEnd) return null;
      throw error;
    }
  };
  return { ...expression, evaluate };
}

type Evaluate = (scope: Scope) => Json;

function compile(json: Json, compileField: CompileField): Expression {
  const variables = new Set<string>();
  const states = new Set<string>();
  const errors: ExpressionSyntaxError[] = [];

  /** @returns undefined if nothing below depends on the scope */
  const visit = (value: Json, path: readonly string[]): Evaluate | undefined => {
    const expression = field(value, path);
    if (expression) {
      for (const name of expression.variables) variables.add(name);
      for (const name of expression.states ?? []) states.add(name);
      return located(expression, path);
    }
    if (Array.isArray(value)) return visitArray(value, path);
    return isJsonObject(value) ? visitObject(value, path) : undefined;
  };

  const field = (value: Json, path: readonly string[]): Expression | undefined => {
    try {
      return compileField(path.at(-1), value);
    } catch (error) {
      if (!(error instanceof ExpressionSyntaxError)) throw error;
      errors.push(new ExpressionSyntaxError(error.message, error.expression, error.position, path, error.code));
      return undefined;
    }
  };

  const visitArray = (items: Json[], path: readonly string[]): Evaluate | undefined => {
    const compiled = items.map((item, i) => visit(item, [...path, `[${i}]`]));
    if (compiled.every((evaluate) => evaluate === undefined)) return undefined;
    const parts = compiled.map((evaluate, i): Evaluate => evaluate ?? (() => items[i]!));
    return (scope) => parts.map((evaluate) => evaluate(scope));
  };

  const visitObject = (object: { [key: string]: Json }, path: readonly string[]): Evaluate | undefined => {
    const members = Object.entries(object).map(([key, value]) => ({
      key,
      value,
      evaluate: visit(value, [...path, key]),
    }));
    if (members.every(({ evaluate }) => evaluate === undefined)) return undefined;
    const names = members.map(({ key }) =>
      compileField === payloadField && key.endsWith('.$') ? key.slice(0, -2) : key,
    );
    const parts = members.map(({ value, evaluate }): Evaluate => evaluate ?? (() => value));
    // A property named `__proto__` has to be defined, not assigned.
    if (names.includes('__proto__'))
      return (scope) => Object.fromEntries(parts.map((evaluate, i) => [names[i]!, evaluate(scope)]));
    return (scope) => {
      const result: { [key: string]: Json } = {};
      for (let i = 0; i < parts.length; i++) result[names[i]!] = parts[i]!(scope);
      return result;
    };
  };

  const evaluate = visit(json, []);
  if (errors.length > 0) throw new TemplateSyntaxError(errors);
  return {
    source: json,
    variables: [...variables].sort(),
    states: [...states].sort(),
    evaluate: evaluate ?? (() => json),
  };
}

function located({ evaluate }: Expression, path: readonly string[]): Evaluate {
  if (path.length === 0) return evaluate;
  return (scope) => {
    try {
      return evaluate(scope);
    } catch (error) {
      throw error instanceof ExpressionError ? error.at(path) : error;
    }
  };
}
