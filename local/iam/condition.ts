import { matches } from './wildcard.ts';

/** Operator → key → values: `{ StringEquals: { 'aws:SourceAccount': ['123'] } }`. */
export type Condition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** What is known of a request: `aws:PrincipalArn`, `dynamodb:LeadingKeys`, … in lower case. */
export type RequestContext = Readonly<Record<string, readonly string[]>>;

const VARIABLE = /\$\{([^}]+)\}/g;

type Test = (value: string, wanted: string) => boolean;

const equals: Test = (value, wanted) => value === wanted;
const like: Test = (value, wanted) => matches(wanted, value);
const number =
  (compare: (a: number, b: number) => boolean): Test =>
  (value, wanted) =>
    compare(Number(value), Number(wanted));

const OPERATORS: Readonly<Record<string, { readonly test: Test; readonly isNegated?: true }>> = {
  StringEquals: { test: equals },
  StringNotEquals: { test: equals, isNegated: true },
  StringEqualsIgnoreCase: { test: (value, wanted) => value.toLowerCase() === wanted.toLowerCase() },
  StringLike: { test: like },
  StringNotLike: { test: like, isNegated: true },
  ArnEquals: { test: like },
  ArnLike: { test: like },
  ArnNotEquals: { test: like, isNegated: true },
  ArnNotLike: { test: like, isNegated: true },
  Bool: { test: (value, wanted) => value.toLowerCase() === wanted.toLowerCase() },
  NumericEquals: { test: number((a, b) => a === b) },
  NumericLessThan: { test: number((a, b) => a < b) },
  NumericLessThanEquals: { test: number((a, b) => a <= b) },
  NumericGreaterThan: { test: number((a, b) => a > b) },
  NumericGreaterThanEquals: { test: number((a, b) => a >= b) },
};

/** Keys that requests here are told with. A condition on another would never hold, or always: it is refused. */
const KEYS = new Set([
  'aws:principalarn',
  'aws:principalaccount',
  'aws:requestedregion',
  'aws:resourceaccount',
  'dynamodb:leadingkeys',
]);

/** Of a condition, or in a policy variable. */
export const isKnownKey = (key: string): boolean => KEYS.has(key.toLowerCase());

/** `${*}`, `${?}` and `${$}` stand for the characters themselves. */
const LITERALS = ['*', '?', '$'];

/** @returns the policy variables in a text whose values requests here are not told with */
export const unknownVariables = (text: string): string[] =>
  [...text.matchAll(VARIABLE)]
    .map(([, name = '']) => name)
    .filter((name) => !LITERALS.includes(name) && !isKnownKey(name));

interface Operator {
  readonly test: Test;
  readonly isNegated: boolean;
  readonly quantifier: 'any' | 'all';
  /** A key that the request has not is no obstacle. */
  readonly ifExists: boolean;
}

/** @throws what `problem` makes, naming an operator or key that is not supported */
export function checkCondition(
  condition: Readonly<Record<string, unknown>>,
  problem: (what: string) => Error,
): Condition {
  const result: Record<string, Record<string, readonly string[]>> = {};
  for (const [name, keys] of Object.entries(condition)) {
    if (name !== 'Null' && !operatorOf(name)) throw problem(`The condition operator ${name} is not supported.`);
    if (typeof keys !== 'object' || keys === null) throw problem(`The condition ${name} is not an object.`);
    for (const [key, values] of Object.entries(keys)) {
      if (!isKnownKey(key)) throw problem(`The condition key ${key} is not supported.`);
      result[name] = { ...result[name], [key.toLowerCase()]: [values].flat().map(String) };
    }
  }
  return result;
}

/** Whether all of it holds. Values may have policy variables: `${aws:PrincipalArn}`. */
export function holds(condition: Condition, context: RequestContext): boolean {
  return Object.entries(condition).every(([name, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const values = context[key] ?? [];
      if (name === 'Null') return wanted.includes(String(values.length === 0));
      return fits(
        operatorOf(name)!,
        values,
        wanted.map((value) => withVariables(value, context)),
      );
    }),
  );
}

function fits(
  { test, isNegated, quantifier, ifExists }: Operator,
  values: readonly string[],
  wanted: readonly string[],
) {
  if (values.length === 0) return ifExists || isNegated || quantifier === 'all';
  const fit = (value: string): boolean => wanted.some((each) => test(value, each)) !== isNegated;
  return quantifier === 'all' ? values.every(fit) : values.some(fit);
}

function operatorOf(name: string): Operator | undefined {
  const [, quantifier, base = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(name) ?? [];
  const operator = Object.hasOwn(OPERATORS, base) ? OPERATORS[base] : undefined;
  return (
    operator && {
      test: operator.test,
      isNegated: operator.isNegated ?? false,
      quantifier: quantifier === 'ForAllValues' ? 'all' : 'any',
      ifExists: ifExists !== undefined,
    }
  );
}

/** Replaces `${key}` by the request's value. @returns a text that matches nothing if it has none */
export function withVariables(text: string, context: RequestContext): string {
  return text.replaceAll(VARIABLE, (_whole, name: string) => {
    if (LITERALS.includes(name)) return name;
    return context[name.toLowerCase()]?.[0] ?? '\u0000';
  });
}
