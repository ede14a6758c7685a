import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { CloudWatchLogsClient, CreateLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createEndpoint } from '../../../../local/aws/endpoint.ts';
import { ServiceError } from '../../../../local/aws/service.ts';
import { type CoreCloud, recordingService, startCoreCloud } from '../services/core-cloud.ts';

let stopWaiting: (reason: unknown) => void;
const stopped = new Promise((resolve) => {
  stopWaiting = resolve;
});

const states = recordingService('states', {
  DescribeStateMachine: () => {
    throw new ServiceError('StateMachineDoesNotExist', "State Machine Does Not Exist: 'é'");
  },
  ListStateMachines: () => {
    throw new Error('a mistake');
  },
  GetActivityTask: (_input, { signal }) =>
    new Promise(() => {
      signal!.addEventListener('abort', () => stopWaiting(signal!.reason));
    }),
});
const lambda = recordingService('lambda', {
  Invoke: ({ Payload }) => ({ StatusCode: 200, FunctionError: 'Unhandled', ExecutedVersion: '$LATEST', Payload }),
});

let cloud: CoreCloud;
beforeAll(async () => {
  cloud = await startCoreCloud({ others: [states, lambda] });
});
afterAll(() => cloud.close());

const scope = (service: string, key = '000000000000') =>
  `AWS4-HMAC-SHA256 Credential=${key}/20261122/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

interface RawAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

function send(
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | Uint8Array = '',
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(cloud.url + path, { method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode!, body: Buffer.concat(parts).toString(), headers: response.headers }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

const json = (service: string, target: string) => ({
  authorization: scope(service),
  'x-amz-target': target,
  'content-type': 'application/x-amz-json-1.1',
});

describe('what is refused', () => {
  test('a request without a signature', async () => {
    const { status, body } = await send('POST', '/', { 'content-type': 'application/json' }, '{}');
    expect(status).toBe(403);
    expect(body).toContain('MissingAuthenticationToken');
  });

  test('a service that is not here, by name', async () => {
    const { status, body } = await send('POST', '/', json('ec2', 'AmazonEC2.DescribeInstances'), '{}');
    expect([status, body]).toEqual([501, expect.stringContaining('has no service ec2')]);
  });

  test('an operation that is not here, by name', async () => {
    const { status, body } = await send('POST', '/', json('logs', 'Logs_20140328.StartQuery'), '{}');
    expect([status, body]).toEqual([501, expect.stringContaining('StartQuery of logs')]);
  });

  test.each(['constructor', '__proto__', 'toString'])('the operation %s', async (name) => {
    expect((await send('POST', '/', json('logs', `Logs_20140328.${name}`), '{}')).status).toBe(501);
  });

  test('an operation of a REST API that is not here, by name', async () => {
    const client = cloud.client(LambdaClient);
    await expect(client.send(new ListFunctionsCommand())).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('ListFunctions of lambda'),
    });
  });

  test('a path that is no operation', async () => {
    const { status, body } = await send('PATCH', '/nothing', { authorization: scope('lambda') });
    expect([status, body]).toEqual([501, expect.stringContaining('PATCH /nothing of lambda')]);
  });

  test.each(['{', '[]', 'null', '"x"', '\u0000', '{"logGroupName":7}', '{"logGroupName":{}}'])(
    'the JSON body %s',
    async (body) => {
      const answer = await send('POST', '/', json('logs', 'Logs_20140328.CreateLogGroup'), body);
      expect(answer.status).toBe(400);
      expect(JSON.parse(answer.body).__type).toBe('SerializationException');
    },
  );

  test('a name that points to the loopback interface', async () => {
    const headers = { ...json('logs', 'Logs_20140328.DescribeLogGroups'), host: 'attacker.example:4566' };
    expect((await send('POST', '/', headers, '{}')).status).toBe(403);
  });

  test('a web page', async () => {
    const headers = { ...json('logs', 'Logs_20140328.DescribeLogGroups'), origin: 'https://attacker.example' };
    expect((await send('POST', '/', headers, '{}')).status).toBe(403);
  });

  test.each(['cross-site', 'same-site', 'same-origin'])('an image on a page that is %s', async (site) => {
    const headers = { ...json('logs', 'Logs_20140328.DescribeLogGroups'), 'sec-fetch-site': site };
    expect((await send('POST', '/', headers, '{}')).status).toBe(403);
  });

  test('a body that is not UTF-8', async () => {
    const body = Buffer.from([...Buffer.from('{"logGroupName":"'), 0xff, ...Buffer.from('"}')]);
    const answer = await send('POST', '/', json('logs', 'Logs_20140328.CreateLogGroup'), body);
    expect([answer.status, JSON.parse(answer.body).__type]).toEqual([400, 'SerializationException']);
  });

  test('a body that is too large', async () => {
    const headers = { ...json('logs', 'Logs_20140328.DescribeLogGroups'), 'content-length': String(2 ** 30) };
    await expect(send('POST', '/', headers, '{}').catch(() => ({ status: 413 }))).resolves.toMatchObject({
      status: 413,
    });
  });

  test('gzip that unpacks to too much', async () => {
    const headers = { ...json('logs', 'Logs_20140328.DescribeLogGroups'), 'content-encoding': 'gzip' };
    expect((await send('POST', '/', headers, gzipSync(Buffer.alloc(17 * 1024 * 1024)))).status).toBe(413);
    expect((await send('POST', '/', headers, 'not gzip')).status).toBe(400);
  });

  test('a body that its checksum does not fit', async () => {
    const headers = { ...json('logs', 'Logs_20140328.DescribeLogGroups'), 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' };
    expect((await send('POST', '/', headers, '{}')).body).toContain('BadDigest');
  });

  test.each(['5\r\nabc', 'zz\r\n', '', '5;chunk-signature=0\r\nabcde'])('the chunks %j', async (body) => {
    const headers = {
      authorization: scope('s3'),
      'content-encoding': 'aws-chunked',
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    };
    const { status, body: answer } = await send('PUT', '/bucket/key', headers, body);
    expect([status, answer]).toEqual([400, expect.stringContaining('IncompleteBody')]);
  });

  test('XML that declares entities', async () => {
    const body = '<!DOCTYPE x [<!ENTITY a "b">]><Delete><Object><Key>&a;</Key></Object></Delete>';
    const { status, body: answer } = await send('POST', '/bucket?delete', { authorization: scope('s3') }, body);
    expect([status, answer]).toEqual([400, expect.stringContaining('MalformedXML')]);
  });
});

test('whatever comes, it answers, and goes on', async () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom('s3', 'sqs', 'sns', 'iam', 'lambda', 'logs', 'dynamodb', 'events', 'sts', 'kms', 'scheduler'),
  );
  const safe = (text: string) => text.replace(/[^\x21-\x7e]/g, '_');
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        service: word,
        method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD'),
        path: fc.webPath(),
        query: fc.webQueryParameters(),
        target: fc.option(word, { nil: undefined }),
        type: fc.constantFrom('application/x-www-form-urlencoded', 'application/json', 'application/xml', 'text/plain'),
        body: fc.oneof(
          fc.uint8Array(),
          fc.json(),
          fc.constantFrom('Action=Publish&Message.member.x=1', 'Action=', '<a>', '<a/>', 'Attributes.entry.1.key='),
        ),
      }),
      async ({ service, method, path, query, target, type, body }) => {
        const headers = {
          authorization: scope(safe(service) || 'x'),
          'content-type': type,
          ...(target !== undefined && { 'x-amz-target': `X.${safe(target)}` }),
        };
        const answer = await send(
          method,
          `${path.startsWith('/') ? path : `/${path}`}?${query}`,
          headers,
          method === 'GET' ? '' : body,
        );
        expect(answer.status).toBeGreaterThanOrEqual(200);
        expect([answer.status, answer.body]).not.toEqual([500, expect.anything()]);
      },
    ),
    { numRuns: 300 },
  );
  expect(cloud.reports).toEqual([]);
  expect(await cloud.client(STSClient).send(new GetCallerIdentityCommand())).toMatchObject({ Account: '000000000000' });
});

test('bytes that are no HTTP are dropped', async () => {
  const { port } = new URL(cloud.url);
  const answer = await new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write('\u0016\u0003\u0001 not HTTP\r\n\r\n'));
    socket.on('data', (data) => resolve(data.toString()));
    socket.on('close', () => resolve('closed'));
  });
  expect(answer).toContain('400');
});

test('a mistake of a service is told as such, and reported', async () => {
  const { status, body } = await send('POST', '/', json('states', 'AWSStepFunctions.ListStateMachines'), '{}');
  expect([status, JSON.parse(body)]).toEqual([
    500,
    { __type: 'InternalFailure', message: expect.stringContaining('states:ListStateMachines: a mistake') },
  ]);
  expect(cloud.reports.splice(0)).toEqual(['states:ListStateMachines: Error: a mistake']);
});

test('an operation is told when its caller goes away', async () => {
  const request = httpRequest(cloud.url, {
    method: 'POST',
    headers: json('states', 'AWSStepFunctions.GetActivityTask'),
  });
  request.on('error', () => {});
  request.end('{"activityArn":"a"}');
  while (states.calls.at(-1)?.[0] !== 'GetActivityTask') await new Promise((resolve) => setImmediate(resolve));
  request.destroy();
  expect(await stopped).toBeDefined();
});

test('a port in use is an error of the caller', async () => {
  const { port } = new URL(cloud.url);
  await expect(createEndpoint({ services: [], port: Number(port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

describe('official clients', () => {
  test('AWS JSON 1.0: errors have their names and messages', async () => {
    const client = cloud.client(SFNClient);
    await expect(client.send(new DescribeStateMachineCommand({ stateMachineArn: 'x' }))).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
      message: "State Machine Does Not Exist: 'é'",
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });

  test('AWS JSON 1.1', async () => {
    const client = cloud.client(CloudWatchLogsClient);
    await client.send(new CreateLogGroupCommand({ logGroupName: '/json' }));
    const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/json' }));
    expect(logGroups).toMatchObject([{ logGroupName: '/json' }]);
  });

  test('AWS Query: structures, lists and dates', async () => {
    const client = cloud.client(IAMClient);
    const Tags = [
      { Key: 'a<b', Value: '&' },
      { Key: 'c', Value: ' d ' },
    ];
    await client.send(new CreateRoleCommand({ RoleName: 'query', AssumeRolePolicyDocument: '{"Statement":[]}', Tags }));
    const { Role } = await client.send(new GetRoleCommand({ RoleName: 'query' }));
    expect(Role).toMatchObject({
      RoleName: 'query',
      Tags,
      CreateDate: new Date(cloud.clock.now()),
      MaxSessionDuration: 3600,
    });
  });

  test('AWS Query: errors', async () => {
    const client = cloud.client(IAMClient);
    await expect(client.send(new GetRoleCommand({ RoleName: 'nobody' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role with name nobody cannot be found.',
      $metadata: { httpStatusCode: 404 },
    });
  });

  test('REST-JSON: payload and headers both ways', async () => {
    const client = cloud.client(LambdaClient);
    const Payload = new TextEncoder().encode('{"a":"é"}');
    const answer = await client.send(
      new InvokeCommand({
        FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:f:live',
        Qualifier: 'live',
        LogType: 'Tail',
        Payload,
      }),
    );
    expect(lambda.calls).toMatchObject([
      [
        'Invoke',
        { FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:f:live', Qualifier: 'live', LogType: 'Tail' },
      ],
    ]);
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled', ExecutedVersion: '$LATEST' });
    expect(answer.Payload?.transformToString()).toBe('{"a":"é"}');
  });

  test('a key of twelve digits is an account, and temporary credentials belong to the account of their role', async () => {
    const other = cloud.client(STSClient, { credentials: { accessKeyId: '222222222222', secretAccessKey: 'x' } });
    expect(await other.send(new GetCallerIdentityCommand())).toMatchObject({ Account: '222222222222' });
    const role = new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::333333333333:role/x', RoleSessionName: 's' });
    const { Credentials } = await other.send(role);
    const assumed = cloud.client(STSClient, {
      credentials: {
        accessKeyId: Credentials?.AccessKeyId,
        secretAccessKey: Credentials?.SecretAccessKey,
        sessionToken: Credentials?.SessionToken,
      },
    });
    expect(await assumed.send(new GetCallerIdentityCommand())).toMatchObject({ Account: '333333333333' });
  });

  test('old clients of SQS speak AWS Query', async () => {
    const headers = { authorization: scope('sqs'), 'content-type': 'application/x-www-form-urlencoded' };
    const created = await send(
      'POST',
      '/',
      headers,
      'Action=CreateQueue&QueueName=old&Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=7&Version=2012-11-05',
    );
    expect(created.body).toContain(`<QueueUrl>${cloud.url}/000000000000/old</QueueUrl>`);
    const attributes = await send(
      'POST',
      '/000000000000/old',
      headers,
      `Action=GetQueueAttributes&QueueUrl=${encodeURIComponent(`${cloud.url}/000000000000/old`)}&AttributeName.1=VisibilityTimeout`,
    );
    expect(attributes.body).toContain('<Attribute><Name>VisibilityTimeout</Name><Value>7</Value></Attribute>');
    const missing = await send('POST', '/', headers, 'Action=GetQueueUrl&QueueName=none');
    expect([missing.status, missing.body]).toEqual([
      400,
      expect.stringContaining('<Code>AWS.SimpleQueueService.NonExistentQueue</Code>'),
    ]);
  });

  test('the host may have the prefix that SDKs put before it', async () => {
    const { port } = new URL(cloud.url);
    const headers = { ...json('sts', 'x'), host: `sync-127.0.0.1:${port}` };
    expect((await send('POST', '/', headers, '{}')).status).toBe(501);
  });
});
