import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { ServiceError } from '../../../../../local/aws/service.ts';
import { deployment, functionUri, lambdaAnswers, proxy, route, START, start } from './gateway-harness.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const NewOrder = {
  type: 'object',
  required: ['currency', 'lines'],
  additionalProperties: false,
  properties: {
    currency: { type: 'string', enum: ['EUR', 'USD'] },
    note: { type: 'string', nullable: true, maxLength: 5 },
    lines: { type: 'array', minItems: 1, items: { $ref: '#/components/schemas/Line' } },
  },
};
const Line = {
  type: 'object',
  required: ['sku'],
  properties: { sku: { type: 'string' }, quantity: { type: 'integer', minimum: 0, exclusiveMinimum: true } },
};
const validation = {
  components: { schemas: { NewOrder, Line } },
  'x-amazon-apigateway-request-validators': { all: { validateRequestBody: true, validateRequestParameters: true } },
};
const validated = route(proxy(), {
  'x-amazon-apigateway-request-validator': 'all',
  parameters: [
    { name: 'Idempotency-Key', in: 'header', required: true, schema: { type: 'string' } },
    { name: 'page', in: 'query' },
  ],
  requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/NewOrder' } } } },
});
const key = [['idempotency-key', 'k1']] as const;

test('what cannot be served is refused when the API is made, all at once', async () => {
  const paths = {
    '/a': { get: route({ type: 'http_proxy', uri: 'https://example.com' }) },
    '/b': { get: {} },
    '/c': { get: route({ ...proxy(), tlsConfig: {} }) },
    '/d': { get: route({ type: 'mock', requestTemplates: { 'application/json': '#if($a' } }) },
    '/e': { get: route(proxy(), { security: [{ oauth: [] }] }) },
    '/f': { get: route(proxy(), { 'x-amazon-apigateway-request-validator': 'none' }) },
    '/g': { get: route({ type: 'aws', uri: 'arn:aws:apigateway:eu-central-1:s3:nothing' }) },
    '/h': {
      post: route(proxy(), { requestBody: { content: { 'application/json': { schema: { $ref: '#/nowhere' } } } } }),
    },
  };
  const error = await start({ paths }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ServiceError);
  const { message } = error as ServiceError;
  for (const part of [
    'GET /a: the integration type http_proxy is not supported',
    'GET /b: has no x-amazon-apigateway-integration',
    'GET /c: tlsConfig of the integration is not supported',
    'GET /d: request template application/json does not parse',
    'GET /e: the security scheme oauth is neither an API key nor a Lambda authorizer',
    'GET /f: there is no request validator none',
    'GET /g: the integration aws with the uri',
    'POST /h: the schema of application/json is not valid',
  ]) {
    expect(message).toContain(part);
  }
});

test('OpenAPI 3.1 and Swagger are refused', async () => {
  await expect(start({ paths: {}, document: { openapi: '3.1.0' } })).rejects.toThrow('OpenAPI 3.1.0 is not supported');
  await expect(start({ paths: {}, document: { openapi: undefined, swagger: '2.0' } })).rejects.toThrow('Swagger 2.0');
});

test('a route that does not exist is refused as API Gateway does it', async () => {
  const { send } = await start({ paths: { '/a': { get: route(proxy()) } } });
  for (const [method, path] of [
    ['GET', '/nothing'],
    ['POST', '/a'],
    ['GET', '/'],
    ['GET', '/a/b'],
  ] as const) {
    const { status, headers, text } = await send(method, path);
    expect([status, text]).toEqual([403, '{"message":"Missing Authentication Token"}']);
    expect(headers['x-amzn-errortype']).toBe('MissingAuthenticationTokenException');
  }
  expect((await send('GET', '/%ff')).status).toBe(403);
});

test('a path that is not percent-encoded UTF-8 is a bad request', async () => {
  const { send } = await start({ paths: { '/{id}': { get: route(proxy()) } } });
  expect((await send('GET', '/%ff')).status).toBe(400);
});

test.each([
  ['no key', { headers: [] }, 'Missing required request parameters: [Idempotency-Key]', undefined],
  ['broken JSON', { text: '{', headers: key }, 'Invalid request body', /not JSON/],
  ['invalid UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]), headers: key }, 'Invalid request body', /not UTF-8/],
  ['no body', { headers: key }, 'Invalid request body', /not JSON/],
  [
    'JSON that is very deep',
    { text: '['.repeat(50_000) + ']'.repeat(50_000), headers: key },
    'Invalid request body',
    /deep/,
  ],
  [
    'a very deep member',
    { text: `{"currency":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`, headers: key },
    'Invalid request body',
    /deep/,
  ],
  [
    'missing members',
    { json: {}, headers: key },
    'Invalid request body',
    '[object has missing required properties (["currency","lines"])]',
  ],
  [
    'unknown members',
    { json: { currency: 'EUR', lines: [{ sku: 'a' }], b: 1, a: 2 }, headers: key },
    'Invalid request body',
    '[object instance has properties which are not allowed by the schema: ["a","b"]]',
  ],
  [
    'a wrong type',
    { json: { currency: 'EUR', lines: [{ sku: 1 }] }, headers: key },
    'Invalid request body',
    '[instance type (integer) does not match any allowed primitive type (allowed: ["string"])]',
  ],
  [
    'a wrong value',
    { json: { currency: 'XXX', lines: [{ sku: 'a' }] }, headers: key },
    'Invalid request body',
    '[instance value ("XXX") not found in enum (possible values: ["EUR","USD"])]',
  ],
  [
    'too few items',
    { json: { currency: 'EUR', lines: [] }, headers: key },
    'Invalid request body',
    '[array is too short: must have at least 1 elements but instance has 0 elements]',
  ],
  [
    'a number at its exclusive limit',
    { json: { currency: 'EUR', lines: [{ sku: 'a', quantity: 0 }] }, headers: key },
    'Invalid request body',
    '[numeric instance is not strictly greater than the required minimum 0]',
  ],
  [
    'a long text',
    { json: { currency: 'EUR', note: 'abcdef', lines: [{ sku: 'a' }] }, headers: key },
    'Invalid request body',
    '[string "abcdef" is too long (length: 6, maximum allowed: 5)]',
  ],
])('a request with %s is refused before anything is called', async (_what, request, message, detail) => {
  const { send, calls } = await start({
    paths: { '/orders': { post: validated } },
    document: {
      ...validation,
      'x-amazon-apigateway-gateway-responses': {
        BAD_REQUEST_BODY: {
          responseTemplates: {
            'application/json': '{"message":$context.error.messageString}\n$context.error.validationErrorString',
          },
        },
      },
    },
  });
  const { status, text } = await send('POST', '/orders', request as never);
  const [first, second] = text.split('\n');
  expect([status, JSON.parse(first!)]).toEqual([400, { message }]);
  const reason = second && JSON.parse(`"${second}"`); // it may be put between quotes
  if (detail instanceof RegExp) expect(reason).toMatch(detail);
  else expect(reason).toBe(detail);
  expect(calls).toEqual([]);
});

test('a valid request passes validation, also with a nullable member and parameters of the media type', async () => {
  const { send } = await start({
    paths: { '/orders': { post: validated } },
    document: validation,
    call: lambdaAnswers({ statusCode: 201 }),
  });
  const body = Buffer.from('{"currency":"EUR","note":null,"lines":[{"sku":"a","quantity":1}]}');
  const headers = [...key, ['Content-Type', 'application/json; charset=utf-8'] as const];
  expect((await send('POST', '/orders', { body, headers })).status).toBe(201);
});

test('a function gets the whole request as a version 1.0 event', async () => {
  const { send, calls, apiId } = await start({
    paths: {
      '/orders/{orderId}': { 'x-amazon-apigateway-any-method': route(proxy('get-order'), { operationId: 'order' }) },
    },
    stage: { Variables: { colour: 'blue' } },
    call: lambdaAnswers({
      statusCode: 200,
      headers: { 'X-A': 'b', 'X-N': 1 },
      multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] },
      body: 'hello',
    }),
  });
  const { status, headers, text } = await send('PUT', '/orders/a%20b?x=1&x=2&y=', {
    text: '<a>',
    headers: [
      ['User-Agent', 'jest'],
      ['X-Two', '1'],
      ['X-Two', '2'],
    ],
  });
  expect([status, text, headers['x-a'], headers['x-n'], headers['content-type'], headers['set-cookie']]).toEqual([
    200,
    'hello',
    'b',
    '1',
    'application/json',
    'b=2',
  ]);
  const [service, operation, input] = calls[0]!;
  expect([service, operation, input.FunctionName]).toEqual([
    'lambda',
    'Invoke',
    'arn:aws:lambda:eu-central-1:000000000000:function:get-order',
  ]);
  expect(JSON.parse(input.Payload as string)).toMatchObject({
    resource: '/orders/{orderId}',
    path: '/orders/a%20b',
    httpMethod: 'PUT',
    headers: {
      Host: '127.0.0.1:3000',
      'X-Two': '2',
      'X-Forwarded-For': '127.0.0.1',
      'X-Forwarded-Port': '3000',
      'X-Forwarded-Proto': 'http',
    },
    multiValueHeaders: { 'X-Two': ['1', '2'] },
    queryStringParameters: { x: '2', y: '' },
    multiValueQueryStringParameters: { x: ['1', '2'], y: [''] },
    pathParameters: { orderId: 'a b' },
    stageVariables: { colour: 'blue' },
    body: '<a>',
    isBase64Encoded: false,
    requestContext: {
      accountId: '000000000000',
      apiId,
      stage: 'dev',
      httpMethod: 'PUT',
      resourcePath: '/orders/{orderId}',
      path: '/orders/a%20b',
      operationName: 'order',
      requestTime: '01/Mar/2026:12:00:00 +0000',
      requestTimeEpoch: START,
      identity: { sourceIp: '127.0.0.1', userAgent: 'jest', apiKey: null },
    },
  });
});

test.each([
  ['fails', lambdaAnswers({ errorMessage: 'no' }, { FunctionError: 'Unhandled' }), 502, 'Internal server error'],
  ['answers with no object', lambdaAnswers('text'), 502, 'Internal server error'],
  [
    'answers with a body that is no text',
    lambdaAnswers({ statusCode: 200, body: { a: 1 } }),
    502,
    'Internal server error',
  ],
  ['answers with an unknown member', lambdaAnswers({ status: 200 }), 502, 'Internal server error'],
  ['answers with an impossible status', lambdaAnswers({ statusCode: 99 }), 502, 'Internal server error'],
  [
    'is not there',
    () => {
      throw new ServiceError('ResourceNotFoundException', 'no');
    },
    500,
    'Internal server error',
  ],
  ['never answers', () => new Promise(() => {}), 504, 'Endpoint request timed out'],
])('when the function %s, the client learns no more than on AWS', async (_what, call, status, message) => {
  const { send } = await start({ paths: { '/a': { get: route({ ...proxy(), timeoutInMillis: 50 }) } }, call });
  const answer = await send('GET', '/a');
  expect([answer.status, answer.json()]).toEqual([status, { message }]);
});

test('binary bodies go in and out as base64 where the API says so', async () => {
  const { send, calls } = await start({
    paths: { '/a': { post: route(proxy()) } },
    document: { 'x-amazon-apigateway-binary-media-types': ['image/*'] },
    call: lambdaAnswers({
      statusCode: 200,
      headers: { 'content-type': 'image/png' },
      body: Buffer.from('bytes').toString('base64'),
      isBase64Encoded: true,
    }),
  });
  expect((await send('POST', '/a', { text: 'in', headers: [['Content-Type', 'image/png']] })).text).toBe('bytes');
  expect(JSON.parse(calls[0]![2].Payload as string)).toMatchObject({
    body: Buffer.from('in').toString('base64'),
    isBase64Encoded: true,
  });
});

test('routes written out go before parameters, those before a greedy one; ANY is the last resort', async () => {
  const named = (name: string) => route(proxy(name));
  const { send, calls } = await start({
    paths: {
      '/{proxy+}': { 'x-amazon-apigateway-any-method': named('greedy') },
      '/a/{id}': { get: named('parameter') },
      '/a/b': { get: named('literal'), 'x-amazon-apigateway-any-method': named('any') },
    },
    call: lambdaAnswers({}),
  });
  for (const [method, path] of [
    ['GET', '/a/b'],
    ['POST', '/a/b'],
    ['GET', '/a/c'],
    ['GET', '/a/c/d'],
    ['GET', '/a/b/'],
    ['GET', '/dev/a/b'],
  ] as const)
    await send(method, path);
  expect(calls.map(([, , { FunctionName }]) => String(FunctionName).split(':').at(-1))).toEqual([
    'literal',
    'any',
    'parameter',
    'greedy',
    'literal',
    'greedy',
  ]);
});

test('the path may begin with the stage, as it does on AWS without a domain', async () => {
  const { send, calls } = await start({ paths: { '/a': { get: route(proxy()) } }, call: lambdaAnswers({}) });
  expect((await send('GET', '/dev/a')).status).toBe(200);
  expect(JSON.parse(calls[0]![2].Payload as string)).toMatchObject({ path: '/a', requestContext: { path: '/dev/a' } });
});

test('every API is also at its id and stage', async () => {
  const { send, service, apiId } = await start({ paths: { '/a': { get: route(proxy()) } }, call: lambdaAnswers({}) });
  expect((await send('GET', `/_api/${apiId}/dev/a`)).status).toBe(200);
  expect((await send('GET', '/_api/other/dev/a')).status).toBe(404);
  expect([service.urlOf(apiId, 'dev'), service.urlOf('other')]).toEqual(['http://127.0.0.1:3000', undefined]);
});

const keyed = {
  paths: { '/a': { get: route(proxy(), { security: [{ apiKey: [] }] }) }, '/open': { get: route(proxy()) } },
  document: { components: { securitySchemes: { apiKey: { type: 'apiKey', name: 'x-api-key', in: 'header' } } } },
  call: lambdaAnswers({}),
};

test('a method with a key takes only an enabled key with a plan for its stage', async () => {
  const { send, apply, service, apiId } = await start(keyed);
  const { ref: KeyId } = await apply('ApiKey', 'Key', { Name: 'shop', Enabled: true });
  const { ref: otherId } = await apply('ApiKey', 'Other', {
    Name: 'other',
    Enabled: true,
    Value: 'other-key-value-of-20',
  });
  const { ref: UsagePlanId } = await apply('UsagePlan', 'Plan', { ApiStages: [{ ApiId: apiId, Stage: 'dev' }] });
  await apply('UsagePlanKey', 'PlanKey', { KeyId, KeyType: 'API_KEY', UsagePlanId });
  const { items } = service.operations.GetApiKeys!({ includeValues: true }, deployment) as {
    items: { id: string; value: string }[];
  };
  const value = (id: string) => items.find((item) => item.id === id)!.value;
  expect(value(KeyId)).toMatch(/^[A-Za-z0-9]{40}$/);
  for (const given of [undefined, 'wrong', value(otherId)]) {
    const { status, text } = await send('GET', '/a', { headers: given ? [['x-api-key', given]] : [] });
    expect([status, text]).toEqual([403, '{"message":"Forbidden"}']);
  }
  expect((await send('GET', '/a', { headers: [['X-API-Key', value(KeyId)]] })).status).toBe(200);
  expect((await send('GET', '/open')).status).toBe(200);
  await apply('ApiKey', 'Key', { Name: 'shop', Enabled: false });
  expect((await send('GET', '/a', { headers: [['X-API-Key', value(KeyId)]] })).status).toBe(403);
});

test('a plan limits the rate and the quota of a key', async () => {
  const { send, apply, apiId, clock } = await start(keyed);
  const { ref: KeyId } = await apply('ApiKey', 'Key', { Enabled: true, Value: 'a-key-of-twenty-chars' });
  const { ref: UsagePlanId } = await apply('UsagePlan', 'Plan', {
    ApiStages: [{ ApiId: apiId, Stage: 'dev' }],
    Throttle: { RateLimit: '1', BurstLimit: 2 },
    Quota: { Limit: 4, Period: 'DAY' },
  });
  await apply('UsagePlanKey', 'PlanKey', { KeyId, UsagePlanId });
  const get = async () => {
    const { status, json } = await send('GET', '/a', { headers: [['x-api-key', 'a-key-of-twenty-chars']] });
    return status === 200 ? 200 : `${status} ${json().message}`;
  };
  expect([await get(), await get(), await get()]).toEqual([200, 200, '429 Too Many Requests']);
  await clock.advanceTo(START + 2_000);
  expect([await get(), await get()]).toEqual([200, 200]);
  await clock.advanceTo(START + 60_000);
  expect(await get()).toBe('429 Limit Exceeded');
  await clock.advanceTo(START + 86_400_000);
  expect(await get()).toBe(200);
});

test('a stage limits the rate of each method', async () => {
  const { send } = await start({
    ...keyed,
    stage: {
      MethodSettings: [{ ResourcePath: '/*', HttpMethod: '*', ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 }],
    },
  });
  expect([(await send('GET', '/open')).status, (await send('GET', '/open')).status]).toEqual([200, 429]);
});

test('gateway responses use the settings of their type, of their class, or the usual ones', async () => {
  const problem = {
    'gatewayresponse.header.Content-Type': "'application/problem+json'",
    'gatewayresponse.header.X-Path': 'method.request.header.X-Given',
  };
  const { send, apply, apiId } = await start({
    paths: { '/a': { get: route(proxy(), { security: [{ apiKey: [] }] }), post: validated } },
    document: {
      ...validation,
      components: {
        ...validation.components,
        securitySchemes: { apiKey: { type: 'apiKey', name: 'x-api-key', in: 'header' } },
      },
      'x-amazon-apigateway-gateway-responses': {
        MISSING_AUTHENTICATION_TOKEN: {
          statusCode: '404',
          responseParameters: problem,
          responseTemplates: {
            'application/json': '{"type":"/not-found","detail":$context.error.messageString,"path":"$context.path"}',
            'text/plain': 'nothing at $context.path',
          },
        },
        DEFAULT_4XX: { responseTemplates: { 'application/json': '{"type":"$context.error.responseType"}' } },
      },
    },
  });
  const { status, headers, json } = await send('GET', '/nothing', { headers: [['x-given', 'here']] });
  expect([status, headers['content-type'], headers['x-path'], json()]).toEqual([
    404,
    'application/problem+json',
    'here',
    { type: '/not-found', detail: 'Missing Authentication Token', path: '/nothing' },
  ]);
  expect((await send('GET', '/nothing', { accept: 'text/plain' })).text).toBe('nothing at /nothing');
  expect((await send('GET', '/a')).json()).toEqual({ type: 'INVALID_API_KEY' });
  await apply('GatewayResponse', 'R', {
    RestApiId: apiId,
    ResponseType: 'INVALID_API_KEY',
    StatusCode: '401',
    ResponseTemplates: { 'application/json': '{}' },
  });
  expect(await send('GET', '/a')).toMatchObject({ status: 401, text: '{}' });
});

test('a mock answers by itself, with headers from its mapping', async () => {
  const { send, calls } = await start({
    paths: {
      '/a': {
        options: route({
          type: 'mock',
          requestTemplates: { 'application/json': '{"statusCode": 204}' },
          responses: {
            default: {
              statusCode: '204',
              responseParameters: {
                'method.response.header.Access-Control-Allow-Origin': "'*'",
                'method.response.header.X-Stage': 'context.stage',
              },
            },
          },
        }),
      },
    },
  });
  const { status, headers, text } = await send('OPTIONS', '/a');
  expect([status, headers['access-control-allow-origin'], headers['x-stage'], text, calls]).toEqual([
    204,
    '*',
    'dev',
    '',
    [],
  ]);
});

test('a request of a media type without template passes, or is refused with 415, as the API says', async () => {
  const mock = (passthroughBehavior: string) =>
    route({
      type: 'mock',
      passthroughBehavior,
      requestTemplates: { 'application/json': '{"statusCode": 200}' },
      responses: { default: { statusCode: 200 } },
    });
  const { send } = await start({
    paths: {
      '/never': { post: mock('NEVER') },
      '/templates': { post: mock('when_no_templates') },
      '/match': { post: mock('when_no_match') },
    },
  });
  const text = { text: '{"statusCode": 200}', headers: [['Content-Type', 'text/plain'] as const] };
  expect([
    (await send('POST', '/never', text)).status,
    (await send('POST', '/templates', text)).status,
    (await send('POST', '/match', text)).status,
  ]).toEqual([415, 415, 200]);
  expect((await send('POST', '/never', { json: {} })).status).toBe(200);
});

/** An AWS endpoint that records what it gets. */
async function endpoint(status: number, answer: unknown) {
  const requests: { url?: string | undefined; headers: Record<string, unknown>; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    requests.push({ url: request.url, headers: request.headers, body });
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return { requests, endpointUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const startExecution = {
  type: 'aws',
  httpMethod: 'POST',
  uri: 'arn:aws:apigateway:eu-central-1:states:action/StartSyncExecution',
  credentials: 'arn:aws:iam::000000000000:role/r',
  passthroughBehavior: 'never',
  requestTemplates: {
    'application/json': `#set($key = "")
#foreach($name in $input.params().header.keySet())
#if($name.toLowerCase() == "idempotency-key")
#set($key = $input.params().header.get($name))
#end
#end
{"stateMachineArn": "arn", "input": "{\\"key\\":\\"$util.escapeJavaScript($util.escapeJavaScript($key).replaceAll("\\\\'", "'")).replaceAll("\\\\'", "'")\\",\\"order\\":$util.escapeJavaScript($input.json('$')).replaceAll("\\\\'", "'")}"}`,
  },
  responses: {
    default: {
      statusCode: '201',
      responseTemplates: {
        'application/json': `#set($run = $input.path('$'))
#if($run.status == "SUCCEEDED")
#set($order = $util.parseJson($run.output))
#set($context.responseOverride.header.Location = "$context.path/$order.id")
$run.output
#else
#set($context.responseOverride.header.Content-Type = "application/problem+json")
#set($context.responseOverride.status = 422)
$run.cause
#end`,
      },
    },
    '4\\d{2}': {
      statusCode: '500',
      responseTemplates: { 'application/json': '{"refused":$input.json(\'$.__type\')}' },
    },
  },
};

test('an AWS action gets what the template makes, whatever characters the request has', async () => {
  const { requests, endpointUrl } = await endpoint(200, { status: 'SUCCEEDED', output: '{"id":"o-1"}' });
  const { send } = await start({ paths: { '/orders': { post: route(startExecution) } }, endpointUrl });
  const order = { text: 'it\'s "quoted" \\ back / slash ü € 😀 \n\u0001', list: [1, null, true] };
  const answer = await send('POST', '/orders', { json: order, headers: [['IDEMPOTENCY-Key', `it's "k" \\ $x`]] });
  expect([answer.status, answer.headers.location, answer.json()]).toEqual([201, '/orders/o-1', { id: 'o-1' }]);
  const { headers, body } = requests[0]!;
  expect([headers['x-amz-target'], headers.authorization]).toEqual([
    'AWSStepFunctions.StartSyncExecution',
    'AWS4-HMAC-SHA256 Credential=000000000000/20260101/eu-central-1/states/aws4_request',
  ]);
  expect(JSON.parse(JSON.parse(body).input)).toEqual({ key: `it's "k" \\ $x`, order });
});

test('a template sets status and headers of the answer', async () => {
  const { endpointUrl } = await endpoint(200, { status: 'FAILED', cause: '{"type":"/problems/x"}' });
  const { send } = await start({ paths: { '/orders': { post: route(startExecution) } }, endpointUrl });
  const { status, headers, json } = await send('POST', '/orders', { json: {} });
  expect([status, headers['content-type'], json()]).toEqual([422, 'application/problem+json', { type: '/problems/x' }]);
});

test('the refusal of an action selects its response by status', async () => {
  const { endpointUrl } = await endpoint(400, { __type: 'InvalidExecutionInput' });
  const { send } = await start({ paths: { '/orders': { post: route(startExecution) } }, endpointUrl });
  expect(await send('POST', '/orders', { json: {} })).toMatchObject({
    status: 500,
    text: '{"refused":"InvalidExecutionInput"}',
  });
});

test('a body that is no JSON is refused by a template that reads it', async () => {
  const { send } = await start({ paths: { '/orders': { post: route(startExecution) } } });
  const { status, json } = await send('POST', '/orders', { text: '{"a":' });
  expect(status).toBe(400);
  expect(json().message).toMatch(/^Could not parse request body into json/);
});

test('an endpoint that is gone is an integration failure', async () => {
  const { send } = await start({ paths: { '/orders': { post: route(startExecution) } } });
  expect((await send('POST', '/orders', { json: {} })).status).toBe(504);
});

test('a function behind a template answers through templates too, its errors chosen by message', async () => {
  const integration = {
    type: 'aws',
    uri: functionUri('f'),
    requestTemplates: {
      'application/json': '{"sku":"$input.params(\'sku\')","n":$input.json(\'$.n\'),"gone":$input.json(\'$.gone\')}',
    },
    responses: {
      default: { statusCode: 200 },
      'No .*': {
        statusCode: 404,
        responseTemplates: { 'application/json': '{"why":$input.json(\'$.errorMessage\')}' },
      },
    },
  };
  const call = (_service: string, _operation: string, { Payload }: { Payload: string }) =>
    JSON.parse(Payload).n === 1
      ? lambdaAnswers({ ok: true })()
      : lambdaAnswers({ errorMessage: 'No such thing' }, { FunctionError: 'Unhandled' })();
  const { send, calls } = await start({ paths: { '/p/{sku}': { post: route(integration) } }, call });
  expect(await send('POST', '/p/a', { json: { n: 1 } })).toMatchObject({ status: 200, text: '{"ok":true}' });
  expect(JSON.parse(calls[0]![2].Payload as string)).toEqual({ sku: 'a', n: 1, gone: '' });
  expect(await send('POST', '/p/a', { json: { n: 2 } })).toMatchObject({
    status: 404,
    text: '{"why":"No such thing"}',
  });
});

test('access logs have the format of the stage', async () => {
  const { send, calls, service } = await start({
    paths: {},
    stage: {
      AccessLogSetting: {
        DestinationArn: 'arn:aws:logs:eu-central-1:0:log-group:/access:*',
        Format: '$context.httpMethod $context.status $context.error.responseType $context.identity.apiKeyId',
      },
    },
  });
  await send('GET', '/a');
  await service.close();
  expect(calls.map(([, operation, input]) => [operation, input.logGroupName, input.logEvents])).toEqual([
    ['PutLogEvents', '/access', [{ timestamp: START, message: 'GET 403 MISSING_AUTHENTICATION_TOKEN -' }]],
  ]);
});

test('a client that does not wait for its answer is no failure of the API', async () => {
  const gone = new AbortController();
  const { send, calls, service } = await start({
    paths: { '/a': { get: route(proxy()) } },
    stage: {
      AccessLogSetting: {
        DestinationArn: 'arn:aws:logs:eu-central-1:0:log-group:/access:*',
        Format: '$context.status',
      },
    },
    call: (name) => {
      if (name !== 'lambda') return {};
      gone.abort();
      return new Promise(() => {});
    },
  });
  await send('GET', '/a', { signal: gone.signal });
  await service.close();
  expect(calls.filter(([name]) => name === 'logs')).toEqual([]);
});

test('brackets in texts make a body no deeper', async () => {
  const schema = { type: 'array', items: { type: 'string' } };
  const requestBody = { content: { 'application/json': { schema } } };
  const { send } = await start({
    paths: {
      '/a': {
        post: route(
          {
            type: 'mock',
            requestTemplates: { 'application/json': '{"statusCode": 200}' },
            responses: { default: { statusCode: '200' } },
          },
          { requestBody, 'x-amazon-apigateway-request-validator': 'all' },
        ),
      },
    },
    document: { 'x-amazon-apigateway-request-validators': { all: { validateRequestBody: true } } },
  });
  const { status } = await send('POST', '/a', { json: ['\\"[{'.repeat(2_000)] });
  expect(status).toBe(200);
});
