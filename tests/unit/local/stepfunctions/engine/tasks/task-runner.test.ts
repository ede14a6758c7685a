import { expect, test } from '@jest/globals';
import { type CallService, ServiceError } from '../../../../../../local/aws/service.ts';
import { createManualClock } from '../../../../../../local/manual-clock.ts';
import type { Json } from '../../../../../../local/stepfunctions/asl/json.ts';
import type { TaskCall } from '../../../../../../local/stepfunctions/asl/protocol.ts';
import { parseResource } from '../../../../../../local/stepfunctions/asl/resource.ts';
import type { TaskContext } from '../../../../../../local/stepfunctions/engine/ports.ts';
import { createTaskRunner } from '../../../../../../local/stepfunctions/engine/tasks/task-runner.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const revision = {
  stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:orders',
  name: 'orders',
  type: 'STANDARD',
  definition: '{}',
  roleArn: 'arn:aws:iam::111111111111:role/orders',
  revisionId: 'r1',
} as const;
const context: TaskContext = {
  executionArn: 'arn:aws:states:us-east-1:111111111111:execution:orders:o-1',
  revision,
  account: '111111111111',
  region: 'us-east-1',
  signal: new AbortController().signal,
};

interface Sent {
  service: string;
  operation: string;
  input: Record<string, unknown>;
  account: string;
  idempotencyKey: string | undefined;
}

/** A runner on a cloud that gives one answer to everything, and notes what it was asked. */
function runnerWith(answer: object | Error) {
  const sent: Sent[] = [];
  const callService: CallService = async (service, operation, input, { account, idempotencyKey }) => {
    sent.push({ service, operation, input: input as Record<string, unknown>, account, idempotencyKey });
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const runner = createTaskRunner({
    callService,
    clock: createManualClock(NOW),
    hasOperation: (service) => service !== 'iam',
    executionEnded: async () => {},
    jobChanged: () => new Promise(() => {}),
    callApi: async () => undefined,
    sendHttp: () => Promise.reject(new Error('There is no network here.')),
    randomUuid: () => '00000000-0000-4000-8000-000000000000',
  });
  return { runner, sent };
}

function taskCall(arn: string, parameters: Json, extra: Partial<TaskCall> = {}): TaskCall {
  const resource = parseResource(arn);
  if (!resource) throw new Error(`not a resource: ${arn}`);
  return { type: 'call', key: 'Start#1', resource, parameters, ...extra };
}

test.each([
  ['arn:aws:states:::batch:describeJobs', /no optimized integration .*batch:describeJobs/],
  ['arn:aws:states:::batch:submitJob.waitForTaskToken', /no optimized integration .*waitForTaskToken/],
  ['arn:aws:states:::dynamodb:query', /no optimized integration .*dynamodb:query/],
  ['arn:aws:states:::dynamodb:putItem.waitForTaskToken', /no optimized integration/],
  ['arn:aws:states:::aws-sdk:braket:cancelJob', /no service "braket"/],
  ['arn:aws:states:::aws-sdk:s3:eatBuckets', /s3 has no action "eatBuckets"/],
  ['arn:aws:states:::aws-sdk:iam:listUsers', /does not support .*iam:listUsers/],
])('%s is refused by name', (arn, message) => {
  const { runner } = runnerWith({});
  expect(runner.refusal(taskCall(arn, {}).resource)).toMatch(message);
});

test.each(['arn:aws:states:::lambda:invoke.waitForTaskToken', 'arn:aws:states:::aws-sdk:s3:listBuckets'])(
  '%s is not refused',
  (arn) => expect(runnerWith({}).runner.refusal(taskCall(arn, {}).resource)).toBeUndefined(),
);

test('a refusal by DynamoDB names the error and the cause as the optimised integration does', async () => {
  const { runner } = runnerWith(new ServiceError('ResourceNotFoundException', 'Requested resource not found'));
  const outcome = await runner.call(taskCall('arn:aws:states:::dynamodb:getItem', { TableName: 't' }), context);
  expect(outcome).toEqual({
    ok: false,
    error: 'DynamoDB.ResourceNotFoundException',
    cause:
      'Requested resource not found (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ResourceNotFoundException; ' +
      'Request ID: 00000000-0000-4000-8000-000000000000; Proxy: null)',
  });
});

test('the cause of a refusal by SNS has the code of its wire protocol', async () => {
  const { runner } = runnerWith(new ServiceError('NotFoundException', 'Topic does not exist', 404));
  const outcome = await runner.call(taskCall('arn:aws:states:::sns:publish', { TopicArn: 't', Message: 'm' }), context);
  expect(outcome).toMatchObject({
    ok: false,
    error: 'SNS.NotFoundException',
    cause: expect.stringContaining('Error Code: NotFound;'),
  });
});

test('the same refusal has another name and cause through the AWS SDK integration', async () => {
  const { runner } = runnerWith(new ServiceError('ValidationException', 'Bad key'));
  const outcome = await runner.call(taskCall('arn:aws:states:::aws-sdk:dynamodb:getItem', { TableName: 't' }), context);
  expect(outcome).toMatchObject({ ok: false, error: 'DynamoDb.DynamoDbException' });
  expect(outcome).toMatchObject({
    cause: expect.stringMatching(/^Bad key \(Service: DynamoDb, Status Code: 400, .*\(SDK Attempt Count: 1\)$/),
  });
});

test('a parameter that the service does not have fails the task instead of being dropped', async () => {
  const { runner, sent } = runnerWith({});
  const outcome = await runner.call(taskCall('arn:aws:states:::sqs:sendMessage', { QueueUrl: 'q', Delay: 3 }), context);
  expect(outcome).toMatchObject({ ok: false, error: 'States.Runtime', cause: expect.stringContaining('"Delay"') });
  expect(sent).toEqual([]);
});

test('a message body that is an object is sent as its JSON text', async () => {
  const { runner, sent } = runnerWith({ MessageId: 'm-1', MD5OfMessageBody: 'd' });
  const call = taskCall('arn:aws:states:::sqs:sendMessage', { QueueUrl: 'q', MessageBody: { orderId: 'o-1' } });
  const outcome = await runner.call(call, context);
  expect(sent[0]?.input).toEqual({ QueueUrl: 'q', MessageBody: '{"orderId":"o-1"}' });
  expect(outcome).toMatchObject({ ok: true, output: { MessageId: 'm-1', SdkHttpMetadata: { HttpStatusCode: 200 } } });
});

test('a function that throws fails the task with the name of what it threw', async () => {
  const document = '{"errorType":"PaymentDeclinedError","errorMessage":"no"}';
  const { runner } = runnerWith({ StatusCode: 200, FunctionError: 'Unhandled', Payload: Buffer.from(document) });
  const outcome = await runner.call(
    taskCall('arn:aws:states:::lambda:invoke', { FunctionName: 'pay', Payload: {} }),
    context,
  );
  expect(outcome).toEqual({ ok: false, error: 'PaymentDeclinedError', cause: document });
});

test('a function named by its own ARN gives and takes bare payloads', async () => {
  const { runner, sent } = runnerWith({ StatusCode: 200, Payload: Buffer.from('[1]') });
  const arn = 'arn:aws:lambda:us-east-1:111111111111:function:pay';
  expect(await runner.call(taskCall(arn, { a: 1 }), context)).toEqual({ ok: true, output: [1] });
  expect(sent[0]?.input).toEqual({ FunctionName: arn, Payload: Buffer.from('{"a":1}') });
});

test('a payload that is text is sent as the JSON text that it is', async () => {
  const { runner, sent } = runnerWith({ StatusCode: 200, Payload: Buffer.from('[]') });
  await runner.call(taskCall('arn:aws:states:::lambda:invoke', { FunctionName: 'pay', Payload: '[]' }), context);
  expect(sent[0]?.input.Payload).toEqual(Buffer.from('[]'));
});

test('an event that EventBridge does not take fails the task, and each event names the execution', async () => {
  const answer = {
    FailedEntryCount: 1,
    Entries: [{ ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' }],
  };
  const { runner, sent } = runnerWith(answer);
  const outcome = await runner.call(
    taskCall('arn:aws:states:::events:putEvents', { Entries: [{ Detail: 'x' }] }),
    context,
  );
  expect(outcome).toMatchObject({ ok: false, error: 'EventBridge.FailedEntry' });
  expect(sent[0]?.input).toMatchObject({ Entries: [{ Resources: [revision.stateMachineArn, context.executionArn] }] });
});

test('a nested execution without a name gets the same name each time the call is delivered', async () => {
  const { runner, sent } = runnerWith({ executionArn: 'arn', startDate: new Date(NOW) });
  const call = taskCall('arn:aws:states:::states:startExecution', { StateMachineArn: 'm', Input: { a: 1 } });
  const outcome = await runner.call(call, context);
  await runner.call(call, context);
  expect(sent[0]?.input).toMatchObject({
    stateMachineArn: 'm',
    input: '{"a":1}',
    name: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(sent[1]?.input.name).toBe(sent[0]?.input.name);
  expect(outcome).toMatchObject({ output: { ExecutionArn: 'arn', StartDate: NOW } });
});

test.each([
  ['sync', '{"paid":true}'],
  ['sync:2', { paid: true }],
])('startExecution.%s gives the output of the nested execution as %j', async (pattern, output) => {
  const { runner } = runnerWith({
    executionArn: 'arn:child',
    name: 'child',
    status: 'SUCCEEDED',
    startDate: new Date(NOW),
    input: '{}',
    output: '{"paid":true}',
  });
  const call = taskCall(`arn:aws:states:::states:startExecution.${pattern}`, { StateMachineArn: 'm' });
  const outcome = await runner.completion(call, { ExecutionArn: 'arn:child' }, context);
  expect(outcome).toMatchObject({ ok: true, output: { Status: 'SUCCEEDED', StartDate: NOW, Output: output } });
});

test('a nested execution that failed fails the task with its description as the cause', async () => {
  const { runner } = runnerWith({ executionArn: 'arn:child', status: 'FAILED', error: 'Declined', input: '{}' });
  const call = taskCall('arn:aws:states:::states:startExecution.sync', { StateMachineArn: 'm' });
  const outcome = await runner.completion(call, { ExecutionArn: 'arn:child' }, context);
  expect(outcome).toMatchObject({
    ok: false,
    error: 'States.TaskFailed',
    cause: expect.stringContaining('"Error":"Declined"'),
  });
});

test('an input that is text is handed on as the JSON text that it is', async () => {
  const { runner, sent } = runnerWith({ executionArn: 'arn', startDate: new Date(NOW) });
  const parameters = { StateMachineArn: 'm', Input: '"from outside"' };
  await runner.call(taskCall('arn:aws:states:::states:startExecution', parameters), context);
  expect(sent[0]?.input).toMatchObject({ input: '"from outside"' });
});

test('a body made from a value is announced as text', async () => {
  const { runner, sent } = runnerWith({});
  const parameters = { Bucket: 'b', Key: 'k', Body: { a: 1 } };
  await runner.call(taskCall('arn:aws:states:::aws-sdk:s3:putObject', parameters), context);
  expect(sent[0]?.input).toMatchObject({ Body: Buffer.from('{"a":1}'), ContentType: 'text/plain; charset=UTF-8' });
});

test('stopping the outer execution stops the nested one', async () => {
  const { runner, sent } = runnerWith({});
  const call = taskCall('arn:aws:states:::states:startExecution.sync', { StateMachineArn: 'm' });
  await runner.cancel(call, { ExecutionArn: 'arn:child' }, context);
  expect(sent).toMatchObject([{ operation: 'StopExecution', input: { executionArn: 'arn:child' } }]);
});

test('each call tells by which attempt it is made, the same whenever it is delivered', async () => {
  const { runner, sent } = runnerWith({ executionArn: 'arn', startDate: new Date(NOW) });
  const parameters = { StateMachineArn: 'm', Name: 'child' };
  for (const key of ['Start#1', 'Start#1', 'Start#2']) {
    await runner.call(taskCall('arn:aws:states:::states:startExecution', parameters, { key }), context);
  }
  const keys = sent.map(({ idempotencyKey }) => idempotencyKey);
  expect(keys[0]).toContain(context.executionArn);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
});

test('a role of another account makes the call in that account', async () => {
  const { runner, sent } = runnerWith({ Buckets: [] });
  const call = taskCall(
    'arn:aws:states:::aws-sdk:s3:listBuckets',
    {},
    { credentialsRoleArn: 'arn:aws:iam::222222222222:role/r' },
  );
  await runner.call(call, context);
  expect(sent[0]?.account).toBe('222222222222');
});

test('an AWS SDK integration reads times as ISO text and bytes as text, in Pascal case', async () => {
  const { runner } = runnerWith({ Body: Buffer.from('data'), LastModified: new Date(NOW), ContentLength: 4 });
  const outcome = await runner.call(
    taskCall('arn:aws:states:::aws-sdk:s3:getObject', { Bucket: 'b', Key: 'k' }),
    context,
  );
  expect(outcome).toEqual({
    ok: true,
    output: { Body: 'data', ContentLength: 4, LastModified: '2026-11-22T10:00:00.000Z' },
  });
});
