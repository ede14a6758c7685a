import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decide, type Permission } from '../../../../local/iam/evaluate.ts';
import { parsePolicy } from '../../../../local/iam/policy.ts';
import { matches } from '../../../../local/iam/wildcard.ts';

const TABLE = 'arn:aws:dynamodb:eu-central-1:000000000000:table/orders';
const ROLE = 'arn:aws:iam::000000000000:role/reader';
const CONTEXT = { 'aws:principalarn': [ROLE], 'aws:requestedregion': ['eu-central-1'] };

const outcome = (statements: object | object[], permission: Partial<Permission> = {}): string => {
  const policy = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
  const decision = decide(policy, { action: 'dynamodb:GetItem', resource: TABLE, ...permission }, CONTEXT);
  if (decision.outcome === 'allowed') return 'allowed';
  return decision.isExplicit ? 'denied explicitly' : 'denied';
};
const allow = (members: object = {}) => ({ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: TABLE, ...members });

test.each([
  ['a principal', allow({ Principal: '*' }), 'Principal in a statement'],
  ['an effect of another name', allow({ Effect: 'Maybe' }), '"Maybe" is neither Allow nor Deny'],
  ['no action', { Effect: 'Allow', Resource: '*' }, 'exactly one of Action and NotAction'],
  ['an action and its negation', allow({ NotAction: 's3:*' }), 'exactly one of Action and NotAction'],
  ['an unknown operator', allow({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }), 'IpAddress'],
  ['an unknown key', allow({ Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } }), 'aws:SourceVpc'],
  ['an unknown variable', allow({ Resource: 'arn:aws:s3:::home/${aws:username}/*' }), 'aws:username'],
])('a policy with %s is refused by name', (_what, statement, message) => {
  expect(() => parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }))).toThrow(message);
});

test('what nothing allows is denied', () => {
  expect(outcome([])).toBe('denied');
  expect(outcome(allow(), { action: 'dynamodb:PutItem' })).toBe('denied');
  expect(outcome(allow(), { resource: `${TABLE}-archive` })).toBe('denied');
  expect(outcome(allow(), { resource: `${TABLE}/index/waiting` })).toBe('denied');
});

test('an explicit deny wins, in whatever order', () => {
  const deny = { Effect: 'Deny', Action: 'dynamodb:*', Resource: '*' };
  expect(outcome([allow(), deny])).toBe('denied explicitly');
  expect(outcome([deny, allow()])).toBe('denied explicitly');
});

test('actions are compared without regard to case, resources with it', () => {
  expect(outcome(allow({ Action: 'DynamoDB:getitem' }))).toBe('allowed');
  expect(outcome(allow(), { resource: TABLE.replace('orders', 'Orders') })).toBe('denied');
});

test('NotAction and NotResource allow everything else', () => {
  const { Action: _, Resource: __, ...rest } = allow();
  expect(outcome({ ...rest, NotAction: 'dynamodb:PutItem', Resource: '*' })).toBe('allowed');
  expect(outcome({ ...rest, NotAction: 'dynamodb:GetItem', Resource: '*' })).toBe('denied');
  expect(outcome({ ...rest, Action: '*', NotResource: TABLE })).toBe('denied');
  expect(outcome({ ...rest, Action: '*', NotResource: 'arn:aws:s3:::*' })).toBe('allowed');
});

test('where it cannot be told what a call is about, the action decides', () => {
  expect(outcome(allow(), { resource: undefined })).toBe('allowed');
});

test('policy variables stand for what is known of the caller, and match nothing if it is not known', () => {
  const resource = 'arn:aws:s3:::${aws:RequestedRegion}/*';
  const statement = allow({ Action: 's3:GetObject', Resource: resource });
  expect(outcome(statement, { action: 's3:GetObject', resource: 'arn:aws:s3:::eu-central-1/a' })).toBe('allowed');
  expect(outcome(statement, { action: 's3:GetObject', resource: 'arn:aws:s3:::us-east-1/a' })).toBe('denied');
  const unknown = allow({ Resource: 'arn:aws:dynamodb:eu-central-1:000000000000:table/${aws:ResourceAccount}*' });
  expect(outcome(unknown)).toBe('denied');
});

test.each([
  ['StringEquals', { StringEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-central-1'] } }, 'allowed'],
  ['StringEquals of another', { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }, 'denied'],
  ['StringNotEquals', { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } }, 'allowed'],
  ['StringLike', { StringLike: { 'aws:RequestedRegion': 'eu-*' } }, 'allowed'],
  ['ArnLike', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/read*' } }, 'allowed'],
  ['a key that is not there', { StringEquals: { 'aws:ResourceAccount': '000000000000' } }, 'denied'],
  ['the same if it exists', { StringEqualsIfExists: { 'aws:ResourceAccount': '000000000000' } }, 'allowed'],
  ['Null', { Null: { 'aws:ResourceAccount': 'true' } }, 'allowed'],
  [
    'two operators, one of which does not hold',
    { StringLike: { 'aws:RequestedRegion': 'eu-*' }, Null: { 'aws:PrincipalArn': 'true' } },
    'denied',
  ],
])('the condition %s', (_what, Condition, expected) => {
  expect(outcome(allow({ Condition }))).toBe(expected);
});

test('every value has to fit for ForAllValues, one for ForAnyValue', () => {
  const keys = (...leading: string[]) => ({ context: { 'dynamodb:leadingkeys': leading } });
  const all = allow({ Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'mine-*' } } });
  const any = allow({ Condition: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': 'mine-*' } } });
  expect(outcome(all, keys('mine-1', 'yours-1'))).toBe('denied');
  expect(outcome(all, keys('mine-1', 'mine-2'))).toBe('allowed');
  expect(outcome(any, keys('mine-1', 'yours-1'))).toBe('allowed');
});

test('a text matches itself, and any pattern in which parts of it are stars', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', '/', '.', '[', '$', '(') });
  fc.assert(
    fc.property(text, text, text, (before, middle, after) => {
      expect(matches(`${before}*${after}`, before + middle + after)).toBe(true);
      expect(matches(before, before)).toBe(true);
      expect(matches(`${before}?`, before)).toBe(false);
    }),
  );
});
