import { expect, test } from '@jest/globals';
import { createManualClock } from '../../../../../local/manual-clock.ts';
import { createApiGatewayService } from '../../../../../local/services/apigateway/apigateway-service.ts';
import { openStorage } from '../../../../../local/storage/open-storage.ts';

// An API path by path, with the properties that Serverless writes for `http` events.

const URI =
  'arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:000000000000:function:hello/invocations';
const PROXY = { IntegrationHttpMethod: 'POST', Type: 'AWS_PROXY', Uri: URI };

async function start() {
  const calls: { resource: string; pathParameters: unknown }[] = [];
  const service = createApiGatewayService({
    storage: openStorage(),
    clock: createManualClock(Date.parse('2026-03-01T12:00:00Z')),
    endpointUrl: () => 'http://127.0.0.1:1',
    publicUrl: () => 'http://127.0.0.1:3000',
    call: async (_service, _operation, input) => {
      calls.push(JSON.parse((input as { Payload: string }).Payload));
      return { Payload: new TextEncoder().encode('{"statusCode":200,"body":"hi"}') };
    },
  });
  const apply = async (type: string, properties: object, logicalId = type) =>
    service.resources![`AWS::ApiGateway::${type}`]!.apply(properties as never, {
      account: '000000000000',
      region: 'eu-west-1',
      stackName: 'shop-dev',
      logicalId,
    });
  const api = await apply('RestApi', { Name: 'dev-shop', EndpointConfiguration: { Types: ['EDGE'] }, Policy: '' });
  const RestApiId = api.ref;
  const resource = async (ParentId: string | undefined, PathPart: string) =>
    (await apply('Resource', { RestApiId, ParentId: ParentId ?? api.attributes.RootResourceId, PathPart })).ref;
  const method = (ResourceId: string, HttpMethod: string, more: object = {}) =>
    apply('Method', {
      RestApiId,
      ResourceId,
      HttpMethod,
      AuthorizationType: 'NONE',
      Integration: PROXY,
      MethodResponses: [],
      RequestParameters: {},
      ...more,
    });
  await apply('Deployment', { RestApiId, StageName: 'dev' });
  const send = async (httpMethod: string, path: string, body = '') => {
    const [requestPath = '', query = ''] = path.split('?');
    const {
      status,
      headers,
      body: text,
    } = await service.handle({
      method: httpMethod,
      requestPath,
      query: [...new URLSearchParams(query)],
      headers: [],
      body: Buffer.from(body),
      sourceIp: '127.0.0.1',
      protocol: 'HTTP/1.1',
    });
    return { status, headers: Object.fromEntries(headers), text: String(text) };
  };
  return { api, RestApiId, apply, resource, method, send, calls };
}

test.each([
  ['a user pool', { AuthorizationType: 'COGNITO_USER_POOLS' }, /AuthorizationType COGNITO_USER_POOLS is not supp/],
  ['an authorizer that there is not', { AuthorizationType: 'CUSTOM', AuthorizerId: 'x' }, /no such authorizer/],
  [
    'an integration over HTTP',
    { Integration: { Type: 'HTTP_PROXY', Uri: 'https://example.com' } },
    /integration type HTTP_PROXY is not supported/,
  ],
  ['no integration', { Integration: undefined }, /has no x-amazon-apigateway-integration/],
  [
    'a conversion of bodies',
    { Integration: { ...PROXY, ContentHandling: 'CONVERT_TO_BINARY' } },
    /contentHandling CONVERT_TO_BINARY/,
  ],
  ['an unknown model', { RequestModels: { 'application/json': 'Nothing' } }, /there is no model Nothing/],
  ['an unknown resource', { ResourceId: 'nothing' }, /Invalid Resource identifier/],
])('a method with %s is refused', async (_what, more, message) => {
  const { resource, method } = await start();
  await expect(method(await resource(undefined, 'a'), 'GET', more)).rejects.toThrow(message);
});

test('a method asks the authorizer that it names', async () => {
  const { apply, resource, method, send, RestApiId, calls } = await start();
  const { ref: AuthorizerId } = await apply('Authorizer', {
    RestApiId,
    Name: 'gatekeeper',
    Type: 'REQUEST',
    AuthorizerUri: PROXY.Uri,
    IdentitySource: 'method.request.header.Authorization',
  });
  await method(await resource(undefined, 'a'), 'GET', { AuthorizationType: 'CUSTOM', AuthorizerId });
  expect((await send('GET', '/a')).status).toBe(401);
  expect(calls).toEqual([]);
  await expect(apply('Authorizer', { RestApiId, Type: 'COGNITO_USER_POOLS' })).rejects.toThrow('is not supported');
});

test('a policy and a broken model are refused', async () => {
  const { apply, RestApiId } = await start();
  await expect(apply('RestApi', { Policy: { Statement: [] } })).rejects.toThrow(
    'The Policy of a RestApi is not supported',
  );
  await expect(apply('Model', { RestApiId, Schema: { type: 'colour' } })).rejects.toThrow(
    'The schema of a model is not valid',
  );
  await expect(apply('Resource', { RestApiId, ParentId: 'nothing', PathPart: 'a' })).rejects.toThrow(
    'Invalid Resource identifier',
  );
});

test('paths are put together from their parts', async () => {
  const { api, resource, method, send, calls } = await start();
  const hello = await resource(undefined, 'hello');
  await method(await resource(hello, '{name}'), 'GET');
  await method(await resource(undefined, '{proxy+}'), 'ANY');
  await method(api.attributes.RootResourceId!, 'GET');
  for (const path of ['/hello/Ada', '/hello/Ada/more', '/', '/dev/hello/Bob'])
    expect((await send('GET', path)).text).toBe('hi');
  expect(calls.map(({ resource: route, pathParameters }) => [route, pathParameters])).toEqual([
    ['/hello/{name}', { name: 'Ada' }],
    ['/{proxy+}', { proxy: 'hello/Ada/more' }],
    ['/', null],
    ['/{proxy+}', { proxy: 'dev/hello/Bob' }],
  ]);
});

test('a method that is applied again takes the place of the first', async () => {
  const { resource, method, send } = await start();
  const id = await resource(undefined, 'a');
  await method(id, 'GET');
  await method(id, 'GET', {
    Integration: {
      Type: 'MOCK',
      RequestTemplates: { 'application/json': '{"statusCode":204}' },
      IntegrationResponses: [{ StatusCode: '204' }],
    },
  });
  expect((await send('GET', '/a')).status).toBe(204);
});

test('a validator, a model and required parameters hold', async () => {
  const { RestApiId, apply, resource, method, send } = await start();
  const RequestValidatorId = (
    await apply('RequestValidator', {
      RestApiId,
      ValidateRequestBody: true,
      ValidateRequestParameters: 'true',
      Name: 'all',
    })
  ).ref;
  const Schema = {
    $schema: 'http://json-schema.org/draft-04/schema#',
    type: 'object',
    required: ['a'],
    properties: { a: { type: 'number' } },
  };
  const model = (await apply('Model', { RestApiId, ContentType: 'application/json', Schema })).ref;
  await method(await resource(undefined, 'items'), 'POST', {
    RequestValidatorId,
    RequestModels: { 'application/json': model },
    RequestParameters: { 'method.request.querystring.q': true, 'method.request.header.X-Optional': false },
  });
  expect((await send('POST', '/items', '{"a":1}')).text).toBe('{"message":"Missing required request parameters: [q]"}');
  expect((await send('POST', '/items?q=1', '{"a":"1"}')).text).toBe('{"message":"Invalid request body"}');
  expect((await send('POST', '/items?q=1', '{"a":1}')).status).toBe(200);
});

test('a method with a key needs one', async () => {
  const { resource, method, send } = await start();
  await method(await resource(undefined, 'a'), 'GET', { ApiKeyRequired: true });
  expect((await send('GET', '/a')).status).toBe(403);
});

test('CORS as Serverless writes it is answered, though its template is not quite JSON', async () => {
  const { resource, method, send } = await start();
  await method(await resource(undefined, 'a'), 'OPTIONS', {
    MethodResponses: [
      { StatusCode: '200', ResponseParameters: { 'method.response.header.Access-Control-Allow-Origin': true } },
    ],
    Integration: {
      Type: 'MOCK',
      RequestTemplates: { 'application/json': '{statusCode:200}' },
      ContentHandling: 'CONVERT_TO_TEXT',
      IntegrationResponses: [
        {
          StatusCode: '200',
          ResponseParameters: { 'method.response.header.Access-Control-Allow-Origin': "'*'" },
          ResponseTemplates: { 'application/json': '' },
        },
      ],
    },
  });
  expect(await send('OPTIONS', '/a')).toMatchObject({
    status: 200,
    text: '',
    headers: { 'Access-Control-Allow-Origin': '*' },
  });
});
