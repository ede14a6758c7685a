import { evaluate } from '../dataflow.ts';
import type { NumberField } from '../definition.ts';
import type { Expression } from '../expression.ts';
import { FieldError } from '../failure.ts';
import type { Json } from '../json.ts';
import type { Readings } from '../readings.ts';

/** A JSONata field has a value of a type that the field cannot take. */
export function unexpectedType(expression: Expression, field: string, expected: string, value: Json): FieldError {
  const message =
    `The JSONata expression '${jsonataSource(expression)}' specified for the field '${field}' returned an unexpected result type. ` +
    `Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`;
  return new FieldError('States.QueryEvaluationError', message, { location: field });
}

/** As written, without `{%` and `%}`. */
const jsonataSource = (expression: Expression): string => String(expression.source).replace(/^\{%\s*|\s*%\}$/g, '');

const typeName = (value: Json): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

/**
 * A number of an optional field: written down, or from an expression.
 * @param field the field's name in JSONata; JSONPath adds `Path`
 * @throws FieldError if it is no integer (or no number at all, with `kind: 'float'`)
 */
export function numberOf(
  value: NumberField,
  field: string,
  readings: Readings,
  isJsonata: boolean,
  kind: 'integer' | 'float' = 'integer',
): number {
  if (typeof value === 'number') return value;
  const name = isJsonata ? field : `${field}Path`;
  const number = evaluate(value, name, readings);
  if (typeof number === 'number' && (kind === 'float' || Number.isInteger(number))) return number;
  if (isJsonata) throw unexpectedType(value, name, kind === 'float' ? 'number' : 'integer', number);
  const text = typeof number === 'string' ? number : JSON.stringify(number);
  const message = `The ${name} field refers to value "${text}" which is not a valid ${kind}: ${value.source}`;
  throw new FieldError('States.Runtime', message);
}
