import type { TaskState } from '../definition.ts';
import { parseResource, type TaskResource } from '../resource.ts';
import { checkArguments } from './check-arguments.ts';
import { checkResource } from './check-resource.ts';
import { argumentsOf, jsonataTemplate, numberField, payloadTemplate } from './expressions.ts';
import type { Fields } from './fields.ts';
import { parseRecovery } from './parse-recovery.ts';
import { resultShaping, type StateBase, transition } from './parse-state.ts';

const SECONDS = { minimum: 1, maximum: 99_999_999 };

export function parseTask(fields: Fields, base: StateBase): TaskState | undefined {
  const shared = {
    ...base,
    ...transition(fields),
    ...argumentsOf(fields),
    ...resultShaping(fields),
    ...parseRecovery(fields),
  };
  const timeoutSeconds = numberField(fields, 'TimeoutSeconds', SECONDS);
  const heartbeatSeconds = numberField(fields, 'HeartbeatSeconds', SECONDS);
  if (typeof timeoutSeconds === 'number' && typeof heartbeatSeconds === 'number' && heartbeatSeconds >= timeoutSeconds)
    fields.problem('HeartbeatSeconds must be smaller than TimeoutSeconds', fields.at('HeartbeatSeconds'));
  const credentials = parseCredentials(fields);
  const resource = parseTaskResource(fields);
  if (resource) checkArguments(resource, fields);
  return (
    resource && {
      ...shared,
      type: 'Task',
      resource,
      ...(timeoutSeconds !== undefined && { timeoutSeconds }),
      ...(heartbeatSeconds !== undefined && { heartbeatSeconds }),
      ...(credentials && { credentials }),
    }
  );
}

function parseTaskResource(fields: Fields): TaskResource | undefined {
  fields.required('Resource');
  const arn = fields.string('Resource');
  if (arn === undefined) return undefined;
  if (!arn.startsWith('arn:')) return fields.problem('Value is not a valid resource ARN', fields.at('Resource'));
  const resource = parseResource(arn);
  if (!resource) return fields.problem(unrecognised(arn), fields.at('Resource'));
  return checkResource(resource, fields) ? resource : undefined;
}

export const unrecognised = (arn: string) =>
  `The resource provided ${arn} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`;

/** The role that the call is made with: `{ RoleArn }`, written down or computed. */
function parseCredentials(fields: Fields) {
  const credentials = fields.child('Credentials');
  if (!credentials) return undefined;
  const names = fields.language === 'JSONata' ? ['RoleArn'] : ['RoleArn', 'RoleArn.$'];
  if (!names.some((name) => credentials.has(name)))
    return credentials.problem("The field 'RoleArn' is required but was missing");
  for (const name of names) credentials.take(name);
  credentials.finish();
  return fields.language === 'JSONata'
    ? jsonataTemplate(fields, 'Credentials')
    : payloadTemplate(fields, 'Credentials');
}
