import type { NumberField } from '../definition.ts';
import { type Expression, ExpressionSyntaxError, type ReferencePath, TemplateSyntaxError } from '../expression.ts';
import type { Json } from '../json.ts';
import { compilePath } from '../jsonpath/compile-path.ts';
import { compileReferencePath } from '../jsonpath/reference-path.ts';
import { compileJsonataTemplate, compilePayloadTemplate, isJsonataExpression } from '../template.ts';
import { type StatesField, unclosedExpressions, unsupportedReferences } from './check-jsonata.ts';
import type { Fields } from './fields.ts';
import { warnOfMissingDollars } from './warnings.ts';

const ALWAYS: readonly StatesField[] = ['input', 'context'];

// Fields that hold expressions: compiled here, and what does not compile becomes a problem where AWS reports it.

/** A path or, where AWS allows it, an intrinsic function call. */
export function path(fields: Fields, name: string): Expression | undefined {
  const source = fields.string(name);
  return source === undefined
    ? undefined
    : compiledPath(fields, name, () => compilePath(source), 'Value is not a valid JSONPath');
}

/** InputPath and OutputPath: `null` discards. */
export function nullablePath(fields: Fields, name: string): Expression | null | undefined {
  return fields.has(name) && fields.take(name) === null ? null : path(fields, name);
}

/** A path of names and indices into the state's input or a variable. */
export function referencePath(fields: Fields, name: string): Expression | undefined {
  const source = fields.string(name);
  if (source === undefined) return undefined;
  if (source.startsWith('$$')) return fields.problem('Value is not a Reference Path', fields.at(name));
  return compiledPath(fields, name, () => compilePath(source), 'Value is not a Reference Path');
}

/** ResultPath: `null` discards the result. */
export function resultPath(fields: Fields): ReferencePath | null | undefined {
  if (!fields.has('ResultPath')) return undefined;
  if (fields.take('ResultPath') === null) return null;
  const source = fields.string('ResultPath');
  if (source === undefined) return undefined;
  const message = 'Value is not a Reference Path';
  const path = compiledPath(fields, 'ResultPath', () => compileReferencePath(source), message);
  // A variable is assigned, not written to.
  return path && path.variables.length > 0 ? fields.problem(message, fields.at('ResultPath')) : path;
}

/** A JSONPath payload template: Parameters, ResultSelector, ItemSelector, Assign. */
export function payloadTemplate(fields: Fields, name: string): Expression | undefined {
  const source = fields.take(name);
  if (source === undefined) return undefined;
  warnOfMissingDollars(fields, name, source);
  return compiled(
    () => compilePayloadTemplate(source),
    ({ path }) => {
      const message = `The value for the field '${path.at(-1) ?? name}' must be a valid JSONPath or a valid intrinsic function call`;
      fields.problem(message, located(fields.at(name), path.slice(0, -1)));
    },
  );
}

/** A value whose strings of the form `{% … %}` are JSONata: Arguments, Output, Assign. */
export function jsonataTemplate(
  fields: Fields,
  name: string,
  available: readonly StatesField[] = ALWAYS,
): Expression | undefined {
  const source = fields.take(name);
  return source === undefined ? undefined : compiledJsonata(fields, name, source, available);
}

/** One `{% … %}`. */
export function jsonata(fields: Fields, name: string): Expression | undefined {
  const source = fields.string(name);
  if (source === undefined) return undefined;
  if (!isJsonataExpression(source)) return fields.problem('Value is not a valid JSONata expression', fields.at(name));
  return compiledJsonata(fields, name, source, ALWAYS);
}

/** One `{% … %}`, or a text that is none. */
export function jsonataOrText(fields: Fields, name: string): string | Expression | undefined {
  const source = fields.string(name);
  if (source === undefined) return undefined;
  if (isJsonataExpression(source)) return compiledJsonata(fields, name, source, ALWAYS);
  reportUnclosed(fields, name, source);
  return source;
}

/** Whether the field holds an expression, rather than a value. */
export function hasJsonata(fields: Fields, name: string): boolean {
  const value = fields.take(name);
  return value !== undefined && isJsonataExpression(value);
}

/** A template in the language of the state. */
export function template(
  fields: Fields,
  name: string,
  available: readonly StatesField[] = ALWAYS,
): Expression | undefined {
  return fields.language === 'JSONata' ? jsonataTemplate(fields, name, available) : payloadTemplate(fields, name);
}

const VARIABLE = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;
const LONGEST_VARIABLE = 80;

/** Assign: an object whose fields name variables. */
export function assignment(fields: Fields, available?: readonly StatesField[]): Expression | undefined {
  const assigned = fields.child('Assign');
  if (!assigned) return undefined;
  for (const key of Object.keys(assigned.object)) {
    const name = fields.language === 'JSONPath' ? key.replace(/\.\$$/, '') : key;
    if (name === 'states' || name.length > LONGEST_VARIABLE || !VARIABLE.test(name))
      assigned.problem(`Invalid variable name: ${name}`, assigned.at(key));
  }
  return template(fields, 'Assign', available);
}

/** Parameters (JSONPath) or Arguments (JSONata): of a state, a reader or a writer. */
export function argumentsOf(fields: Fields): { parameters?: Expression } {
  const parameters = fields.only('JSONPath', 'Parameters') ? payloadTemplate(fields, 'Parameters') : undefined;
  const given = fields.only('JSONata', 'Arguments') ? jsonataTemplate(fields, 'Arguments') : undefined;
  const expression = parameters ?? given;
  return expression ? { parameters: expression } : {};
}

/** A number: written down, from a path (`<name>Path`, JSONPath), or from an expression (JSONata). */
export function numberField(
  fields: Fields,
  name: string,
  range: { minimum?: number; maximum?: number; fraction?: boolean },
): NumberField | undefined {
  fields.atMostOne(name, `${name}Path`);
  if (!fields.only('JSONPath', `${name}Path`))
    return hasJsonata(fields, name) ? jsonata(fields, name) : fields.number(name, range);
  return fields.has(`${name}Path`) ? referencePath(fields, `${name}Path`) : fields.number(name, range);
}

/** Text that is no expression of its language becomes a problem; anything else thrown is our own mistake. */
function compiled<T>(compile: () => T, report: (error: ExpressionSyntaxError) => void): T | undefined {
  try {
    return compile();
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) report(error);
    else if (error instanceof TemplateSyntaxError) for (const each of error.errors) report(each);
    else throw error;
    return undefined;
  }
}

const compiledPath = <T>(fields: Fields, name: string, compile: () => T, message: string): T | undefined =>
  compiled(compile, () => fields.problem(message, fields.at(name)));

function compiledJsonata(
  fields: Fields,
  name: string,
  source: Json,
  available: readonly StatesField[],
): Expression | undefined {
  const report = (message: string, path: readonly string[], code: string) =>
    fields.problem(message, located(fields.at(name), path), code);
  const expression = compiled(
    () => compileJsonataTemplate(source),
    (error) => report(error.message, error.path, error.code ?? 'INVALID_JSONATA_EXPRESSION'),
  );
  if (!expression) return undefined;
  reportUnclosed(fields, name, source);
  for (const { message, path } of unsupportedReferences(source, available))
    report(message, path, 'UNSUPPORTED_JSONATA_EXPRESSION');
  return expression;
}

function reportUnclosed(fields: Fields, name: string, source: Json): void {
  for (const { message, path } of unclosedExpressions(source))
    fields.problem(message, located(fields.at(name), path), 'INVALID_JSONATA_EXPRESSION');
}

const located = (location: string, keys: readonly string[]): string =>
  keys.reduce((at, key) => (/^(\[\d+\])+$/.test(key) ? at + key : `${at}/${key}`), location);
