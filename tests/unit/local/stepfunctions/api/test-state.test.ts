import { describe, expect, test } from '@jest/globals';
import { createApi, ROLE } from './api.ts';

const text = (value: unknown) => JSON.stringify(value);
const TASK = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: 'f' }, End: true };
const inner = { StartAt: 'In', States: { In: { Type: 'Pass', End: true } } };
const MAP = { Type: 'Map', ItemProcessor: inner, End: true };
const PARALLEL = { Type: 'Parallel', Branches: [inner], End: true };
const result = (value: unknown, more: object = {}) => ({ mock: { result: text(value), ...more } });
const sdk = (resource: string) => ({ Type: 'Task', Resource: `arn:aws:states:::${resource}`, End: true });
const SCHEMA = 'ValidationException: Mock result schema validation error:';

describe('refused is', () => {
  test.each<[what: string, state: object, input: object, refusal: string]>([
    [
      'a state that is none',
      { Type: 'Nap' },
      {},
      "InvalidDefinition: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/StateName/Type'",
    ],
    [
      'a machine without the name of a state',
      { StartAt: 'A', States: {} },
      {},
      'ValidationException: The name of the state to test must be specified when the definition is a state machine',
    ],
    ['a task without a role', TASK, {}, 'ValidationException: RoleArn must be specified when testing a Task state'],
    [
      'a task that is not supported',
      sdk('glue:startJobRun'),
      { roleArn: ROLE },
      'InvalidDefinition: Glue is not supported here',
    ],
    [
      'a task that waits',
      sdk('states:startExecution.sync:2'),
      { roleArn: ROLE },
      'InvalidDefinition: TestState API does not support activities, nor the .sync and .waitForTaskToken service integration patterns: arn:aws:states:::states:startExecution.sync:2',
    ],
    [
      'a map without a mock',
      MAP,
      {},
      'InvalidDefinition: TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]',
    ],
    [
      'a mock of a state that calls nothing',
      { Type: 'Wait', Seconds: 1, End: true },
      result(1),
      "ValidationException: State type 'Wait' is not supported when a mock is specified",
    ],
    [
      'a mock of nothing',
      TASK,
      { mock: {} },
      'ValidationException: A test mock should have only one of the following fields: [result, errorOutput].',
    ],
    [
      'a mock of both',
      TASK,
      result(1, { errorOutput: {} }),
      'ValidationException: A test mock should have only one of the following fields: [result, errorOutput].',
    ],
    [
      'a mock that is no JSON',
      TASK,
      { mock: { result: '{' } },
      'ValidationException: Mocked result must be valid JSON.',
    ],
    [
      'secrets of a mock',
      TASK,
      { ...result({}), revealSecrets: true },
      'ValidationException: TestState does not support RevealSecrets when a mock is specified.',
    ],
    [
      'too few results of branches',
      PARALLEL,
      result([1, 2]),
      'ValidationException: Mocked result must contain the same number of items as number of Parallel branches.',
    ],
    ['one result of iterations', MAP, result(1), 'ValidationException: Mocked result must be an array.'],
    [
      'more failures than iterations',
      MAP,
      { ...result([1]), stateConfiguration: { mapIterationFailureCount: 2 } },
      'ValidationException: Map iteration failure count must be less than or equal to the number of Map iterations',
    ],
    [
      'data of a reader that is not there',
      MAP,
      { ...result([1]), stateConfiguration: { mapItemReaderData: '[1]' } },
      'ValidationException: mapItemReaderData can only be specified for a Map state with an ItemReader',
    ],
    [
      'a cause elsewhere',
      MAP,
      { mock: { errorOutput: {} }, stateConfiguration: { errorCausedByState: 'Out' } },
      'ValidationException: errorCausedByState is not a state inside of the tested one: Out',
    ],
    [
      'a context that has other fields',
      { Type: 'Succeed' },
      { context: text({ Execution: { Color: 1 } }) },
      "ValidationException: Invalid Context object provided: Field 'Color' is not allowed",
    ],
    [
      'a context of the wrong types',
      { Type: 'Succeed' },
      { context: text({ State: { RetryCount: '1' } }) },
      "ValidationException: Invalid Context object provided: Field 'RetryCount' must be a number",
    ],
    [
      'variables that are no object',
      { Type: 'Succeed' },
      { variables: '[]' },
      'ValidationException: Variables must be a JSON object',
    ],
    [
      'input that is no JSON',
      { Type: 'Succeed' },
      { input: '' },
      'InvalidExecutionInput: Invalid State Machine Execution Input: \'No content to map due to end-of-input\n at [Source: (String)""; line: 1, column: 1]\'',
    ],
  ])('%s', async (_, state, input, refusal) => {
    expect(await createApi().refusal('TestState', { definition: text(state), ...input })).toBe(refusal);
  });

  test.each<[what: string, resource: string, answer: unknown, refusal: string]>([
    [
      'text for a number',
      'aws-sdk:s3:getObject',
      { ContentLength: '1' },
      `${SCHEMA} Field 'ContentLength' must be a number`,
    ],
    [
      'a number for a time',
      'aws-sdk:s3:getObject',
      { LastModified: 1 },
      `${SCHEMA} Field 'LastModified' must be a string`,
    ],
    [
      'text for a flag',
      'aws-sdk:s3:getObject',
      { DeleteMarker: 'no' },
      `${SCHEMA} Field 'DeleteMarker' must be a boolean`,
    ],
    ['a list for an object', 'aws-sdk:dynamodb:getItem', { Item: [] }, `${SCHEMA} Field 'Item' must be an object`],
    ['an object for a list', 'events:putEvents', { Entries: {} }, `${SCHEMA} Field 'Entries' must be an array`],
    [
      'a wrong field deep inside',
      'events:putEvents',
      { Entries: [{}, { EventId: 5 }] },
      `${SCHEMA} Field 'EventId' must be a string`,
    ],
    ['no object at all', 'sns:publish', 'sent', `${SCHEMA} Result must be an object`],
    [
      'a required field that is missing',
      'states:startExecution',
      {},
      `${SCHEMA} Required field 'ExecutionArn' is missing`,
    ],
    [
      'a number that is too small',
      'aws-sdk:lambda:getFunctionConfiguration',
      { MemorySize: 64 },
      `${SCHEMA} Field 'MemorySize' is less than the minimum value`,
    ],
    [
      'text that is too short',
      'aws-sdk:kms:encrypt',
      { KeyId: '' },
      `${SCHEMA} Field 'KeyId' is smaller than the minimum length`,
    ],
  ])('a mocked answer with %s', async (_, resource, answer, refusal) => {
    const state = {
      ...sdk(resource),
      ...(resource.startsWith('states') && { Parameters: { StateMachineArn: 'a' } }),
      ...(resource.startsWith('sns') && { Parameters: { Message: 'm' } }),
      ...(resource.startsWith('events') && { Parameters: { Entries: [] } }),
    };
    expect(await createApi().refusal('TestState', { definition: text(state), ...result(answer) })).toBe(refusal);
  });
});

test.each<[what: string, resource: string, answer: object, mode: string]>([
  ['fields that the model does not know', 'sqs:sendMessage', { Other: 1 }, 'STRICT'],
  ['any payload of a function', 'lambda:invoke', { Payload: { a: 1 }, StatusCode: 200 }, 'STRICT'],
  ['what is missing, if only what is present counts', 'states:startExecution', {}, 'PRESENT'],
  ['what is wrong, if nothing counts', 'states:startExecution', { ExecutionArn: 1 }, 'NONE'],
  ['what a callback brings', 'sqs:sendMessage.waitForTaskToken', { MessageId: 1 }, 'STRICT'],
])('a mocked answer may have %s', async (_, resource, answer, fieldValidationMode) => {
  const Parameters = resource.startsWith('lambda')
    ? { FunctionName: 'f' }
    : resource.startsWith('sqs')
      ? { QueueUrl: 'q', MessageBody: 'm' }
      : { StateMachineArn: 'a' };
  const input = {
    definition: text({ ...sdk(resource), Parameters }),
    ...result(answer, { fieldValidationMode }),
  };
  expect(await createApi().call('TestState', input)).toEqual({ status: 'SUCCEEDED', output: text(answer) });
});

test('a task is really called with the role given, and what it answers goes on', async () => {
  const api = createApi();
  api.taskOutcome = { ok: true, output: { Payload: 7 } };
  const definition = text({ ...TASK, OutputPath: '$.Payload' });
  expect(await api.call('TestState', { definition, roleArn: ROLE })).toEqual({ status: 'SUCCEEDED', output: '7' });
  api.taskOutcome = { ok: false, error: 'Busy', cause: 'later' };
  expect(await api.call('TestState', { definition, roleArn: ROLE })).toEqual({
    status: 'FAILED',
    error: 'Busy',
    cause: 'later',
  });
});

test('a state in a branch of a machine is found by its name, with its variables and its context', async () => {
  const state = {
    Type: 'Pass',
    QueryLanguage: 'JSONata',
    Output: { v: '{% $v %}', id: '{% $states.context.Execution.Id %}' },
    Assign: { w: '{% $v + 1 %}' },
    End: true,
  };
  const machine = {
    StartAt: 'P',
    States: { P: { Type: 'Parallel', Branches: [{ StartAt: 'Deep', States: { Deep: state } }], End: true } },
  };
  const input = {
    definition: text(machine),
    stateName: 'Deep',
    variables: '{"v":1}',
    context: text({ Execution: { Id: 'me' } }),
    inspectionLevel: 'DEBUG',
  };
  expect(await createApi().call('TestState', input)).toEqual({
    status: 'SUCCEEDED',
    output: text({ v: 1, id: 'me' }),
    inspectionData: { input: '{}', variables: text({ v: 1, w: 2 }) },
  });
});

test('a failure tells which retrier takes it and when, or which catcher', async () => {
  const api = createApi();
  const Retry = [{ ErrorEquals: ['Other'] }, { ErrorEquals: ['Busy'], IntervalSeconds: 3, MaxAttempts: 2 }];
  const Catch = [{ ErrorEquals: ['Busy'], ResultPath: '$.why', Next: 'Later' }];
  const input = {
    definition: text({ ...TASK, Retry, Catch }),
    mock: { errorOutput: { error: 'Busy', cause: 'c' } },
    inspectionLevel: 'TRACE',
  };
  expect(await api.call('TestState', { ...input, stateConfiguration: { retrierRetryCount: 1 } })).toMatchObject({
    status: 'RETRIABLE',
    inspectionData: { errorDetails: { retryIndex: 1, retryBackoffIntervalSeconds: 6 } },
  });
  expect(await api.call('TestState', { ...input, stateConfiguration: { retrierRetryCount: 2 } })).toMatchObject({
    status: 'CAUGHT_ERROR',
    error: 'Busy',
    cause: 'c',
    nextState: 'Later',
    output: text({ why: { Error: 'Busy', Cause: 'c' } }),
    inspectionData: { errorDetails: { catchIndex: 0 } },
  });
});

test('a task that waits for a callback has a token, unless the context says which', async () => {
  const Parameters = { FunctionName: 'f', Payload: { 'token.$': '$$.Task.Token' } };
  const definition = text({ ...TASK, Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', Parameters });
  const input = { definition, inspectionLevel: 'DEBUG', ...result({}) };
  const parametersOf = async (more: object = {}) => {
    const answer = await createApi().call('TestState', { ...input, ...more });
    return (answer as { inspectionData: { afterParameters: string } }).inspectionData.afterParameters;
  };
  expect(await parametersOf()).toMatch(/"token":"[^"]{20,}"/);
  const context = text({ Task: { Token: 'mine' } });
  expect(await parametersOf({ context })).toBe(text({ FunctionName: 'f', Payload: { token: 'mine' } }));
});

test('the trace of a call, and it alone, shows what was sent', async () => {
  const api = createApi();
  const input = { definition: text(TASK), roleArn: ROLE };
  expect(await api.call('TestState', { ...input, inspectionLevel: 'TRACE', revealSecrets: true })).toMatchObject({
    inspectionData: { request: { method: 'GET', shown: true } },
  });
  expect(await api.call('TestState', { ...input, inspectionLevel: 'TRACE' })).toMatchObject({
    inspectionData: { request: { method: 'GET', shown: false } },
  });
  const { inspectionData } = await api.call('TestState', { ...input, inspectionLevel: 'DEBUG' });
  expect(inspectionData).not.toHaveProperty('request');
});
