import { ServiceError } from '../../aws/service.ts';
import { ConsoleError } from '../console-error.ts';
import type { ConsoleSources } from '../sources.ts';

/** What pages may call: to read everything, and to do what they have buttons for. */
const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  states: [
    'DescribeMapRun',
    'DescribeStateMachine',
    'DescribeStateMachineAlias',
    'ListActivities',
    'ListMapRuns',
    'ListStateMachineAliases',
    'ListStateMachineVersions',
    'ListStateMachines',
    'RedriveExecution',
    'SendTaskFailure',
    'SendTaskHeartbeat',
    'SendTaskSuccess',
    'StartExecution',
    'StartSyncExecution',
    'StopExecution',
    'UpdateStateMachine',
    'ValidateStateMachineDefinition',
  ],
  dynamodb: ['DescribeTable', 'ListTables', 'Scan'],
  sqs: ['GetQueueAttributes', 'ListDeadLetterSourceQueues', 'ListQueues', 'StartMessageMoveTask'],
  monitoring: ['DescribeAlarmHistory', 'DescribeAlarms'],
  sns: ['GetTopicAttributes', 'ListSubscriptionsByTopic', 'ListTopics'],
  events: ['ListEventBuses', 'ListRules', 'ListTargetsByRule', 'PutEvents'],
  scheduler: ['GetSchedule', 'ListSchedules'],
  logs: ['DescribeLogGroups', 'DescribeLogStreams', 'FilterLogEvents'],
  s3: ['GetObject', 'ListBuckets', 'ListObjectsV2'],
  lambda: ['ListFunctions'],
};

/** Of a binary answer, such as an object of a bucket, so much is shown. */
const MOST_BYTES = 65_536;

/**
 * Calls an AWS operation of this cloud, as a client over HTTP would.
 * @param request `{"service", "operation", "input"}`
 * @throws ConsoleError with the name of what the service refused
 */
export async function awsCall({ call, caller }: ConsoleSources, request: unknown): Promise<unknown> {
  const { service = '', operation = '', input = {} } = (request ?? {}) as Record<string, unknown>;
  const isKnown =
    Object.hasOwn(OPERATIONS, String(service)) && OPERATIONS[String(service)]!.includes(String(operation));
  if (!isKnown) throw new ConsoleError(400, `The console does not call ${service} ${operation}.`);
  if (typeof input !== 'object' || input === null) throw new ConsoleError(400, 'input has to be an object.');
  try {
    return readable(await call(String(service), String(operation), input, caller));
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ConsoleError(error.statusCode, error.message, error.code);
  }
}

/** Dates become texts by JSON; bytes are shown as the text that they most likely are. */
export function readable(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value.subarray(0, MOST_BYTES)).toString('utf8');
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, readable(member)]));
}
