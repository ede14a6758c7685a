import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient, StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { StartError } from '../../../../local/cloud/start-error.ts';
import { type Cloud, type CloudOptions, startCloud } from '../../../../local/cloud.ts';
import { writePackage } from './small-package.ts';

let folder: string;
let clouds: Cloud[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloud-'));
});

afterEach(async () => {
  for (const cloud of clouds) await cloud.close();
  clouds = [];
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: CloudOptions = {}): Promise<Cloud> {
  const cloud = await startCloud(options);
  clouds.push(cloud);
  return cloud;
}

async function refusal(options: CloudOptions): Promise<StartError> {
  const error = await start(options).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(StartError);
  expect((error as StartError).message).not.toContain('\n');
  return error as StartError;
}

const packaged = (change?: Parameters<typeof writePackage>[1]) => writePackage(join(folder, 'package'), change);

test.each(['http', 'aws'] as const)(
  'a port in use (%s) is named with the variable that chooses another',
  async (which) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { code, message } = await refusal({ ports: { [which]: port } });
    server.close();
    expect([code, message]).toEqual(['PortInUse', expect.stringContaining(`Port ${port} is in use`)]);
    expect(message).toContain(which === 'http' ? 'choose another with PORT=' : 'choose another with AWS_PORT=');
  },
);

test('a data folder that is a file is refused', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const { code, message } = await refusal({ dataFolder: file });
  expect([code, message]).toEqual(['DataFolderUnusable', expect.stringContaining(file)]);
});

test('a data folder with something else in the place of its files is refused, and not touched', async () => {
  writeFileSync(join(folder, 'services.sqlite'), 'a letter, and not a database at all');
  expect((await refusal({ dataFolder: folder })).message).toContain('move it away to start anew');
});

test('a data folder in use is refused, and free again when its cloud is closed', async () => {
  const first = await start({ dataFolder: folder });
  expect((await refusal({ dataFolder: folder })).code).toBe('DataFolderInUse');
  await first.close();
  await start({ dataFolder: folder });
});

test('a folder without a package is refused, with how to make one', async () => {
  expect((await refusal({ packageFolder: folder })).message).toContain('npx serverless package');
});

test('a template with what there is not here is refused, and everything is let go of', async () => {
  const packageFolder = packaged((template) => ({
    ...template,
    Resources: {
      ...template.Resources,
      Cluster: { Type: 'AWS::EKS::Cluster' },
      Odd: { Type: 'AWS::SQS::Queue', Properties: { Colour: 1 } },
    },
  }));
  const dataFolder = join(folder, 'data');
  const { code, message } = await refusal({ packageFolder, dataFolder });
  expect(code).toBe('TemplateRefused');
  expect(message).toContain('Resources.Cluster: the resource type AWS::EKS::Cluster is not supported');
  expect(message).toContain('the property Colour of AWS::SQS::Queue is not supported');
  await start({ packageFolder: packaged(), dataFolder });
});

test('an empty cloud has no API, and says so', async () => {
  const { urls } = await start();
  const answer = await fetch(`${urls.api}/orders`);
  expect([answer.status, await answer.json()]).toEqual([404, { message: expect.stringContaining('no API') }]);
  expect(urls.apiKey).toBeUndefined();
});

test('a package is deployed: the API serves its function, which knows where it is', async () => {
  const { urls, outputs, region } = await start({
    packageFolder: packaged(),
    parameters: () => ({ Greeting: 'good day' }),
    region: 'eu-west-1',
  });
  expect([outputs, region]).toEqual([{ Url: urls.api }, 'eu-west-1']);
  const answer = await fetch(`${outputs.Url}/greet/Ada`, { method: 'POST', body: 'hi' });
  expect([answer.status, answer.headers.get('x-base')]).toEqual([200, urls.api]);
  expect(await answer.json()).toEqual({
    text: 'good day Ada',
    body: 'hi',
    httpMethod: 'POST',
    calls: 1,
    region: 'eu-west-1',
    endpoint: urls.aws,
  });
});

test('an unmodified AWS SDK reaches the same function', async () => {
  const { urls, region } = await start({ packageFolder: packaged() });
  const client = new LambdaClient({
    endpoint: urls.aws,
    region,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const Payload = JSON.stringify({ pathParameters: { name: 'SDK' } });
  const answer = await client.send(new InvokeCommand({ FunctionName: 'greet', Payload, LogType: 'Tail' }));
  client.destroy();
  expect(answer.StatusCode).toBe(200);
  expect(JSON.parse(JSON.parse(answer.Payload!.transformToString()).body).text).toBe('hello SDK');
  expect(Buffer.from(answer.LogResult!, 'base64').toString()).toContain('REPORT RequestId:');
});

test('data and skipped time survive a restart; the same template is applied again', async () => {
  const options = { packageFolder: packaged(), dataFolder: join(folder, 'data') };
  const first = await start(options);
  const caller = { account: first.account, region: first.region };
  await first.call('dynamodb', 'PutItem', { TableName: 'notes', Item: { id: { S: 'a' } } }, caller);
  await first.clock.advanceTo(first.clock.now() + 3 * 86_400_000);
  await first.close();
  const second = await start(options);
  const { Item } = await second.call('dynamodb', 'GetItem', { TableName: 'notes', Key: { id: { S: 'a' } } }, caller);
  expect(Item).toEqual({ id: { S: 'a' } });
  expect(second.clock.now() - Date.now()).toBeGreaterThan(2.9 * 86_400_000);
  const { Versions } = await second.call('lambda', 'ListVersionsByFunction', { FunctionName: 'greet' }, caller);
  expect(Versions).toHaveLength(1);
});

test('nothing of an ephemeral cloud is left', async () => {
  const first = await start({ packageFolder: packaged() });
  const caller = { account: first.account, region: first.region };
  await first.call('dynamodb', 'PutItem', { TableName: 'notes', Item: { id: { S: 'a' } } }, caller);
  await first.close();
  const second = await start({ packageFolder: packaged() });
  expect(await second.call('dynamodb', 'GetItem', { TableName: 'notes', Key: { id: { S: 'a' } } }, caller)).toEqual({});
});

test('a body of more than 10 MB is refused with 413, and the connection can be used again', async () => {
  const { urls } = await start({ packageFolder: packaged() });
  const answer = await fetch(`${urls.api}/greet/a`, { method: 'POST', body: 'a'.repeat(10_485_761) });
  const { message } = (await answer.json()) as { message: string };
  expect([answer.status, message]).toEqual([413, 'HTTP content length exceeded 10485760 bytes.']);
  expect((await fetch(`${urls.api}/greet/a`)).status).toBe(200);
});

test.each([
  ['is no HTTP', 'hello\r\n\r\n', /^HTTP\/1\.1 400/],
  [
    'has an absolute URL',
    'GET http://127.0.0.1/greet/a HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n',
    /^HTTP\/1\.1 200/,
  ],
  [
    'asks for something strange',
    'GET //%00/../.. HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n',
    /^HTTP\/1\.1 403/,
  ],
  ['has no path', 'OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 403/],
])('a request that %s does not bring it down', async (_what, request, expected) => {
  const { urls } = await start({ packageFolder: packaged() });
  expect(await exchange(Number(new URL(urls.api).port), request)).toMatch(expected);
  expect((await fetch(`${urls.api}/greet/a`)).status).toBe(200);
});

test('a client that goes away does not bring it down', async () => {
  const { urls } = await start({ packageFolder: packaged() });
  const socket = connect(Number(new URL(urls.api).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /greet/a HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhalf');
  await new Promise((resolve) => setImmediate(resolve));
  socket.destroy();
  expect((await fetch(`${urls.api}/greet/a`)).status).toBe(200);
});

async function exchange(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += String(chunk);
  });
  socket.write(request);
  await once(socket, 'close');
  return answer;
}

test('who waits for an execution while the cloud ends is told to ask again, and it is no mistake to report', async () => {
  const reports: string[] = [];
  const begun = Promise.withResolvers<void>();
  const cloud = await start({
    report: (error, what) => reports.push(`${what}: ${error}`),
    aroundCalls({ operation, input }, perform) {
      if (operation === 'StartSyncExecution') begun.resolve();
      return perform(input);
    },
  });
  const caller = { account: cloud.account, region: cloud.region };
  const { stateMachineArn } = await cloud.call(
    'states',
    'CreateStateMachine',
    {
      name: 'slow',
      type: 'EXPRESS',
      roleArn: 'arn:aws:iam::000000000000:role/r',
      definition: JSON.stringify({ StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 60, End: true } } }),
    },
    caller,
  );
  const client = new SFNClient({
    endpoint: cloud.urls.aws,
    region: cloud.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
    disableHostPrefix: true,
  });
  const answer = client.send(new StartSyncExecutionCommand({ stateMachineArn })).catch((error) => error);
  await begun.promise;
  await cloud.close();
  expect(await answer).toMatchObject({ name: 'ServiceUnavailable', message: expect.stringContaining('again') });
  expect(reports).toEqual([]);
  client.destroy();
});
