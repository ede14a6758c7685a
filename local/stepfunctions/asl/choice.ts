import type { Condition } from './definition.ts';
import { evaluate } from './evaluate.ts';
import { type Expression, ExpressionError, PathNotFoundError } from './expression.ts';
import { FieldError, toFieldError } from './failure.ts';
import type { Json } from './json.ts';
import type { Readings } from './readings.ts';
import { unexpectedType } from './states/field-types.ts';
import { parseTimestamp } from './timestamp.ts';

type Comparison = Extract<Condition, { type: 'compare' }>;

/**
 * Is a rule of a Choice state fulfilled? Values of other types than the operator compares are not errors: it is not.
 * @param index which rule of the state, for the messages
 * @throws FieldError if a path leads nowhere or an expression fails
 */
export function holds(condition: Condition, readings: Readings, index: number): boolean {
  switch (condition.type) {
    case 'and':
      return condition.conditions.every((inner) => holds(inner, readings, index));
    case 'or':
      return condition.conditions.some((inner) => holds(inner, readings, index));
    case 'not':
      return !holds(condition.condition, readings, index);
    case 'compare':
      return compares(condition, readings);
    case 'jsonata': {
      const field = `Choices[${index}]/Condition`;
      const value = evaluate(condition.expression, field, readings);
      if (typeof value !== 'boolean') throw unexpectedType(condition.expression, field, 'boolean', value);
      return value;
    }
  }
}

function compares({ variable, operator, operand }: Comparison, readings: Readings): boolean {
  const type = TYPE_TESTS[operator];
  const expected = (): Json => ('literal' in operand ? operand.literal : read(operand.path, readings));
  if (operator === 'IsPresent') return isPresent(variable, readings) === expected();
  const value = read(variable, readings);
  if (type) return type(value) === expected();
  const comparison = COMPARISONS[operator];
  if (!comparison) throw new Error(`There is no operator ${operator}`);
  return comparison(value, expected());
}

function read(path: Expression, readings: Readings): Json {
  try {
    return path.evaluate(readings);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    if (!(error instanceof PathNotFoundError)) throw toFieldError(error, 'Variable');
    const message = `Invalid path '${error.expression}': The choice state's condition path references an invalid value.`;
    throw new FieldError('States.Runtime', message);
  }
}

function isPresent(variable: Expression, readings: Readings): boolean {
  try {
    variable.evaluate(readings);
    return true;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    if (error.error === 'States.Runtime') return false;
    throw toFieldError(error, 'Variable');
  }
}

const TYPE_TESTS: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsNumeric: (value) => typeof value === 'number',
  IsString: (value) => typeof value === 'string',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: (value) => typeof value === 'string' && parseTimestamp(value) !== undefined,
};

type Compare = (value: Json, expected: Json) => boolean;

const ofType =
  <T extends Json>(is: (value: Json) => value is T, compare: (value: T, expected: T) => boolean): Compare =>
  (value, expected) =>
    is(value) && is(expected) && compare(value, expected);

const strings = (compare: (value: string, expected: string) => boolean): Compare =>
  ofType((value): value is string => typeof value === 'string', compare);

const numbers = (compare: (value: number, expected: number) => boolean): Compare =>
  ofType((value): value is number => typeof value === 'number', compare);

const timestamps = (compare: (value: number, expected: number) => boolean): Compare =>
  strings((value, expected) => {
    const [time, expectedTime] = [parseTimestamp(value), parseTimestamp(expected)];
    return time !== undefined && expectedTime !== undefined && compare(time, expectedTime);
  });

const COMPARISONS: Readonly<Record<string, Compare>> = {
  StringEquals: strings((value, expected) => value === expected),
  StringLessThan: strings((value, expected) => value < expected),
  StringGreaterThan: strings((value, expected) => value > expected),
  StringLessThanEquals: strings((value, expected) => value <= expected),
  StringGreaterThanEquals: strings((value, expected) => value >= expected),
  StringMatches: strings((value, pattern) => matchesPattern(value, pattern)),
  NumericEquals: numbers((value, expected) => value === expected),
  NumericLessThan: numbers((value, expected) => value < expected),
  NumericGreaterThan: numbers((value, expected) => value > expected),
  NumericLessThanEquals: numbers((value, expected) => value <= expected),
  NumericGreaterThanEquals: numbers((value, expected) => value >= expected),
  BooleanEquals: ofType(
    (value): value is boolean => typeof value === 'boolean',
    (value, expected) => value === expected,
  ),
  TimestampEquals: timestamps((value, expected) => value === expected),
  TimestampLessThan: timestamps((value, expected) => value < expected),
  TimestampGreaterThan: timestamps((value, expected) => value > expected),
  TimestampLessThanEquals: timestamps((value, expected) => value <= expected),
  TimestampGreaterThanEquals: timestamps((value, expected) => value >= expected),
};

/** `*` stands for any characters; `\*` is a star and `\\` a backslash. */
function matchesPattern(value: string, pattern: string): boolean {
  const parts = ['']; // the literal texts between the stars
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern.charAt(i);
    if (character === '*') parts.push('');
    else parts[parts.length - 1] += character === '\\' && i + 1 < pattern.length ? pattern.charAt(++i) : character;
  }
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first) || !value.endsWith(last)) return false;
  let position = first.length;
  for (const part of rest) {
    const found = value.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return position <= value.length - last.length;
}
