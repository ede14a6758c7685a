import { isJsonObject } from '../json.ts';
import type { TaskResource } from '../resource.ts';
import type { Fields } from './fields.ts';

interface Shape {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
}

/** The parameters that AWS checks when a definition is created, of those integrations whose list is closed. */
const SHAPES: Readonly<Record<string, Shape>> = {
  'lambda:invoke': {
    required: ['FunctionName'],
    optional: ['ClientContext', 'InvocationType', 'LogType', 'Payload', 'Qualifier', 'TenantId'],
  },
  'states:startExecution': { required: ['StateMachineArn'], optional: ['Input', 'Name', 'TraceHeader'] },
  'sqs:sendMessage': {
    required: ['QueueUrl', 'MessageBody'],
    optional: [
      'DelaySeconds',
      'MessageAttributes',
      'MessageDeduplicationId',
      'MessageGroupId',
      'MessageSystemAttributes',
    ],
  },
  'sns:publish': {
    required: ['Message'],
    optional: [
      'MessageAttributes',
      'MessageDeduplicationId',
      'MessageGroupId',
      'MessageStructure',
      'PhoneNumber',
      'Subject',
      'TargetArn',
      'TopicArn',
    ],
  },
  'events:putEvents': { required: ['Entries'], optional: ['EndpointId'] },
};

/** Fields of Parameters or Arguments that are missing or that the service does not have. What is computed as a whole is not looked into. */
export function checkArguments(resource: TaskResource, fields: Fields): void {
  if (resource.type !== 'optimized') return;
  const shape = SHAPES[`${resource.service}:${resource.action}`];
  const name = fields.language === 'JSONata' ? 'Arguments' : 'Parameters';
  const given = fields.object[name];
  if (!shape || !isJsonObject(given)) return;
  const names = Object.keys(given).map((key) => (fields.language === 'JSONPath' ? key.replace(/\.\$$/, '') : key));
  for (const field of shape.required)
    if (!names.includes(field)) fields.problem(`The field '${field}' is required but was missing`, fields.at(name));
  for (const field of names)
    if (!shape.required.includes(field) && !shape.optional?.includes(field))
      fields.problem(`The field '${field}' is not supported by Step Functions`, fields.at(name));
}
