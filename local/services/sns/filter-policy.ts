import { ServiceError } from '../../aws/service.ts';
import { compilePattern, type Matcher, PatternError } from '../events/pattern.ts';
import type { StoredAttribute } from '../sqs/messages.ts';

export type FilterPolicyScope = 'MessageAttributes' | 'MessageBody';

/** @throws ServiceError InvalidParameterException */
export function compileFilterPolicy(policy: string, scope: FilterPolicyScope): Matcher {
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch {
    throw invalid('failed to parse JSON');
  }
  // What SNS accepts and EventBridge does not: a policy without conditions.
  if (typeof document === 'object' && document !== null && Object.keys(document).length === 0) return () => true;
  if (scope === 'MessageAttributes' && hasNesting(document))
    throw invalid('Filter policy scope MessageAttributes does not support nested filter policy');
  try {
    return compilePattern(document);
  } catch (error) {
    throw error instanceof PatternError ? invalid(error.message) : error;
  }
}

const invalid = (reason: string): ServiceError =>
  new ServiceError('InvalidParameterException', `Invalid parameter: FilterPolicy: ${reason}`);

const hasNesting = (document: unknown): boolean =>
  typeof document === 'object' &&
  document !== null &&
  Object.values(document).some((part) => typeof part === 'object' && part !== null && !Array.isArray(part));

/** What the policy looks at: the attributes as values, or the body if that is JSON. */
export function filterSubject(
  scope: FilterPolicyScope,
  body: string,
  attributes: Readonly<Record<string, StoredAttribute>>,
): unknown {
  if (scope === 'MessageBody') return parse(body);
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type, text }]) => {
      if (type.startsWith('Number')) return [name, Number(text)];
      return [name, type.startsWith('String.Array') ? (parse(text ?? '') ?? text) : text];
    }),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
