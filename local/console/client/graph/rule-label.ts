import type { AslChoice } from './asl.ts';

// Choice rules in the words of a graph: `$why = 'expire'`, `$.total ≥ 100 and not $.known`.

const SIGNS: Readonly<Record<string, string>> = {
  Equals: '=',
  LessThan: '<',
  LessThanEquals: '≤',
  GreaterThan: '>',
  GreaterThanEquals: '≥',
  Matches: 'matches',
};

const NOT_OPERATORS = new Set(['Next', 'Variable', 'Comment', 'Assign', 'Output']);

/** @returns one line, however long */
export function ruleLabel(rule: AslChoice): string {
  if (typeof rule.Condition === 'string') return withoutBraces(rule.Condition);
  if (Array.isArray(rule.And)) return rule.And.map((each) => inner(each as AslChoice)).join(' and ');
  if (Array.isArray(rule.Or)) return rule.Or.map((each) => inner(each as AslChoice)).join(' or ');
  if (typeof rule.Not === 'object' && rule.Not !== null) return `not ${inner(rule.Not as AslChoice)}`;
  return comparison(rule);
}

const inner = (rule: AslChoice): string => (rule.And || rule.Or ? `(${ruleLabel(rule)})` : ruleLabel(rule));

export const withoutBraces = (expression: string): string =>
  expression.replace(/^\s*\{%\s*([\s\S]*?)\s*%\}\s*$/, '$1').replace(/\s+/g, ' ');

function comparison(rule: AslChoice): string {
  const variable = typeof rule.Variable === 'string' ? rule.Variable : '?';
  const [operator = '', value] = Object.entries(rule).find(([name]) => !NOT_OPERATORS.has(name)) ?? [];
  if (operator.startsWith('Is')) {
    const what = operator === 'IsPresent' ? 'present' : operator.slice(2).toLowerCase();
    return `${variable} is ${value === false ? 'not ' : ''}${what}`;
  }
  const [, , name = '', path] = /^(String|Numeric|Boolean|Timestamp)(\w+?)(Path)?$/.exec(operator) ?? [];
  const sign = SIGNS[name] ?? operator;
  return `${variable} ${sign} ${path || typeof value !== 'string' ? String(value) : `'${value}'`}`;
}
