import { createHash } from 'node:crypto';
import type { Deployment } from './service.ts';

/** The name of a resource whose template gives none: the same at every start, as resources outlive the process. */
export function physicalName({ stackName, logicalId }: Deployment, maxLength = 80): string {
  const suffix = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex').slice(0, 12);
  return `${`${stackName}-${logicalId}`.slice(0, maxLength - suffix.length - 1)}-${suffix}`;
}
