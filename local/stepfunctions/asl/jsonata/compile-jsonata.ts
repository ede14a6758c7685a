import parseAsAws from 'jsonata-aws';
import { type Expression, ExpressionSyntaxError, QueryEvaluationError, type Scope } from '../expression.ts';
import type { Json } from '../json.ts';
import { type AstNode, contains, depth } from './ast.ts';
import { AWS_FUNCTIONS } from './aws-functions.ts';
import { boundSize, describeGuard, LIBRARY_OPTIONS, MAX_DEPTH } from './guards.ts';
import { type CompiledLibraryExpression, host, library } from './library.ts';
import { findReferences, type References } from './references.ts';
import { remembered } from './remembered.ts';
import { compileShortcut, UNSURE } from './shortcut.ts';
import { toJson } from './to-json.ts';
import { findUnsupported } from './unsupported.ts';

/**
 * Compiles a JSONata expression, written without `{%` and `%}`.
 *
 * It sees `$states` (input, context and, where the state has them, result and errorOutput), the workflow variables, JSONata's
 * functions but `$eval`, and AWS's `$partition $range $hash $random $uuid $parse`. It has no context item.
 * AWS speaks JSONata 2.0.6, so what that does not parse is refused, although a later release evaluates.
 * `evaluate` throws QueryEvaluationError, also for an expression that yields nothing.
 * @throws ExpressionSyntaxError with a code
 */
export const compileJsonata = remembered((text: string): Expression => {
  const expression = parse(text);
  const ast = expression.ast();
  const references = findReferences(ast);
  const shortcut = depth(ast) > MAX_DEPTH ? undefined : compileShortcut(ast);
  const evaluateInFull = inFull(text, expression, references);

  const evaluate = (scope: Scope): Json => {
    const quick = shortcut === undefined ? UNSURE : shortcut(scope);
    const result = quick === UNSURE ? evaluateInFull(scope) : quick;
    if (result === undefined) throw new QueryEvaluationError('returned nothing (undefined).', text);
    return result;
  };

  return {
    source: text,
    variables: workflowVariables(references),
    states: [...references.states].sort(),
    evaluate,
  };
});

function parse(text: string): CompiledLibraryExpression {
  let expression: CompiledLibraryExpression;
  try {
    // Only parsed: what evaluates is the current release, without the known vulnerabilities of this one.
    parseAsAws(text);
    expression = library(text, LIBRARY_OPTIONS);
  } catch (error) {
    const { message = 'Not a JSONata expression', position = 0 } = error as { message?: string; position?: number };
    throw new ExpressionSyntaxError(message, text, position, [], 'INVALID_JSONATA_EXPRESSION');
  }
  const unsupported = findUnsupported(expression.ast());
  if (unsupported !== undefined) {
    throw new ExpressionSyntaxError(unsupported, text, 0, [], 'UNSUPPORTED_JSONATA_EXPRESSION');
  }
  return expression;
}

/** Only by calls and ranges can values become much larger than what is read. */
const canGrow = ({ type, value }: AstNode): boolean =>
  type === 'function' || type === 'apply' || type === 'lambda' || (type === 'binary' && value === '..');

/** Evaluation by the library. */
function inFull(text: string, expression: CompiledLibraryExpression, references: References) {
  const { values, functions } = references;
  const ast = expression.ast();
  const names = [...values].filter((name) => name !== 'states');
  const properties = references.allStates ? STATES : STATES.filter((name) => references.states.has(name));
  const constants: Record<string, unknown> = { eval: undefined };
  for (const name of [...values, ...functions]) {
    if (Object.hasOwn(AWS_FUNCTIONS, name)) constants[name] = AWS_FUNCTIONS[name];
  }
  if (contains(ast, canGrow)) {
    expression.assign(Symbol.for('jsonata.__evaluate_exit'), boundSize);
  }

  return (scope: Scope): Json | undefined => {
    const bindings = { ...constants };
    for (const name of names) if (Object.hasOwn(scope.variables, name)) bindings[name] = scope.variables[name];
    if (values.has('states')) bindings.states = pick(scope, properties);
    host.scope = scope;
    try {
      return toJson(expression.evaluate(undefined, bindings));
    } catch (error) {
      throw new QueryEvaluationError(`threw an error during evaluation${describe(error)}`, text);
    }
  };
}

const STATES = ['input', 'context', 'result', 'errorOutput'] as const;

/**
 * `$states` has a property only where there is something to see: `$states.result` of a Choice state is nothing, not null.
 * Only what the expression reads is taken from the scope, which may make it just then.
 */
function pick(scope: Scope, properties: readonly (typeof STATES)[number][]): { [key: string]: Json } {
  const states: { [key: string]: Json } = {};
  for (const name of properties) {
    const value = scope[name];
    if (value !== undefined) states[name] = value;
  }
  return states;
}

/** JSONata's own errors have a code. */
function describe(error: unknown): string {
  const guard = describeGuard(error);
  if (guard !== undefined) return `: ${guard}`;
  const { code, message } = error as { code?: string; message?: string };
  return code === undefined ? `: ${message}` : `. ${code}: ${message}`;
}

const functionNames = new Map<string, boolean>();

function workflowVariables({ values }: References): string[] {
  return [...values].filter((name) => name !== 'states' && !isFunction(name)).sort();
}

/** @returns whether the name, used as a value, is one of JSONata's or AWS's functions */
function isFunction(name: string): boolean {
  let known = functionNames.get(name);
  if (known === undefined) {
    known = Object.hasOwn(AWS_FUNCTIONS, name) || library(`$${name}`).evaluate(undefined, {}) !== undefined;
    functionNames.set(name, known);
  }
  return known;
}
