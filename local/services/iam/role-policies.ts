import type { Storage } from '../../storage.ts';
import type { Policy } from './managed-policies.ts';
import type { Role } from './roles.ts';

/**
 * The documents of all policies of a role.
 * @returns undefined if there is no such role here, or if it has a policy that AWS manages, whose text is not here
 */
export function rolePolicies(storage: Storage): (roleArn: string) => readonly string[] | undefined {
  const roles = storage.table<Role>('iam/roles');
  const policies = storage.table<Policy>('iam/policies');
  return (roleArn) => {
    const [, , , , account = '', resource = ''] = roleArn.split(':');
    const role = roles.get(`${account}/${resource.split('/').at(-1)}`);
    if (!role) return undefined;
    const attached = role.attachedPolicies.map((arn) => policies.get(arn)?.versions.at(-1)?.document);
    if (attached.includes(undefined)) return undefined;
    return [...Object.values(role.inlinePolicies), ...(attached as string[])];
  };
}
