import { expect, test } from '@jest/globals';
import type { AccessTokens } from '../../../domain/access.ts';
import { authoriseRequest } from '../../../functions/authorise-request/authorise-request.ts';
import { decide } from '../../../local/iam/evaluate.ts';
import { parsePolicy } from '../../../local/iam/policy.ts';

const STAGE = 'arn:aws:execute-api:eu-central-1:123456789012:abcdef1234/prod';
const EVERY_ROUTE = [
  'POST/orders',
  'POST/orders/ord_1/cancel',
  'POST/orders/ord_1/refunds',
  'GET/orders/ord_1',
  'GET/products',
  'PUT/products/DESK-1',
  'GET/approvals',
];

/** Trusts `good` alone. */
const tokens = (scopes: readonly string[]): AccessTokens => ({
  clientOf: async (token) => (token === 'good' ? { id: 'shop "1"', scopes } : undefined),
});

const ask = (
  headers: Record<string, string>,
  { scopes = ['orders:write'], isTokenRequired = true, route = 'GET/products' } = {},
) => authoriseRequest({ tokens: tokens(scopes), isTokenRequired })({ methodArn: `${STAGE}/${route}`, headers });

const opened = async (answer: ReturnType<typeof ask>) => {
  const statements = parsePolicy(JSON.stringify((await answer).policyDocument));
  const mayInvoke = (route: string): boolean =>
    decide(statements, { action: 'execute-api:Invoke', resource: `${STAGE}/${route}` }, {}).outcome === 'allowed';
  return EVERY_ROUTE.filter(mayInvoke);
};

const GOOD = { Authorization: 'Bearer good' };

test.each<Record<string, string>>([
  {},
  { Authorization: '' },
  { Authorization: 'good' },
  { Authorization: 'Basic good' },
  { Authorization: 'Bearer' },
  { Authorization: 'Bearer bad' },
  { Authorization: 'Bearer good evil' },
])('%j is unauthorised', async (headers) => {
  await expect(ask(headers)).rejects.toThrow(/^Unauthorized$/);
});

test.each([
  [['orders:write'], ['POST/orders', 'POST/orders/ord_1/cancel', 'POST/orders/ord_1/refunds', 'GET/products']],
  [['orders:read'], ['GET/orders/ord_1', 'GET/products']],
  [['approvals:read'], ['GET/approvals']],
  [['catalog:write'], ['GET/products', 'PUT/products/DESK-1']],
  [
    ['orders:read', 'approvals:read'],
    ['GET/orders/ord_1', 'GET/products', 'GET/approvals'],
  ],
  [['admin', 'orders:*', 'toString', ''], []],
  [[], []],
])('the scopes %j open %j and nothing else, whichever route was asked for', async (scopes, routes) => {
  for (const route of EVERY_ROUTE) expect(await opened(ask(GOOD, { scopes, route }))).toEqual(routes);
});

test('the policy is about this API and stage alone', async () => {
  const { policyDocument } = await ask(GOOD);
  const [statement] = parsePolicy(JSON.stringify(policyDocument));
  expect(statement!.resources.patterns.filter((pattern) => !pattern.startsWith(`${STAGE}/`))).toEqual([]);
});

test('the client is told apart from API keys, so that idempotency keys are its own', async () => {
  expect(await ask({ authorization: 'bearer good' })).toMatchObject({
    principalId: 'shop "1"',
    context: { client: 'token:shop "1"' },
  });
});

test('where a token is not required, the API key alone opens everything, and a bad token nothing', async () => {
  const answer = ask({}, { isTokenRequired: false });
  expect(await opened(answer)).toEqual(EVERY_ROUTE);
  expect((await answer).context).toBeUndefined();
  await expect(ask({ Authorization: 'Bearer bad' }, { isTokenRequired: false })).rejects.toThrow('Unauthorized');
});
