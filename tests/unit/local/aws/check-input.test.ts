import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Cloud, startCloud } from '../../../../local/cloud.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud.close());

const refusal = (service: string, operation: string, input: object): Promise<string> =>
  cloud.call(service, operation, input, { account: cloud.account, region: cloud.region }).then(
    () => 'it succeeded',
    ({ code, message }) => `${code}: ${message}`,
  );

const FAILED = 'failed to satisfy constraint: Member must';
const ONE = '1 validation error detected: ';

test.each([
  [
    'glue',
    'BatchStopJobRun',
    { JobName: 'j' },
    `ValidationException: ${ONE}Value null at 'jobRunIds' ${FAILED} not be null`,
  ],
  ['logs', 'DeleteLogGroup', {}, `InvalidParameterException: ${ONE}Value null at 'logGroupName' ${FAILED} not be null`],
  ['iam', 'GetRole', {}, `ValidationError: ${ONE}Value null at 'roleName' ${FAILED} not be null`],
  [
    'lambda',
    'ListVersionsByFunction',
    {},
    `ValidationException: ${ONE}Value null at 'functionName' ${FAILED} not be null`,
  ],
  ['dynamodb', 'DescribeTimeToLive', {}, `ValidationException: ${ONE}Value null at 'tableName' ${FAILED} not be null`],
  [
    'batch',
    'DescribeJobs',
    {},
    `ClientException: Error executing request, Exception : ${ONE}Value null at 'jobs' ${FAILED} not be null`,
  ],
  ['ecs', 'RunTask', {}, 'InvalidParameterException: TaskDefinition can not be blank.'],
  ['sqs', 'GetQueueUrl', {}, 'MissingParameter: The request must contain the parameter QueueName.'],
  [
    'sns',
    'Subscribe',
    { TopicArn: 'arn' },
    'InvalidParameterException: Invalid parameter: Protocol Reason: no value for required parameter',
  ],
  ['apigateway', 'GetApiKey', {}, `BadRequestException: ${ONE}Value null at 'apiKey' ${FAILED} not be null`],
])('%s says in its own way what %s lacks', async (service, operation, input, said) => {
  expect(await refusal(service, operation, input)).toBe(said);
});

test('all that is missing is told at once, also inside of lists, whose entries must not be null either', async () => {
  expect(await refusal('logs', 'PutLogEvents', { logGroupName: 'g', logEvents: [{ timestamp: 1 }, null] })).toBe(
    `InvalidParameterException: 3 validation errors detected: Value null at 'logStreamName' ${FAILED} not be null; ` +
      `Value null at 'logEvents.1.member.message' ${FAILED} not be null; ` +
      `Value null at 'logEvents.2.member' ${FAILED} not be null`,
  );
});

test.each([
  [
    'glue',
    'GetJobs',
    { MaxResults: 0 },
    `ValidationException: ${ONE}Value '0' at 'maxResults' ${FAILED} have value greater than or equal to 1`,
  ],
  [
    'glue',
    'GetJobRuns',
    { JobName: 'j', MaxResults: 201 },
    `ValidationException: ${ONE}Value '201' at 'maxResults' ${FAILED} have value less than or equal to 200`,
  ],
  [
    'sqs',
    'ListQueues',
    { MaxResults: 1_001 },
    'InvalidParameterValue: Value 1001 for parameter MaxResults is invalid. Reason: Must have value less than or equal to 1000, if provided.',
  ],
  [
    'ecs',
    'ListTasks',
    { maxResults: -1 },
    `InvalidParameterException: Value '-1' at 'maxResults' ${FAILED} have value greater than or equal to 1`,
  ],
  [
    'kms',
    'GenerateRandom',
    { NumberOfBytes: -1 },
    `ValidationException: ${ONE}Value '-1' at 'numberOfBytes' ${FAILED} have value greater than or equal to 1`,
  ],
])('%s says in its own way that %s is asked for too much or too little', async (service, operation, input, said) => {
  expect(await refusal(service, operation, input)).toBe(said);
});
