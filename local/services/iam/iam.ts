import { refusalWith } from '../../aws/constraints.ts';
import type { Service } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import { managedPolicyOperations } from './managed-policies.ts';
import { iamResources } from './resources.ts';
import { roleOperations } from './roles.ts';

/** IAM: roles and policies are kept and shown. What they grant is checked by local/iam. */
export function createIam({ storage, clock }: { readonly storage: Storage; readonly clock: Clock }): Service {
  const operations = { ...roleOperations(storage, clock), ...managedPolicyOperations(storage, clock) };
  return { name: 'iam', refuse: refusalWith('ValidationError'), operations, resources: iamResources(operations) };
}
