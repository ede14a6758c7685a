import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { inputVariable, utilVariable } from '../../../local/services/apigateway/mapping/variables.ts';
import { renderTemplate } from '../../../local/services/apigateway/mapping/velocity.ts';

// What stands between an HTTP request and an execution's input: two levels of quoting, written as a text template.

const DOCUMENT = parse(readFileSync(join(import.meta.dirname, '../../../infra/openapi.yml'), 'utf8'), {
  logLevel: 'error',
});
const { requestTemplates, responses } = DOCUMENT.paths['/orders'].post['x-amazon-apigateway-integration'];
const REQUEST: string = requestTemplates['application/json']['Fn::Sub'].replaceAll(/\$\{[\w:]+\}/g, 'filled');
const OUTCOME: string = responses.default.responseTemplates['application/json'];
const REFUSED: string = responses['4\\d{2}'].responseTemplates['application/json'];

/** What StartSyncExecution gets for a request. */
function started(
  body: string,
  headers: Record<string, string>,
  querystring: Record<string, string> = {},
  authorizer?: Record<string, string>,
) {
  const input = inputVariable(body, { path: {}, querystring, header: headers });
  const context = { identity: { apiKeyId: 'key-1' }, ...(authorizer && { authorizer }) };
  const call = JSON.parse(renderTemplate(REQUEST, { input, util: utilVariable, context }));
  return { ...call, input: JSON.parse(call.input) };
}

/** What the client gets for an answer of Step Functions. */
function answered(template: string, answer: object) {
  const responseOverride: { status?: number; header: Record<string, string> } = { header: {} };
  const input = inputVariable(JSON.stringify(answer), { path: {}, querystring: {}, header: {} });
  const context = { path: '/dev/orders', responseOverride };
  const text = renderTemplate(template, { input, util: utilVariable, context });
  return { status: responseOverride.status ?? 'default', headers: responseOverride.header, body: JSON.parse(text) };
}

const problem = { type: '/problems/invalid-order', title: 'It\'s "wrong"', status: 422 };

test('whatever the body and the key hold, they arrive as they were sent and nowhere else', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
      fc.string({ unit: 'binary' }),
      (order, key) => {
        fc.pre(!Object.hasOwn(order, '__proto__'));
        expect(started(JSON.stringify(order), { 'Idempotency-Key': key }).input).toEqual({
          source: 'http',
          client: 'key-1',
          idempotencyKey: key,
          order: JSON.parse(JSON.stringify(order)),
        });
      },
    ),
  );
});

test.each([
  '"',
  "'",
  "\\'",
  '\\',
  '\\\\"',
  '","client":"someone-else',
  '\\","client\\":\\"someone-else',
  '$input.body #set($x = 1) ${AWS::Region}',
  '</script>\u2028\u2029\u0000',
])('the key %j stays a text', (key) => {
  expect(started('{}', { 'Idempotency-Key': key }).input).toEqual({
    source: 'http',
    client: 'key-1',
    idempotencyKey: key,
    order: {},
  });
});

test('the client is the one of the token, whatever it is called, and the API key where there is no token', () => {
  const headers = { 'Idempotency-Key': 'k' };
  for (const client of ['token:shop', 'token:"\\\'","client":"someone-else', 'token:é']) {
    expect(started('{}', headers, {}, { client, principalId: 'p' }).input.client).toBe(client);
  }
  expect(started('{}', headers, {}, { principalId: 'api-key' }).input.client).toBe('key-1');
});

test('the key is the header, in whatever case it is written, and never a query parameter', () => {
  const { input } = started('{}', { 'idempotency-KEY': 'from the header' }, { 'Idempotency-Key': 'from the query' });
  expect(input.idempotencyKey).toBe('from the header');
});

test('a placed order is answered as it is, with its place', () => {
  const order = { orderId: 'ord_1', links: { self: '/orders/ord_1' }, lines: [{ name: 'Écran 15" – "l\'un"' }] };
  expect(answered(OUTCOME, { status: 'SUCCEEDED', output: JSON.stringify(order) })).toEqual({
    status: 'default',
    headers: { Location: '/dev/orders/ord_1' },
    body: order,
  });
});

test.each([
  ['InvalidOrderError', 422],
  ['IdempotencyKeyReusedError', 422],
  ['OrderInFlightError', 409],
])('%s is answered %i with its own problem document', (error, status) => {
  const answer = answered(OUTCOME, { status: 'FAILED', error, cause: JSON.stringify(problem) });
  expect(answer).toMatchObject({ status, body: problem, headers: { 'Content-Type': 'application/problem+json' } });
});

test('any other failure is answered 500 without its cause', () => {
  const answer = answered(OUTCOME, { status: 'FAILED', error: 'States.Runtime', cause: 'at secret-table' });
  expect(answer).toMatchObject({ status: 500, body: { type: '/problems/internal' } });
  expect(JSON.stringify(answer)).not.toContain('secret-table');
});

test('an execution that took too long is answered 503, to be repeated', () => {
  const answer = answered(OUTCOME, { status: 'TIMED_OUT', error: 'States.Timeout' });
  expect(answer).toMatchObject({ status: 503, headers: { 'Retry-After': '5' } });
});

test.each([
  [{ __type: 'com.amazonaws.swf.service.v2.model#InvalidExecutionInput', message: 'too long' }, 413],
  [{ __type: 'ValidationException', message: "Value at 'input' failed" }, 413],
  [{ __type: 'ThrottlingException' }, 503],
  [{ __type: 'StateMachineDoesNotExist', message: 'arn:secret' }, 'default'],
])('when Step Functions refuses the call with %j, the answer is %s', (refusal, status) => {
  const answer = answered(REFUSED, refusal);
  expect(answer.status).toBe(status);
  expect(JSON.stringify(answer.body)).not.toContain('secret');
});
