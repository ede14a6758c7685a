import type { NumberField } from '../definition.ts';
import { evaluate } from '../evaluate.ts';
import { type Expression, QueryEvaluationError, type Scope } from '../expression.ts';
import { FieldError, toFieldError } from '../failure.ts';
import type { Json } from '../json.ts';

/** A JSONata field has a value of a type that the field cannot take. @param expected as AWS calls JSON's types */
export const unexpectedType = (expression: Expression, field: string, expected: string, value: Json): FieldError =>
  toFieldError(QueryEvaluationError.unexpectedType(bare(expression), expected, value), field);

/** As written, without `{%` and `%}`. */
const bare = ({ source }: Expression): string => String(source).replace(/^\{%\s*|\s*%\}$/g, '');

/**
 * A number of an optional field: written down, or from an expression.
 * @param field the field's name in JSONata; JSONPath adds `Path`
 * @throws FieldError if it is no integer (or no number at all, with `kind: 'float'`)
 */
export function numberOf(
  value: NumberField,
  field: string,
  readings: Scope,
  isJsonata: boolean,
  kind: 'integer' | 'float' = 'integer',
): number {
  if (typeof value === 'number') return value;
  const name = isJsonata ? field : `${field}Path`;
  const found = evaluate(value, name, readings);
  // At a path, AWS takes digits in a text for a number.
  const number = !isJsonata && typeof found === 'string' && NUMERIC.test(found) ? Number(found) : found;
  if (typeof number === 'number' && (kind === 'float' || Number.isInteger(number))) return number;
  if (isJsonata) throw unexpectedType(value, name, kind === 'float' ? 'number' : 'integer', number);
  const text = typeof number === 'string' ? number : JSON.stringify(number);
  const message = `The ${name} field refers to value "${text}" which is not a valid ${kind}: ${value.source}`;
  throw new FieldError('States.Runtime', message);
}

const NUMERIC = /^-?\d+(\.\d+)?$/;
