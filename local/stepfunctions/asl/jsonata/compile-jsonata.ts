import parseAsAws from 'jsonata-aws';
import { type Expression, ExpressionSyntaxError, QueryEvaluationError, type Scope } from '../expression.ts';
import type { Json } from '../json.ts';
import { AWS_FUNCTIONS, setScope } from './aws-functions.ts';
import { host, library } from './library.ts';
import { findReferences } from './references.ts';
import { toJson } from './to-json.ts';

/** No expression of a state needs more; the figures keep one that does from holding up everything else. */
const GUARDS = { timeout: 1000, stack: 500, sequence: 1_000_000 } as const;

/**
 * Compiles a JSONata expression, written without `{%` and `%}`.
 *
 * It sees `$states` (input, context and, where the state has them, result and errorOutput), the workflow variables, JSONata's
 * functions but `$eval`, and AWS's `$partition $range $hash $random $uuid $parse`. It has no context item: `$` is nothing.
 * AWS speaks JSONata 2.0.6, so what that does not parse is refused, although a later release evaluates.
 * @throws ExpressionSyntaxError
 */
export function compileJsonata(text: string): Expression {
  const expression = parse(text);
  const { values, functions } = findReferences(expression.ast());
  const names = [...values].filter((name) => name !== 'states');
  const needsStates = values.has('states');
  const constants: Record<string, unknown> = { eval: undefined };
  for (const name of [...values, ...functions]) {
    if (Object.hasOwn(AWS_FUNCTIONS, name)) constants[name] = AWS_FUNCTIONS[name];
  }

  const evaluate = (scope: Scope): Json => {
    const bindings = { ...constants };
    for (const name of names) if (Object.hasOwn(scope.variables, name)) bindings[name] = scope.variables[name];
    if (needsStates) bindings.states = statesOf(scope);
    host.at = scope.at;
    host.random = scope.entropy.next;
    setScope(scope);
    let result: Json | undefined;
    try {
      result = toJson(expression.evaluate(undefined, bindings));
    } catch (error) {
      throw new QueryEvaluationError(`threw an error during evaluation. ${describe(error)}`, text);
    }
    if (result === undefined) throw new QueryEvaluationError('returned nothing (undefined).', text);
    return result;
  };

  const variables = names.filter((name) => !isFunction(name)).sort();
  return { source: text, variables, evaluate };
}

function parse(text: string): ReturnType<typeof library> {
  try {
    parseAsAws(text);
    return library(text, GUARDS);
  } catch (error) {
    const { message, position } = error as { message?: string; position?: number };
    throw new ExpressionSyntaxError(message ?? 'Not a JSONata expression', text, position ?? 0);
  }
}

/** `$states` has a property only where there is something to see: `$states.result` of a Choice state is nothing, not null. */
function statesOf({ input, context, result, errorOutput }: Scope): Record<string, unknown> {
  const states: Record<string, unknown> = { input, context };
  if (result !== undefined) states.result = result;
  if (errorOutput !== undefined) states.errorOutput = errorOutput;
  return states;
}

function describe(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return code === undefined ? String(message) : `${code}: ${message}`;
}

const functionNames = new Map<string, boolean>();

/** @returns whether the name, used as a value, is one of JSONata's or AWS's functions */
function isFunction(name: string): boolean {
  let known = functionNames.get(name);
  if (known === undefined) {
    known = Object.hasOwn(AWS_FUNCTIONS, name) || library(`$${name}`).evaluate(undefined, {}) !== undefined;
    functionNames.set(name, known);
  }
  return known;
}
