import { brokenMessage, brokenText } from '../../aws/constraints.ts';
import { validationError } from './errors.ts';

// The constraints of the service model, and what AWS says when a request breaks them. An SDK checks few of them itself.

type Rule = (value: unknown, member: string) => readonly string[];

interface Length {
  readonly min?: number;
  readonly max?: number;
  /** Spelled as in the service model: it is part of the message. */
  readonly pattern?: string;
}

const broken = (value: unknown, member: string, constraint: string): readonly string[] => [
  brokenText({ value, member, constraint }),
];

/** Lengths are in characters. */
export function text({ min = 0, max, pattern }: Length): Rule {
  const expression = pattern === undefined ? undefined : new RegExp(pattern);
  return (value, member) => {
    if (typeof value !== 'string') return broken(value, member, 'be a string');
    return [
      ...(value.length < min ? broken(value, member, `have length greater than or equal to ${min}`) : []),
      ...(max !== undefined && value.length > max
        ? broken(value, member, `have length less than or equal to ${max}`)
        : []),
      ...(expression?.test(value) === false
        ? broken(value, member, `satisfy regular expression pattern: ${pattern}`)
        : []),
    ];
  };
}

export const oneOf =
  (...values: readonly string[]): Rule =>
  (value, member) =>
    values.includes(value as string) ? [] : broken(value, member, `satisfy enum value set: [${values.join(', ')}]`);

export const number =
  (min: number, max?: number): Rule =>
  (value, member) => {
    if (typeof value !== 'number') return broken(value, member, 'be a number');
    if (value < min) return broken(value, member, `have value greater than or equal to ${min}`);
    return max !== undefined && value > max ? broken(value, member, `have value less than or equal to ${max}`) : [];
  };

export const boolean: Rule = (value, member) =>
  typeof value === 'boolean' ? [] : broken(value, member, 'be a boolean');

export const list =
  (rule: Rule, { min = 0, max }: { min?: number; max?: number } = {}): Rule =>
  (value, member) => {
    if (!Array.isArray(value)) return broken(value, member, 'be a list');
    if (value.length < min) return broken(value, member, `have length greater than or equal to ${min}`);
    if (max !== undefined && value.length > max)
      return broken(value, member, `have length less than or equal to ${max}`);
    return value.flatMap((entry, index) => rule(entry, `${member}.${index + 1}.member`));
  };

export const structure =
  (members: Readonly<Record<string, Rule>>): Rule =>
  (value, member) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return broken(value, member, 'be a structure');
    return check(value as Record<string, unknown>, members, `${member}.`);
  };

const requiredRules = new WeakSet<Rule>();

export const required = (rule: Rule): Rule => {
  const always: Rule = (value, member) =>
    value === undefined || value === null ? broken(null, member, 'not be null') : rule(value, member);
  requiredRules.add(always);
  return always;
};

function check(
  input: Readonly<Record<string, unknown>>,
  members: Readonly<Record<string, Rule>>,
  prefix: string,
): readonly string[] {
  return Object.entries(members).flatMap(([name, rule]) => {
    const value = input[name];
    return (value === undefined || value === null) && !requiredRules.has(rule) ? [] : rule(value, prefix + name);
  });
}

/** @throws ServiceError ValidationException, with all constraints that the input breaks */
export function validate(input: object, members: Readonly<Record<string, Rule>>): void {
  const problems = check(input as Record<string, unknown>, members, '');
  if (problems.length === 0) return;
  throw validationError(brokenMessage(problems));
}

export const ARN = text({ min: 1, max: 256 });
export const NAME = text({ min: 1, max: 80 });
export const PAGE = { maxResults: number(0, 1000), nextToken: text({ min: 1, max: 1024 }) };
