import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createCaller } from '../../../../../../local/aws/caller.ts';
import type { CallService, Service } from '../../../../../../local/aws/service.ts';
import { createManualClock } from '../../../../../../local/manual-clock.ts';
import { createEvents } from '../../../../../../local/services/events/events.ts';
import { createSecretsManager } from '../../../../../../local/services/secretsmanager/secretsmanager.ts';
import type { JsonObject } from '../../../../../../local/stepfunctions/asl/json.ts';
import { parseResource } from '../../../../../../local/stepfunctions/asl/resource.ts';
import type { HttpTrace } from '../../../../../../local/stepfunctions/engine/ports.ts';
import { createHttpClient } from '../../../../../../local/stepfunctions/engine/tasks/http/http-client.ts';
import { createTaskRunner } from '../../../../../../local/stepfunctions/engine/tasks/task-runner.ts';
import { openStorage } from '../../../../../../local/storage/open-storage.ts';
import { taskContext } from './task-context.ts';

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const caller = { account: '111111111111', region: 'eu-central-1' };
const NOW = Date.parse('2026-11-22T10:00:00Z');
let server: Server;
let origin: string;
let received: Received[];
/** Paths that the server answers; others it leaves open. */
let answers: Record<string, { status?: number; type?: string; body?: string | Buffer }>;
let clock: ReturnType<typeof createManualClock>;
let call: CallService;

beforeEach(async () => {
  received = [];
  answers = { '/orders': { body: '{"paid":true}' } };
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url = '', headers } = request;
    received.push({ method, url, headers, body });
    const { status = 200, type = 'application/json', body: text = '' } = answers[url.split('?')[0]!] ?? { status: 404 };
    response.writeHead(status, { 'content-type': type }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  clock = createManualClock(NOW);
  const storage = openStorage();
  const services: Service[] = [];
  call = createCaller(services);
  services.push(createEvents({ storage, clock, call }), createSecretsManager({ storage, clock }));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function connect(AuthorizationType: string, AuthParameters: object): Promise<string> {
  const input = { Name: 'shop', AuthorizationType, AuthParameters };
  return (await call('events', 'CreateConnection', input, caller)).ConnectionArn;
}

const apiKey = { ApiKeyAuthParameters: { ApiKeyName: 'X-Key', ApiKeyValue: 'secret' } };

function invoke(ConnectionArn: string | undefined, parameters: JsonObject = {}, trace?: HttpTrace) {
  const runner = createTaskRunner({
    callService: call,
    clock,
    hasOperation: () => false,
    executionEnded: () => Promise.reject(new Error('There are no executions.')),
    jobChanged: () => new Promise(() => {}),
    callApi: async () => undefined,
    sendHttp: createHttpClient(1_000),
    randomUuid: () => 'id',
  });
  const given: JsonObject = {
    ApiEndpoint: `${origin}/orders`,
    Method: 'POST',
    ...(ConnectionArn !== undefined && { InvocationConfig: { ConnectionArn } }),
    ...parameters,
  };
  const resource = parseResource('arn:aws:states:::http:invoke')!;
  return runner.call(
    { type: 'call', key: 'Call#1', resource, parameters: given },
    { ...taskContext(), ...(trace && { trace }) },
  );
}

test('a task without a connection, or with one that is not there, fails', async () => {
  expect(await invoke(undefined)).toMatchObject({
    error: 'States.Runtime',
    cause: expect.stringContaining('ConnectionArn'),
  });
  const arn = 'arn:aws:events:eu-central-1:111111111111:connection/shop/1';
  expect(await invoke(arn)).toMatchObject({ error: 'Events.ConnectionResource.ResourceNotFound' });
  await connect('API_KEY', apiKey);
  expect(await invoke(arn)).toMatchObject({ error: 'Events.ConnectionResource.ResourceNotFound' });
  expect(received).toEqual([]);
});

test.each([
  [{ ApiEndpoint: 'http://example.com/' }, 'HTTPS'],
  [{ ApiEndpoint: 'no url' }, 'HTTPS'],
  [{ Method: 'TRACE' }, 'Method'],
  [{ Headers: { 'If-Match': '1' } }, 'If-Match cannot be set'],
  [{ Headers: { 'x-forwarded-for': '1' } }, 'x-forwarded-for cannot be set'],
  [{ Transform: { RequestBodyEncoding: 'XML' }, RequestBody: {} }, 'RequestBodyEncoding'],
  [{ Transform: { RequestBodyEncoding: 'URL_ENCODED' }, RequestBody: 'text' }, 'Only an object'],
  [{ Retry: 3 }, '"Retry" is not supported'],
])('%j fails the task before anything is sent', async (parameters, cause) => {
  const outcome = await invoke(await connect('API_KEY', apiKey), parameters as JsonObject);
  expect(outcome).toMatchObject({ ok: false, error: 'States.Runtime', cause: expect.stringContaining(cause) });
  expect(received).toEqual([]);
});

test('an answer that is no success fails the task with its status and body', async () => {
  answers['/orders'] = { status: 429, type: 'text/plain', body: 'slow down' };
  expect(await invoke(await connect('API_KEY', apiKey))).toEqual({
    ok: false,
    error: 'States.Http.StatusCode.429',
    cause: 'slow down',
  });
});

test('a server that cannot be reached, or does not answer in a minute, is a failure of the socket', async () => {
  const arn = await connect('API_KEY', apiKey);
  expect(await invoke(arn, { ApiEndpoint: 'http://127.0.0.1:1/' })).toMatchObject({ error: 'States.Http.Socket' });
  const arrived = new Promise((resolve) => {
    server.removeAllListeners('request').on('request', resolve);
  });
  const outcome = invoke(arn);
  await arrived;
  await clock.advanceTo(NOW + 60_000);
  expect(await outcome).toEqual({ ok: false, error: 'States.Http.Socket', cause: 'There was no answer in 60 s.' });
});

test.each([
  [{ type: 'image/png', body: 'x' }, 'States.Runtime'],
  [{ type: 'text/plain', body: Buffer.from([0xff, 0xfe]) }, 'States.Runtime'],
  [{ type: 'text/plain', body: 'x'.repeat(1_001) }, 'States.DataLimitExceeded'],
])('an answer that a state cannot hold fails the task (%#)', async (answer, error) => {
  answers['/orders'] = answer;
  expect(await invoke(await connect('API_KEY', apiKey))).toMatchObject({ ok: false, error });
});

test('the task and the connection are merged, and the connection counts', async () => {
  const both = (name: string) => [{ Key: name, Value: 'connection' }];
  const arn = await connect('API_KEY', {
    ...apiKey,
    InvocationHttpParameters: {
      HeaderParameters: both('header-param'),
      QueryStringParameters: both('query'),
      BodyParameters: both('body'),
    },
  });
  const outcome = await invoke(arn, {
    Headers: { 'Header-Param': 'task', other: ['1', '2'] },
    QueryParameters: { query: 'task', more: 'a b' },
    RequestBody: { job: 'x', body: 'task' },
  });
  expect(outcome).toEqual({
    ok: true,
    output: expect.objectContaining({ ResponseBody: { paid: true }, StatusCode: 200, StatusText: 'OK' }),
  });
  expect(received).toMatchObject([
    {
      method: 'POST',
      url: '/orders?query=connection&more=a%20b',
      body: '{"job":"x","body":"connection"}',
      headers: {
        'x-key': 'secret',
        'header-param': 'connection',
        other: '1, 2',
        'content-type': 'application/json; charset=UTF-8',
        range: 'bytes=0-262144',
        'user-agent': 'Amazon|StepFunctions|HttpInvoke|eu-central-1',
      },
    },
  ]);
  expect(await invoke(arn, { RequestBody: 'text' })).toMatchObject({ error: 'States.Runtime' });
});

test.each([
  ['INDICES', 'list%5B0%5D=a&list%5B1%5D=b%20c&card%5Bname%5D=x'],
  ['BRACKETS', 'list%5B%5D=a&list%5B%5D=b%20c&card%5Bname%5D=x'],
  ['REPEAT', 'list=a&list=b%20c&card%5Bname%5D=x'],
  ['COMMAS', 'list=a,b%20c&card%5Bname%5D=x'],
])('a form with the array format %s', async (ArrayFormat, body) => {
  await invoke(await connect('API_KEY', apiKey), {
    Headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    RequestBody: { list: ['a', 'b c'], card: { name: 'x' } },
    Transform: { RequestBodyEncoding: 'URL_ENCODED', RequestEncodingOptions: { ArrayFormat } },
  });
  expect(received).toMatchObject([{ body, headers: { 'content-type': 'application/x-www-form-urlencoded' } }]);
});

test('basic authorisation, in the older field too', async () => {
  const ConnectionArn = await connect('BASIC', { BasicAuthParameters: { Username: 'u', Password: 'p' } });
  await invoke(undefined, { Authentication: { ConnectionArn }, Method: 'GET' });
  expect(received).toMatchObject([{ method: 'GET', headers: { authorization: 'Basic dTpw' } }]);
});

test('an OAuth connection gets a token first, or fails the task', async () => {
  const arn = await connect('OAUTH_CLIENT_CREDENTIALS', {
    OAuthParameters: {
      ClientParameters: { ClientID: 'id', ClientSecret: 'hidden' },
      AuthorizationEndpoint: `${origin}/token`,
      HttpMethod: 'POST',
      OAuthHttpParameters: { BodyParameters: [{ Key: 'audience', Value: 'orders' }] },
    },
  });
  expect(await invoke(arn)).toMatchObject({
    error: 'Events.ConnectionResource.InvalidConnectionState',
    cause: expect.stringContaining('/token answered 404'),
  });
  answers['/token'] = { body: '{"access_token":"t-1","token_type":"Bearer"}' };
  await invoke(arn);
  expect(received.slice(1)).toMatchObject([
    { url: '/token', body: 'grant_type=client_credentials&client_id=id&client_secret=hidden&audience=orders' },
    { url: '/orders', headers: { authorization: 'Bearer t-1' } },
  ]);
});

test('a trace shows the request without what the connection adds, unless secrets are to be shown, and the answer', async () => {
  const body = { BodyParameters: [{ Key: 'own', Value: 'hidden' }] };
  const arn = await connect('API_KEY', { ...apiKey, InvocationHttpParameters: body });
  const traced = async (revealSecrets: boolean, parameters: JsonObject = {}) => {
    const trace: HttpTrace = { revealSecrets };
    await invoke(arn, { RequestBody: { n: 1 }, QueryParameters: { q: 'x' }, ...parameters }, trace);
    return trace.http;
  };
  const hidden = await traced(false);
  expect(hidden?.request).toEqual({
    protocol: 'http',
    method: 'POST',
    url: `${origin}/orders?q=x`,
    headers: expect.stringMatching(/^\[Content-Type: application\/json; charset=UTF-8, Range: .+\]$/),
    body: '{"n":1}',
  });
  expect(hidden?.response).toMatchObject({
    protocol: 'http',
    statusCode: '200',
    statusMessage: 'OK',
    body: '{"paid":true}',
  });
  expect(hidden?.response?.headers).toContain('content-type: application/json');
  const shown = await traced(true);
  expect(shown?.request?.headers).toMatch(/^\[X-Key: secret, /);
  expect(shown?.request?.body).toBe('{"n":1,"own":"hidden"}');
  answers['/orders'] = { status: 500, body: '"down"' };
  expect((await traced(false))?.response).toMatchObject({ statusCode: '500', body: '"down"' });
  const unreachable = await traced(false, { ApiEndpoint: 'http://127.0.0.1:1/' });
  expect(unreachable?.request).toMatchObject({ url: 'http://127.0.0.1:1/?q=x' });
  expect(unreachable).not.toHaveProperty('response');
});
