import { holds, type RequestContext, withVariables } from './condition.ts';
import type { Patterns, Statement } from './policy.ts';
import { matches } from './wildcard.ts';

/** Something that a call needs to be allowed. */
export interface Permission {
  /** `dynamodb:PutItem` */
  readonly action: string;
  /** An ARN. Absent: what it is about cannot be told from the call, so that only the action is compared. */
  readonly resource?: string;
  readonly context?: RequestContext;
}

export type Decision =
  | { readonly outcome: 'allowed'; readonly by: Grant }
  | { readonly outcome: 'denied'; readonly isExplicit: boolean };

/** The patterns by which a statement allowed something. */
export interface Grant {
  readonly statement: Statement;
  readonly action: string;
  readonly resource: string;
}

/** As IAM decides by the policies of a role: an explicit Deny wins, and what nothing allows is denied. */
export function decide(statements: readonly Statement[], permission: Permission, context: RequestContext): Decision {
  const all = { ...context, ...permission.context };
  const fitting = statements.flatMap((statement) => grantsOf(statement, permission, all));
  if (fitting.some(({ statement }) => statement.effect === 'Deny')) return { outcome: 'denied', isExplicit: true };
  const [by] = fitting;
  return by ? { outcome: 'allowed', by } : { outcome: 'denied', isExplicit: false };
}

function grantsOf(statement: Statement, { action, resource }: Permission, context: RequestContext): Grant[] {
  const actionPattern = fitting(statement.actions, action.toLowerCase());
  if (actionPattern === undefined) return [];
  const { patterns, isNegated } = statement.resources;
  const resolved = { isNegated, patterns: patterns.map((pattern) => withVariables(pattern, context)) };
  const resourcePattern = resource === undefined ? (patterns[0] ?? '*') : fitting(resolved, resource);
  if (resourcePattern === undefined || !holds(statement.condition, context)) return [];
  return [{ statement, action: actionPattern, resource: resourcePattern }];
}

/** @returns the pattern that lets the text through */
function fitting({ patterns, isNegated }: Patterns, text: string): string | undefined {
  const found = patterns.find((pattern) => matches(pattern, text));
  if (isNegated) return found === undefined ? patterns.join(' ') : undefined;
  return found;
}
