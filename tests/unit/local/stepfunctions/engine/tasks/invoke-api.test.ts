import { expect, test } from '@jest/globals';
import { createManualClock } from '../../../../../../local/manual-clock.ts';
import type { JsonObject } from '../../../../../../local/stepfunctions/asl/json.ts';
import { parseResource } from '../../../../../../local/stepfunctions/asl/resource.ts';
import type { HttpAnswer, HttpRequest } from '../../../../../../local/stepfunctions/engine/tasks/http/http-exchange.ts';
import { createTaskRunner } from '../../../../../../local/stepfunctions/engine/tasks/task-runner.ts';
import { taskContext } from './task-context.ts';

interface Sent extends HttpRequest {
  readonly apiId: string;
  readonly stage: string | undefined;
}

const answerWith = (status: number, body: string, type = 'application/json'): HttpAnswer => ({
  status,
  statusText: '',
  headers: [
    ['Content-Type', type],
    ['x-tag', 'a'],
    ['X-Tag', 'b'],
  ],
  body: Buffer.from(body),
});

/** Makes one call of an API that gives this answer; undefined: the API is not there. */
async function invoke(parameters: JsonObject, answer: HttpAnswer | undefined = answerWith(200, '{}')) {
  const sent: Sent[] = [];
  const runner = createTaskRunner({
    callService: () => Promise.reject(new Error('No service is called.')),
    clock: createManualClock(0),
    hasOperation: () => false,
    executionEnded: () => Promise.reject(new Error('There are no executions.')),
    jobChanged: () => new Promise(() => {}),
    callApi: async (apiId, stage, request) => {
      sent.push({ ...request, apiId, stage });
      return answer;
    },
    sendHttp: () => Promise.reject(new Error('Nothing leaves this machine.')),
    randomUuid: () => 'id',
  });
  const resource = parseResource('arn:aws:states:::apigateway:invoke')!;
  const given = {
    ApiEndpoint: 'abc123.execute-api.us-east-1.amazonaws.com',
    Method: 'POST',
    Stage: 'prod',
    ...parameters,
  };
  const outcome = await runner.call({ type: 'call', key: 'Call#1', resource, parameters: given }, taskContext());
  return { outcome, sent: sent[0] };
}

test.each([
  [{ ApiEndpoint: 'https://abc123.execute-api.us-east-1.amazonaws.com' }, 'ApiEndpoint'],
  [{ Method: 'TRACE' }, 'Method'],
  [{ AuthType: 'COGNITO' }, 'AuthType'],
  [{ Headers: { Authorization: ['x'] } }, 'Authorization is not permitted'],
  [{ Headers: { 'X-Amz-Date': ['x'] } }, 'X-Amz-Date is not permitted'],
  [{ Headers: 'none' }, 'Headers'],
  [{ QueryParameters: ['a'] }, 'QueryParameters'],
  [{ Method: 'GET', RequestBody: {} }, 'RequestBody is only supported'],
  [{ Timeout: 3 }, '"Timeout" is not supported'],
])('%j fails the task before anything is sent', async (parameters, cause) => {
  const { outcome, sent } = await invoke(parameters as JsonObject);
  expect(outcome).toMatchObject({ ok: false, error: 'States.Runtime', cause: expect.stringContaining(cause) });
  expect(sent).toBeUndefined();
});

test('an answer that is no success fails the task with its status and body', async () => {
  const { outcome } = await invoke({}, answerWith(403, '{"message":"Missing Authentication Token"}'));
  expect(outcome).toEqual({
    ok: false,
    error: 'ApiGateway.403',
    cause: '{"message":"Missing Authentication Token"}',
  });
});

test('an API that this cloud does not have fails the task', async () => {
  const runner = await invoke({}, null as never);
  expect(runner.outcome).toMatchObject({
    error: 'ApiGateway.UnknownHostException',
    cause: expect.stringContaining('abc123'),
  });
});

test('the request has what the task gives, without what is null', async () => {
  const { sent } = await invoke({
    Path: '/bills/add',
    Headers: { 'X-Key': ['a', 'b'], TaskToken: 'token' },
    QueryParameters: { billId: ['1', '2 3'] },
    RequestBody: { item: 'turtle', category: null, list: [{ a: null }] },
  });
  expect(sent).toMatchObject({
    apiId: 'abc123',
    stage: 'prod',
    method: 'POST',
    url: '/bills/add?billId=1&billId=2%203',
    headers: [
      ['X-Key', 'a'],
      ['X-Key', 'b'],
      ['TaskToken', 'token'],
      ['Content-Type', 'application/json'],
    ],
    body: '{"item":"turtle","list":[{}]}',
  });
});

test('nulls are sent on request, and text is sent as JSON', async () => {
  expect((await invoke({ RequestBody: { a: null }, AllowNullValues: true })).sent?.body).toBe('{"a":null}');
  expect((await invoke({ RequestBody: 'true' })).sent?.body).toBe('"true"');
  expect((await invoke({ RequestBody: null })).sent?.body).toBeUndefined();
});

test('the output has headers as lists, and the body as JSON where it is JSON', async () => {
  expect((await invoke({}, answerWith(201, '{"id":1}'))).outcome).toEqual({
    ok: true,
    output: {
      Headers: { 'Content-Type': ['application/json'], 'x-tag': ['a', 'b'] },
      ResponseBody: { id: 1 },
      StatusCode: 201,
      StatusText: 'Created',
    },
  });
  const plain = await invoke({}, answerWith(200, '{"id":1}', 'text/plain'));
  expect(plain.outcome).toMatchObject({ output: { ResponseBody: '{"id":1}' } });
});
