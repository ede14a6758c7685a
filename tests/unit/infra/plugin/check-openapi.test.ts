import { expect, test } from '@jest/globals';
import { checkOpenApi } from '../../../../infra/plugin/check-openapi.ts';

const FILE = 'infra/openapi.yml';
const toFunction = (name: string) => ({
  type: 'aws_proxy',
  uri: {
    'Fn::Sub': `arn:\${AWS::Partition}:apigateway:x:lambda:path/2015-03-31/functions/arn:x:lambda:r:a:function:${name}/invocations`,
  },
});

const messages = (operation: object, functions: string[] = ['greet']) =>
  checkOpenApi(FILE, { paths: { '/greetings': { get: operation } } }, functions).map(({ message }) => message);

test('a route without an integration is refused, with its place', () => {
  const document = { paths: { '/greetings/{id}': { get: { operationId: 'greet', security: [] } } } };
  expect(checkOpenApi(FILE, document, [])).toEqual([
    { file: FILE, place: '/paths/~1greetings~1{id}/get', message: 'the route has no x-amazon-apigateway-integration' },
  ]);
});

test('a route that does not say who may call it is refused', () => {
  const operation = { operationId: 'greet', 'x-amazon-apigateway-integration': toFunction('greet') };
  expect(messages(operation)).toEqual(['the route does not say who may call it: add security ([] for everyone)']);
});

test('a route to a function that is not deployed is refused', () => {
  const operation = { operationId: 'greet', security: [], 'x-amazon-apigateway-integration': toFunction('greed') };
  expect(messages(operation)).toEqual(['the integration names the function greed, which is not in serverless.yml']);
});

test('a body that nobody validates is refused', () => {
  const operation = {
    operationId: 'greet',
    security: [],
    requestBody: {},
    'x-amazon-apigateway-integration': toFunction('greet'),
  };
  expect(messages(operation)).toEqual(['the route takes a body but has no x-amazon-apigateway-request-validator']);
});

test('an integration that passes unmapped content types through is refused', () => {
  const operation = { operationId: 'greet', security: [], 'x-amazon-apigateway-integration': { type: 'aws' } };
  expect(messages(operation)[0]).toContain('passthroughBehavior: never');
});

test('a reference to a schema that does not exist is refused', () => {
  const document = { components: { schemas: { A: { $ref: '#/components/schemas/B' } } } };
  expect(checkOpenApi(FILE, document, [])).toEqual([
    { file: FILE, place: '/components/schemas/A', message: '#/components/schemas/B is not in this document' },
  ]);
});

test('a complete route has no problems', () => {
  expect(
    messages({ operationId: 'greet', security: [], 'x-amazon-apigateway-integration': toFunction('greet') }),
  ).toEqual([]);
});
