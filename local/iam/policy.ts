import { type Condition, checkCondition, unknownVariables } from './condition.ts';

/** One statement of a policy that is attached to a role. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Patterns in lower case, as actions are compared without regard to case. */
  readonly actions: Patterns;
  readonly resources: Patterns;
  readonly condition: Condition;
}

export interface Patterns {
  readonly patterns: readonly string[];
  /** True: everything but what matches (`NotAction`, `NotResource`). */
  readonly isNegated: boolean;
}

/** A policy has something that this cloud does not evaluate: it is refused by name, never ignored. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

const MEMBERS = new Set(['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']);

/**
 * @param text a policy document as JSON
 * @throws PolicyError naming what is wrong or not supported
 */
export function parsePolicy(text: string): Statement[] {
  const { Statement, Version } = asObject(JSON.parse(text), 'The policy');
  if (Version !== undefined && Version !== '2012-10-17' && Version !== '2008-10-17')
    throw new PolicyError(`The version ${JSON.stringify(Version)} of a policy is not known.`);
  return [Statement].flat().map(readStatement);
}

function readStatement(value: unknown): Statement {
  const statement = asObject(value, 'A statement');
  for (const name of Object.keys(statement)) {
    if (!MEMBERS.has(name)) throw new PolicyError(`${name} in a statement of a role's policy is not supported.`);
  }
  const { Effect: effect, Condition = {} } = statement;
  if (effect !== 'Allow' && effect !== 'Deny')
    throw new PolicyError(`The effect ${JSON.stringify(effect)} is neither Allow nor Deny.`);
  const actions = readPatterns(statement, 'Action');
  return {
    effect,
    actions: { ...actions, patterns: actions.patterns.map((pattern) => pattern.toLowerCase()) },
    resources: readPatterns(statement, 'Resource'),
    condition: checkCondition(asObject(Condition, 'Condition'), (what) => new PolicyError(what)),
  };
}

function readPatterns(statement: Readonly<Record<string, unknown>>, name: 'Action' | 'Resource'): Patterns {
  const [positive, negative] = [statement[name], statement[`Not${name}`]];
  if ((positive === undefined) === (negative === undefined))
    throw new PolicyError(`A statement needs exactly one of ${name} and Not${name}.`);
  const patterns = [positive ?? negative].flat();
  if (!patterns.every((pattern) => typeof pattern === 'string'))
    throw new PolicyError(`${name} has to be text, not ${JSON.stringify(patterns)}.`);
  const [unknown] = patterns.flatMap(unknownVariables);
  if (unknown !== undefined) throw new PolicyError(`The policy variable \${${unknown}} is not supported.`);
  return { patterns, isNegated: negative !== undefined };
}

function asObject(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new PolicyError(`${what} is not an object.`);
}
