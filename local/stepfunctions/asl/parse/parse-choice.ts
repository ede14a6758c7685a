import type { ChoiceRule, ChoiceState, Condition } from '../definition.ts';
import type { Json } from '../json.ts';
import { assignment, jsonata, jsonataTemplate, path } from './expressions.ts';
import type { Fields } from './fields.ts';
import type { StateBase } from './parse-state.ts';
import { isTimestamp } from './timestamp.ts';
import { warnOfMissingPath } from './warnings.ts';

type LiteralType = 'String' | 'Number' | 'Boolean' | 'Timestamp';

const ORDERINGS = ['Equals', 'LessThan', 'GreaterThan', 'LessThanEquals', 'GreaterThanEquals'];

/** Operators with a literal, and of which type it is. Those of `COMPARISONS` have a form ending in `Path` as well. */
const COMPARISONS: ReadonlyMap<string, LiteralType> = new Map([
  ...(['String', 'Numeric', 'Timestamp'] as const).flatMap((type) =>
    ORDERINGS.map((ordering): [string, LiteralType] => [type + ordering, type === 'Numeric' ? 'Number' : type]),
  ),
  ['BooleanEquals', 'Boolean'],
]);
const TESTS: ReadonlyMap<string, LiteralType> = new Map([
  ['StringMatches', 'String'],
  ['IsNull', 'Boolean'],
  ['IsPresent', 'Boolean'],
  ['IsNumeric', 'Boolean'],
  ['IsString', 'Boolean'],
  ['IsBoolean', 'Boolean'],
  ['IsTimestamp', 'Boolean'],
]);
const OPERATORS = [...COMPARISONS.keys(), ...[...COMPARISONS.keys()].map((name) => `${name}Path`), ...TESTS.keys()];

export function parseChoice(fields: Fields, base: StateBase): ChoiceState {
  fields.required('Choices');
  const choices = (fields.children('Choices') ?? []).flatMap((rule) => parseRule(rule) ?? []);
  const target = fields.string('Default');
  return { ...base, type: 'Choice', choices, ...(target !== undefined && { default: target }) };
}

function parseRule(rule: Fields): ChoiceRule | undefined {
  rule.required('Next');
  const next = rule.string('Next');
  const assign = assignment(rule);
  rule.take('Comment');
  const output = rule.only('JSONata', 'Output') ? jsonataTemplate(rule, 'Output') : undefined;
  const condition = rule.language === 'JSONata' ? jsonataCondition(rule) : parseCondition(rule);
  rule.finish();
  return condition && next !== undefined
    ? { condition, next, ...(assign && { assign }), ...(output && { output }) }
    : undefined;
}

function jsonataCondition(rule: Fields): Condition | undefined {
  rule.only('JSONPath', 'Variable', 'And', 'Or', 'Not', ...OPERATORS);
  rule.required('Condition');
  const expression = jsonata(rule, 'Condition');
  return expression && { type: 'jsonata', expression };
}

function parseCondition(rule: Fields): Condition | undefined {
  rule.only('JSONata', 'Condition');
  const combinations = ['And', 'Or', 'Not'].filter((name) => rule.has(name));
  const operators = OPERATORS.filter((name) => rule.has(name));
  const found = [...combinations, ...operators];
  const [first] = found;
  if (found.length > 1) {
    for (const name of ['Variable', ...found]) rule.take(name);
    return rule.problem(`There should only be one of the following fields: [${found.join(', ')}]`);
  }
  if (first === 'Not') return negated(rule);
  if (first === 'And' || first === 'Or') return combined(rule, first);
  rule.required('Variable');
  const variable = path(rule, 'Variable');
  if (!first) return rule.problem('A Choice Rule must have a comparison operator');
  const operand = operandOf(rule, first);
  return variable && operand && { type: 'compare', variable, operator: first.replace(/Path$/, ''), operand };
}

function combined(rule: Fields, name: 'And' | 'Or'): Condition | undefined {
  const conditions = rule.children(name)?.map(nested) ?? [];
  return { type: name === 'And' ? 'and' : 'or', conditions: conditions.filter((condition) => condition !== undefined) };
}

function negated(rule: Fields): Condition | undefined {
  const child = rule.child('Not');
  const condition = child && nested(child);
  return condition && { type: 'not', condition };
}

function nested(rule: Fields): Condition | undefined {
  rule.take('Comment');
  const condition = parseCondition(rule);
  rule.finish();
  return condition;
}

function operandOf(
  rule: Fields,
  name: string,
): { literal: Json } | { path: NonNullable<ReturnType<typeof path>> } | undefined {
  const type = COMPARISONS.get(name) ?? TESTS.get(name);
  if (!type) {
    const operand = path(rule, name);
    return operand && { path: operand };
  }
  const literal = rule.take(name);
  if (literal === undefined) return undefined;
  const expected = type === 'Timestamp' ? 'String' : type;
  if (typeof literal !== expected.toLowerCase())
    return rule.problem(`Expected value of type ${expected}`, rule.at(name));
  if (type === 'Timestamp' && !isTimestamp(literal as string))
    return rule.problem('String does not match RFC3339 timestamp', rule.at(name));
  if (COMPARISONS.has(name)) warnOfMissingPath(rule, name, literal);
  return { literal };
}
