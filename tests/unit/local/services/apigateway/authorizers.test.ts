import { expect, test } from '@jest/globals';
import { ServiceError } from '../../../../../local/aws/service.ts';
import { functionUri, lambdaAnswers, proxy, route, start } from './gateway-harness.ts';

const ARN = 'arn:aws:execute-api:eu-central-1:000000000000';
const policy = (Effect: string, ...Resource: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect, Action: 'execute-api:Invoke', Resource }],
});
const authorizer = (more: object = {}) => ({
  type: 'apiKey',
  name: 'Authorization',
  in: 'header',
  'x-amazon-apigateway-authtype': 'oauth2',
  'x-amazon-apigateway-authorizer': {
    type: 'request',
    authorizerUri: functionUri('gatekeeper'),
    identitySource: 'method.request.header.Authorization',
    authorizerResultTtlInSeconds: 60,
    ...more,
  },
});

interface Setup {
  /** What the authorizer answers to an event. */
  readonly answer?: (event: Record<string, unknown>) => unknown;
  readonly settings?: object;
  readonly integration?: object;
  readonly security?: object;
  readonly document?: object;
}

const allows = () => ({ principalId: 'ada', policyDocument: policy('Allow', '*') });

async function guarded({ answer = allows, settings, integration = proxy(), security, document }: Setup = {}) {
  const asked: Record<string, unknown>[] = [];
  const events: Record<string, unknown>[] = [];
  const operation = route(integration, { security: [security ?? { token: [] }] });
  const api = await start({
    paths: { '/a': { get: operation, post: operation }, '/b/{id}': { get: operation } },
    document: {
      components: {
        securitySchemes: { token: authorizer(settings), key: { type: 'apiKey', name: 'x-api-key', in: 'header' } },
      },
      ...document,
    },
    call: (_service, _operation, { FunctionName, Payload }) => {
      const event = JSON.parse(Payload);
      if (!String(FunctionName).endsWith(':gatekeeper')) {
        events.push(event);
        return lambdaAnswers({ statusCode: 200, body: 'in' })();
      }
      asked.push(event);
      const result = answer(event);
      return result instanceof Error
        ? lambdaAnswers({ errorType: 'Error', errorMessage: result.message }, { FunctionError: 'Unhandled' })()
        : lambdaAnswers(result)();
    },
  });
  const get = (path: string, token?: string) =>
    api.send('GET', path, token === undefined ? {} : { headers: [['Authorization', token]] });
  return { ...api, get, asked, events };
}

test('a request without its identity is refused with 401, and nobody is asked', async () => {
  const { get, asked } = await guarded();
  expect((await get('/a')).status).toBe(401);
  expect((await get('/a', '')).headers['x-amzn-errortype']).toBe('UnauthorizedException');
  expect(asked).toEqual([]);
});

test('the function that says "Unauthorized" makes a 401', async () => {
  const { get, events } = await guarded({ answer: () => new Error('Unauthorized') });
  expect(await get('/a', 't')).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' });
  expect(events).toEqual([]);
});

test.each([
  ['no statement fits', policy('Allow', `${ARN}:api/dev/GET/elsewhere`), ''],
  ['a statement denies', policy('Deny', '*'), ' with an explicit deny'],
])('where %s, the answer is 403', async (_what, policyDocument, why) => {
  const { get, events } = await guarded({ answer: () => ({ principalId: 'ada', policyDocument }) });
  const { status, text } = await get('/a', 't');
  expect({ status, text }).toEqual({
    status: 403,
    text: `{"message":"User is not authorized to access this resource${why}"}`,
  });
  expect(events).toEqual([]);
});

test.each([
  ['fails', new Error('out of order')],
  ['answers nothing', null],
  ['answers no policy', { principalId: 'ada' }],
  ['answers a policy that is none', { principalId: 'ada', policyDocument: { Statement: [{ Effect: 'Maybe' }] } }],
  ['answers a context that is not flat', { ...allows(), context: { roles: ['admin'] } }],
])('an authorizer that %s lets nobody in: 500', async (_what, result) => {
  const { get, events } = await guarded({ answer: () => result });
  expect(await get('/a', 't')).toMatchObject({
    status: 500,
    headers: { 'x-amzn-errortype': 'AuthorizerConfigurationException' },
  });
  expect(events).toEqual([]);
});

test('an authorizer that is not there lets nobody in: 500', async () => {
  const { get } = await guarded({
    answer: () => {
      throw new ServiceError('ResourceNotFoundException', 'no such function');
    },
  });
  expect((await get('/a', 't')).status).toBe(500);
});

test('an answer is kept by identity, for as long as it says, and holds for other methods as its policy has it', async () => {
  const { get, asked, clock } = await guarded({
    answer: ({ methodArn }) => ({
      principalId: 'ada',
      policyDocument: policy('Allow', String(methodArn).replace(/dev\/.*/, 'dev/GET/a')),
    }),
  });
  expect((await get('/a', 'one')).status).toBe(200);
  expect((await get('/a', 'one')).status).toBe(200);
  expect((await get('/b/7', 'one')).status).toBe(403);
  expect(asked).toHaveLength(1);
  expect((await get('/a', 'two')).status).toBe(200);
  expect(asked).toHaveLength(2);
  await clock.advanceTo(clock.now() + 61_000);
  expect((await get('/a', 'one')).status).toBe(200);
  expect(asked).toHaveLength(3);
});

test('a refusal by failing is not kept', async () => {
  let isUp = false;
  const { get } = await guarded({ answer: () => (isUp ? allows() : new Error('Unauthorized')) });
  expect((await get('/a', 't')).status).toBe(401);
  isUp = true;
  expect((await get('/a', 't')).status).toBe(200);
});

test('without keeping answers and without identity sources, every request is asked for', async () => {
  const { get, asked } = await guarded({
    settings: { identitySource: undefined, authorizerResultTtlInSeconds: 0 },
  });
  expect((await get('/a')).status).toBe(200);
  expect((await get('/a', 't')).status).toBe(200);
  expect(asked).toHaveLength(2);
});

test('REQUEST: the function sees the request without its body, and the ARN of the method', async () => {
  const { send, asked, apiId } = await guarded();
  await send('GET', '/b/7?q=1', { headers: [['Authorization', 't']], text: 'secret' });
  expect(asked[0]).toMatchObject({
    type: 'REQUEST',
    methodArn: `${ARN}:${apiId}/dev/GET/b/7`,
    resource: '/b/{id}',
    httpMethod: 'GET',
    headers: { Authorization: 't' },
    pathParameters: { id: '7' },
    queryStringParameters: { q: '1' },
    requestContext: { stage: 'dev', authorizer: null },
  });
  expect(JSON.stringify(asked[0])).not.toContain('secret');
});

test('TOKEN: the function sees the token alone; one that does not look like one is refused unseen', async () => {
  const { get, asked, apiId } = await guarded({
    settings: { type: 'token', identityValidationExpression: 'Bearer [a-z]+' },
  });
  expect((await get('/a', 'Bearer ABC')).status).toBe(401);
  expect((await get('/a', 'Bearer abc')).status).toBe(200);
  expect(asked).toEqual([{ type: 'TOKEN', authorizationToken: 'Bearer abc', methodArn: `${ARN}:${apiId}/dev/GET/a` }]);
});

test('what it says of the caller reaches a function as text', async () => {
  const { get, events } = await guarded({
    answer: () => ({ ...allows(), context: { tenant: 'one', level: 7, isAdmin: false } }),
  });
  await get('/a', 't');
  expect(events[0]).toMatchObject({
    requestContext: { authorizer: { principalId: 'ada', tenant: 'one', level: '7', isAdmin: 'false' } },
  });
});

test('what it says of the caller reaches mapping templates; what it does not say is empty there', async () => {
  const template =
    '{"statusCode":200}#set($context.responseOverride.header.X-Who = "$!context.authorizer.tenant/$context.authorizer.principalId/$!context.authorizer.other")';
  const { get } = await guarded({
    answer: () => ({ ...allows(), context: { tenant: 'one' } }),
    integration: {
      type: 'mock',
      requestTemplates: { 'application/json': template },
      responses: { default: { statusCode: '200' } },
    },
  });
  expect((await get('/a', 't')).headers['x-who']).toBe('one/ada/');
});

test('an API key is asked for as well, after the authorizer, from the header or as the authorizer has it', async () => {
  for (const source of ['HEADER', 'AUTHORIZER']) {
    const { send, apply, apiId } = await guarded({
      security: { token: [], key: [] },
      document: { 'x-amazon-apigateway-api-key-source': source },
      answer: ({ headers }) => ({
        ...allows(),
        usageIdentifierKey: (headers as Record<string, string>)['x-member'],
      }),
      settings: { authorizerResultTtlInSeconds: 0 },
    });
    const { ref: KeyId } = await apply('ApiKey', 'Key', { Name: 'k', Value: 'v'.repeat(20), Enabled: true });
    const { ref: UsagePlanId } = await apply('UsagePlan', 'Plan', { ApiStages: [{ ApiId: apiId, Stage: 'dev' }] });
    await apply('UsagePlanKey', 'PlanKey', { KeyId, KeyType: 'API_KEY', UsagePlanId });
    const header = source === 'HEADER' ? 'x-api-key' : 'x-member';
    const call = (headers: [string, string][]) => send('GET', '/a', { headers });
    expect((await call([[header, 'v'.repeat(20)]])).status).toBe(401);
    expect((await call([['Authorization', 't']])).status).toBe(403);
    expect(
      (
        await call([
          ['Authorization', 't'],
          [header, 'v'.repeat(20)],
        ])
      ).status,
    ).toBe(200);
  }
});

test.each([
  ['an unknown type', { type: 'cognito_user_pools' }, 'the type cognito_user_pools is not supported'],
  ['credentials of its own', { authorizerCredentials: 'arn' }, 'authorizerCredentials is not supported'],
  ['something that is no function', { authorizerUri: 'https://a' }, 'is not the URI of a function'],
  ['a source that there is not', { identitySource: 'method.request.body' }, 'method.request.body is not supported'],
  ['nothing to keep answers by', { identitySource: undefined }, 'without an identitySource'],
  ['answers kept for a day', { authorizerResultTtlInSeconds: 86_400 }, 'results are kept for 0 to 3600 s'],
])('an authorizer with %s is refused', async (_what, settings, message) => {
  await expect(guarded({ settings })).rejects.toThrow(message);
});
