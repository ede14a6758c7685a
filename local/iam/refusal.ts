import { ServiceError } from '../aws/service.ts';
import type { Permission } from './evaluate.ts';

/** How services call it when somebody may not do something, where it is not `AccessDeniedException`. */
const CODES: Readonly<Record<string, string>> = {
  cloudformation: 'AccessDenied',
  iam: 'AccessDenied',
  monitoring: 'AccessDenied',
  s3: 'AccessDenied',
  sns: 'AuthorizationError',
  sts: 'AccessDenied',
};

/** Services of the JSON protocols refuse with 400, the others with 403. */
const JSON_SERVICES = new Set(['dynamodb', 'events', 'logs', 'secretsmanager', 'ssm', 'states']);

/** SQS writes its actions in lower case, SNS its prefix in capitals. */
function named(action: string): string {
  if (action.startsWith('sqs:')) return action.toLowerCase();
  if (action.startsWith('sns:')) return `SNS:${action.slice(4)}`;
  return action;
}

/** As AWS words that a role may not do something. */
export function accessDenied(
  service: string,
  principalArn: string,
  { action, resource }: Permission,
  isExplicit: boolean,
): ServiceError {
  const quote = service === 's3' ? '"' : '';
  const on = resource === undefined ? '' : ` on resource: ${quote}${resource}${quote}`;
  const reason = isExplicit
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${named(action)} action`;
  const message = `User: ${principalArn} is not authorized to perform: ${named(action)}${on} ${reason}`;
  return new ServiceError(CODES[service] ?? 'AccessDeniedException', message, JSON_SERVICES.has(service) ? 400 : 403);
}
