import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import { strToU8, zipSync } from 'fflate';
import type { Deployment } from '../../../../../local/aws/service.ts';
import { createManualClock } from '../../../../../local/manual-clock.ts';
import { createLambdaService } from '../../../../../local/services/lambda/lambda-service.ts';
import type { InProcessHandler } from '../../../../../local/services/lambda/runner.ts';
import { createInProcessRunner } from '../../../../../local/services/lambda/runner.ts';
import { openStorage } from '../../../../../local/storage/open-storage.ts';

const START = Date.parse('2026-03-01T12:00:00Z');
const caller = { account: '111111111111', region: 'us-east-1' };
const ZipFile = zipSync({ 'index.mjs': strToU8('export const handler = async () => 1;') });
const base = {
  Runtime: 'nodejs24.x',
  Handler: 'index.handler',
  Role: 'arn:aws:iam::111111111111:role/r',
  Code: { ZipFile },
};

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Call = [service: string, operation: string, input: Record<string, unknown>];

function start(
  handlers: Record<string, InProcessHandler> = {},
  answers: Record<string, (input: object) => unknown> = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'lambda-service-'));
  const storage = openStorage();
  const clock = createManualClock(START);
  const calls: Call[] = [];
  const open = () =>
    createLambdaService({
      storage,
      clock,
      codeFolder: folder,
      endpointUrl: () => 'http://127.0.0.1:1',
      runner: createInProcessRunner(handlers),
      call: async (service, operation, input) => {
        calls.push([service, operation, input as Record<string, unknown>]);
        return answers[operation]?.(input) ?? {};
      },
    });
  closers.push(() => rmSync(folder, { recursive: true }));
  const service = open();
  closers.push(() => service.close());
  // biome-ignore lint/suspicious/noExplicitAny: each answer has its own shape.
  const call = async (operation: string, input: object): Promise<any> => service.operations[operation]!(input, caller);
  const text = (payload: Uint8Array) => JSON.parse(new TextDecoder().decode(payload));
  return { service, call, clock, calls, folder, text, storage, open };
}

async function settle() {
  for (let turns = 0; turns < 20; turns++) await turn();
}

test('invoking what does not exist names the version as AWS does', async () => {
  const { call } = start();
  await expect(call('Invoke', { FunctionName: 'none' })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
    statusCode: 404,
    message: 'Function not found: arn:aws:lambda:us-east-1:111111111111:function:none:$LATEST',
  });
  await expect(call('GetFunction', { FunctionName: 'none' })).rejects.toMatchObject({
    message: 'Function not found: arn:aws:lambda:us-east-1:111111111111:function:none',
  });
});

test.each([
  [
    'another language',
    { Runtime: 'python3.13' },
    'InvalidParameterValueException',
    /python3\.13 is not supported here/,
  ],
  ['an image', { PackageType: 'Image' }, 'InvalidParameterValueException', /PackageType Image/],
  ['layers', { Layers: ['arn'] }, 'InvalidParameterValueException', /Layers/],
  ['a parameter of tomorrow', { Quantum: true }, 'UnsupportedParameterException', /Quantum of CreateFunction/],
  ['too long a timeout', { Timeout: 901 }, 'ValidationException', /less than or equal to 900/],
  ['too little memory', { MemorySize: 64 }, 'ValidationException', /greater than or equal to 128/],
  ['no zip file', { Code: { ZipFile: strToU8('hello') } }, 'InvalidParameterValueException', /Could not unzip/],
  ['no code', { Code: {} }, 'InvalidParameterValueException', /source for function code/],
  ['a bad name', { FunctionName: 'a b' }, 'ValidationException', /functionName/],
])('a function with %s is refused', async (_what, change, code, message) => {
  const { call } = start();
  const creation = call('CreateFunction', { FunctionName: 'f', ...base, ...change });
  await expect(creation).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test('a second function of the same name is refused', async () => {
  const { call } = start();
  await call('CreateFunction', { FunctionName: 'f', ...base });
  await expect(call('CreateFunction', { FunctionName: 'f', ...base })).rejects.toMatchObject({
    code: 'ResourceConflictException',
  });
});

test.each([
  ['broken JSON', { Payload: strToU8('{') }, 'InvalidRequestContentException', 400],
  [
    'a large event',
    { InvocationType: 'Event', Payload: strToU8(JSON.stringify('a'.repeat(1_048_576))) },
    'RequestTooLargeException',
    413,
  ],
  ['an unknown version', { Qualifier: '7' }, 'ResourceNotFoundException', 404],
])('an invocation with %s is refused', async (_what, input, code, statusCode) => {
  const { call } = start();
  await call('CreateFunction', { FunctionName: 'f', ...base });
  await expect(call('Invoke', { FunctionName: 'f', ...input })).rejects.toMatchObject({ code, statusCode });
});

test('a function is created, described, invoked by name and by ARN, and deleted', async () => {
  const { call, text } = start({ f: (event, { invokedFunctionArn }) => ({ event, invokedFunctionArn }) });
  const created = await call('CreateFunction', {
    FunctionName: 'f',
    ...base,
    Timeout: 7,
    Environment: { Variables: { A: 'b' } },
  });
  expect(created).toMatchObject({
    FunctionArn: 'arn:aws:lambda:us-east-1:111111111111:function:f',
    State: 'Active',
    Version: '$LATEST',
    Timeout: 7,
    MemorySize: 128,
    Environment: { Variables: { A: 'b' } },
  });
  for (const FunctionName of ['f', created.FunctionArn, '111111111111:function:f', `${created.FunctionArn}:$LATEST`]) {
    const { StatusCode, Payload, ExecutedVersion, FunctionError } = await call('Invoke', {
      FunctionName,
      Payload: strToU8('{"a":1}'),
    });
    expect([StatusCode, ExecutedVersion, FunctionError]).toEqual([200, '$LATEST', undefined]);
    expect(text(Payload).event).toEqual({ a: 1 });
  }
  await call('DeleteFunction', { FunctionName: 'f' });
  await expect(call('GetFunction', { FunctionName: 'f' })).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
});

test('functions of different accounts and regions are different', async () => {
  const { service, call } = start();
  await call('CreateFunction', { FunctionName: 'f', ...base });
  const other = { account: '222222222222', region: 'us-east-1' };
  await expect((async () => service.operations.GetFunction!({ FunctionName: 'f' }, other))()).rejects.toMatchObject({
    statusCode: 404,
  });
});

test('versions are published when something changed; aliases point at them', async () => {
  const { call, text } = start({ f: (_event, { invokedFunctionArn }) => invokedFunctionArn });
  await call('CreateFunction', { FunctionName: 'f', ...base });
  expect((await call('PublishVersion', { FunctionName: 'f' })).Version).toBe('1');
  expect((await call('PublishVersion', { FunctionName: 'f' })).Version).toBe('1');
  await call('UpdateFunctionConfiguration', { FunctionName: 'f', Timeout: 9 });
  expect(await call('PublishVersion', { FunctionName: 'f' })).toMatchObject({
    Version: '2',
    FunctionArn: 'arn:aws:lambda:us-east-1:111111111111:function:f:2',
  });
  expect((await call('GetFunctionConfiguration', { FunctionName: 'f', Qualifier: '1' })).Timeout).toBe(3);
  await call('CreateAlias', { FunctionName: 'f', Name: 'live', FunctionVersion: '1' });
  const { ExecutedVersion, Payload } = await call('Invoke', { FunctionName: 'f:live' });
  expect([ExecutedVersion, text(Payload)]).toEqual(['1', 'arn:aws:lambda:us-east-1:111111111111:function:f:live']);
  const update = { FunctionName: 'f', Name: 'live', FunctionVersion: '2' };
  await expect(call('UpdateAlias', { ...update, RevisionId: 'another' })).rejects.toMatchObject({
    code: 'PreconditionFailedException',
  });
  const { RevisionId } = await call('GetAlias', { FunctionName: 'f', Name: 'live' });
  await call('UpdateAlias', { ...update, RevisionId });
  expect((await call('Invoke', { FunctionName: 'f', Qualifier: 'live' })).ExecutedVersion).toBe('2');
  await expect(call('CreateAlias', { FunctionName: 'f', Name: 'x', FunctionVersion: '9' })).rejects.toMatchObject({
    statusCode: 404,
  });
  await expect(call('PublishVersion', { FunctionName: 'f', CodeSha256: 'other' })).rejects.toMatchObject({
    code: 'InvalidParameterValueException',
  });
});

test('permissions are recorded', async () => {
  const { call } = start();
  await call('CreateFunction', { FunctionName: 'f', ...base });
  await expect(call('GetPolicy', { FunctionName: 'f' })).rejects.toMatchObject({ statusCode: 404 });
  const permission = {
    FunctionName: 'f',
    StatementId: 's',
    Action: 'lambda:InvokeFunction',
    Principal: 'sns.amazonaws.com',
    SourceArn: 'arn:x',
  };
  await call('AddPermission', permission);
  await expect(call('AddPermission', permission)).rejects.toMatchObject({ code: 'ResourceConflictException' });
  expect(JSON.parse((await call('GetPolicy', { FunctionName: 'f' })).Policy).Statement).toEqual([
    {
      Sid: 's',
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: 'arn:aws:lambda:us-east-1:111111111111:function:f',
      Condition: { ArnLike: { 'AWS:SourceArn': 'arn:x' } },
    },
  ]);
  await call('RemovePermission', { FunctionName: 'f', StatementId: 's' });
  await expect(call('RemovePermission', { FunctionName: 'f', StatementId: 's' })).rejects.toMatchObject({
    statusCode: 404,
  });
});

test('an event that fails is tried again after one and two minutes, then handed to its destination and dead-letter queue', async () => {
  const times: number[] = [];
  const { call, clock, calls } = start(
    {
      f: () => {
        times.push(clock.now() - START);
        throw new RangeError('no');
      },
    },
    { GetQueueUrl: () => ({ QueueUrl: 'url' }) },
  );
  await call('CreateFunction', {
    FunctionName: 'f',
    ...base,
    DeadLetterConfig: { TargetArn: 'arn:aws:sqs:us-east-1:111111111111:dead' },
  });
  const OnFailure = { Destination: 'arn:aws:sns:us-east-1:111111111111:failed' };
  await call('PutFunctionEventInvokeConfig', { FunctionName: 'f', DestinationConfig: { OnFailure } });
  expect(await call('Invoke', { FunctionName: 'f', InvocationType: 'Event', Payload: strToU8('{"a":1}') })).toEqual({
    StatusCode: 202,
  });
  await settle();
  await clock.advanceTo(START + 600_000);
  await settle();
  expect(times).toEqual([0, 60_000, 180_000]);
  const [publish, , send] = calls;
  expect(publish?.[1]).toBe('Publish');
  expect(JSON.parse(publish?.[2].Message as string)).toMatchObject({
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
    requestPayload: { a: 1 },
    responsePayload: { errorType: 'RangeError' },
  });
  expect(send?.[2]).toEqual({ QueueUrl: 'url', MessageBody: '{"a":1}' });
});

test('an accepted event survives the process', async () => {
  const seen: unknown[] = [];
  let broken = true;
  const { call, clock, service, open } = start({
    f: (event) => {
      if (broken) throw new Error('not yet');
      seen.push(event);
    },
  });
  await call('CreateFunction', { FunctionName: 'f', ...base });
  await call('Invoke', { FunctionName: 'f', InvocationType: 'Event', Payload: strToU8('"kept"') });
  await settle();
  await service.close();
  broken = false;
  const next = open();
  closers.push(() => next.close());
  next.resume();
  await clock.advanceTo(START + 60_000);
  await settle();
  expect(seen).toEqual(['kept']);
});

test('a template is applied twice with the same result', async () => {
  const { service, call, folder, text } = start({ 'shop-f': (event) => event });
  writeFileSync(join(folder, 'f.zip'), ZipFile);
  const deployment: Deployment = { ...caller, stackName: 'shop', logicalId: 'F', packageFolder: folder };
  const { FunctionName: _, ...properties } = { FunctionName: '', ...base };
  for (let start = 0; start < 2; start++) {
    const identity = await service.resources!['AWS::Lambda::Function']!.apply(
      {
        ...properties,
        FunctionName: 'shop-f',
        Timeout: '5',
        Code: { S3Bucket: 'deployments', S3Key: 'serverless/1/f.zip' },
      },
      deployment,
    );
    expect(identity).toEqual({
      ref: 'shop-f',
      attributes: { Arn: 'arn:aws:lambda:us-east-1:111111111111:function:shop-f' },
    });
    const warm = { FunctionName: 'shop-f', ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 1 } };
    const version = await service.resources!['AWS::Lambda::Version']!.apply(warm, deployment);
    expect(version.ref).toBe('arn:aws:lambda:us-east-1:111111111111:function:shop-f:1');
    const permission = { FunctionName: 'shop-f', Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com' };
    await service.resources!['AWS::Lambda::Permission']!.apply(permission, deployment);
    const alias = { FunctionName: 'shop-f', Name: 'live', FunctionVersion: '1' };
    expect((await service.resources!['AWS::Lambda::Alias']!.apply(alias, deployment)).ref).toMatch(/:live$/);
  }
  expect((await call('GetFunctionConfiguration', { FunctionName: 'shop-f' })).Timeout).toBe(5);
  expect(text((await call('Invoke', { FunctionName: 'shop-f:live', Payload: strToU8('1') })).Payload)).toBe(1);
});

test('messages of a queue reach the function, and only those that failed stay', async () => {
  const messages = ['a', 'b'].map((Body) => ({
    MessageId: `id-${Body}`,
    ReceiptHandle: `handle-${Body}`,
    Body,
    MD5OfBody: 'x',
  }));
  let batches = [messages];
  const seen: unknown[] = [];
  const { call, calls, service } = start(
    {
      f: (event) => {
        seen.push(event);
        return { batchItemFailures: [{ itemIdentifier: 'id-b' }] };
      },
    },
    {
      GetQueueUrl: () => ({ QueueUrl: 'url' }),
      ReceiveMessage: () => {
        const Messages = batches.shift();
        return Messages ? { Messages } : new Promise((resolve) => setImmediate(() => resolve({})));
      },
    },
  );
  await call('CreateFunction', { FunctionName: 'f', ...base });
  const EventSourceArn = 'arn:aws:sqs:us-east-1:111111111111:orders';
  await call('CreateEventSourceMapping', {
    FunctionName: 'f',
    EventSourceArn,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  await settle();
  await service.close();
  batches = [];
  expect(seen).toMatchObject([
    { Records: [{ messageId: 'id-a', body: 'a', eventSource: 'aws:sqs', eventSourceARN: EventSourceArn }, {}] },
  ]);
  const deletions = calls.filter(([, operation]) => operation === 'DeleteMessageBatch').map(([, , input]) => input);
  expect(deletions).toEqual([{ QueueUrl: 'url', Entries: [{ Id: 'id-a', ReceiptHandle: 'handle-a' }] }]);
});

test('inline code of a template is a function too', async () => {
  const { service, call } = start({ inline: () => 'done' });
  const deployment: Deployment = { ...caller, stackName: 'shop', logicalId: 'Inline' };
  const apply = (Code: object) =>
    service.resources!['AWS::Lambda::Function']!.apply({ ...base, FunctionName: 'inline', Code }, deployment);
  await apply({ ZipFile: 'exports.handler = async () => 1;' });
  const { CodeSha256, CodeSize } = await call('GetFunctionConfiguration', { FunctionName: 'inline' });
  expect(CodeSize).toBeGreaterThan(0);
  await apply({ ZipFile: 'exports.handler = async () => 1;' });
  expect((await call('GetFunctionConfiguration', { FunctionName: 'inline' })).CodeSha256).toBe(CodeSha256);
  await expect(apply({ ImageUri: 'x' })).rejects.toThrow('Code.ImageUri is not supported here');
});
