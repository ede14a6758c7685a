import { type Authorize, type Principal, type ServiceError, unsupported } from '../aws/service.ts';
import { decide, type Grant } from './evaluate.ts';
import { PolicyError, parsePolicy, type Statement } from './policy.ts';
import { accessDenied } from './refusal.ts';
import { requiredPermissions } from './required-permissions.ts';

export interface AuthorizerOptions {
  /** The policy documents of a role, by its ARN; undefined: there is no such role here. */
  readonly policiesOf: (roleArn: string) => readonly string[] | undefined;
  /** Told of each grant that let something through. */
  readonly onUse?: (roleArn: string, grant: Grant) => void;
  /** Told of each call that was refused: whoever wrote the role wants to know. */
  readonly onRefused?: (refusal: ServiceError) => void;
}

/**
 * Checks calls against the policies of the role that they are made with.
 *
 * A role that IAM here does not know is not checked: state machines may be created with any text for a role, as tests of
 * state machines do, and there is nothing to check against.
 */
export function createAuthorizer({ policiesOf, onUse, onRefused }: AuthorizerOptions): Authorize {
  const parsed = new Map<string, readonly Statement[]>();
  const statementsOf = (document: string): readonly Statement[] => {
    let statements = parsed.get(document);
    if (!statements) {
      statements = readPolicy(document);
      parsed.set(document, statements);
    }
    return statements;
  };

  return (service, operation, input, { principal, ...caller }) => {
    const documents = principal && policiesOf(principal.roleArn);
    if (!principal || !documents) return;
    const statements = documents.flatMap(statementsOf);
    const principalArn = sessionArn(principal);
    const context = {
      'aws:principalarn': [principal.roleArn],
      'aws:principalaccount': [principal.roleArn.split(':')[4] ?? ''],
      'aws:requestedregion': [caller.region],
    };
    for (const permission of requiredPermissions(service, operation, input, caller)) {
      const decision = decide(statements, permission, context);
      if (decision.outcome === 'denied') {
        const refusal = accessDenied(service, principalArn, permission, decision.isExplicit);
        onRefused?.(refusal);
        throw refusal;
      }
      onUse?.(principal.roleArn, decision.by);
    }
  };
}

/** `arn:aws:sts::123456789012:assumed-role/Role/session` */
export function sessionArn({ roleArn, session }: Principal): string {
  const [, , , , account = '', role = ''] = roleArn.split(':');
  return `arn:aws:sts::${account}:assumed-role/${role.split('/').at(-1)}/${session}`;
}

/** A policy that came by the API, not from a template, is looked at only now. */
function readPolicy(document: string): Statement[] {
  try {
    return parsePolicy(document);
  } catch (error) {
    if (error instanceof PolicyError) throw unsupported(`a policy of the role: ${error.message}`);
    throw error;
  }
}
