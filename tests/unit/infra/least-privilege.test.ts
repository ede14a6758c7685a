import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../../..');
const FILES = ['order-functions', 'approval-functions', 'api-functions', 'machines', 'integrations', 'close-of-day'];

/** Why these actions are granted on every resource. */
const EVERYWHERE: Readonly<Record<string, string>> = {
  'logs:CreateLogDelivery': 'CloudWatch Logs has no resource type for deliveries',
  'logs:DeleteLogDelivery': 'as above',
  'logs:GetLogDelivery': 'as above',
  'logs:ListLogDeliveries': 'as above',
  'logs:UpdateLogDelivery': 'as above',
  'logs:PutResourcePolicy': 'resource policies belong to the account',
  'logs:DescribeResourcePolicies': 'as above',
  'logs:DescribeLogGroups': 'lists groups by prefix',
};

interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: unknown;
}
interface Role {
  readonly Properties: {
    readonly Policies?: readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[];
  };
}

const TAGS = ['Ref', 'GetAtt', 'Sub', 'If', 'Select', 'Split'].flatMap((name) => [
  { tag: `!${name}`, resolve: (text: string) => `${name} ${text}` },
  { tag: `!${name}`, collection: 'seq' as const },
]);
const read = (file: string) => parse(readFileSync(join(ROOT, file), 'utf8'), { customTags: TAGS, logLevel: 'error' });
const roles = FILES.flatMap((file) => Object.entries<Role>(read(`infra/roles/${file}.yml`).Resources));
/** Of `!If [condition, one, other]` both: what is granted in any stage. */
const either = <T>(items: readonly T[]): T[] =>
  items.flatMap((item) => (Array.isArray(item) ? item.slice(1) : [item]).filter((each) => typeof each === 'object'));
const statements = roles.flatMap(([role, { Properties }]) =>
  either(Properties.Policies ?? []).flatMap(({ PolicyDocument }) =>
    either(PolicyDocument.Statement).map((statement) => ({ role, ...statement })),
  ),
);

test('no action is a pattern', () => {
  expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
});

test('what is granted on every resource has a reason', () => {
  const everywhere = statements
    .filter(({ Resource }) => [Resource].flat().includes('*'))
    .flatMap(({ Action }) => Action);
  expect(everywhere.filter((action) => EVERYWHERE[action] === undefined)).toEqual([]);
});

test('only one function can answer a task that waits', () => {
  const answering = statements.filter(({ Action }) => Action.some((action) => action.startsWith('states:SendTask')));
  expect(answering.map(({ role }) => role)).toEqual(['DecideApprovalRole']);
});

test('executions are granted on state machines, never on an alias, by which AWS would refuse them', () => {
  const starting = statements.filter(({ Action }) => Action.some((action) => /^states:Start/.test(action)));
  const machines = starting.flatMap(({ Resource }) => [Resource].flat().map(String));
  expect(machines.length).toBeGreaterThan(5);
  expect(machines.filter((machine) => /Alias$|:live$/.test(machine))).toEqual([]);
});

test('each function has a role of its own', () => {
  const used = Object.values<{ role: string }>(read('infra/functions.yml')).map(({ role }) => role);
  expect(new Set(used).size).toBe(used.length);
  expect(roles.map(([name]) => name)).toEqual(expect.arrayContaining(used));
});

test('secrets are read by the functions that use them, each by its name, and by nobody else', () => {
  const reading = statements.filter(({ Action }) => Action.includes('secretsmanager:GetSecretValue'));
  const named = reading.map(({ role, Resource }) => [
    role,
    [Resource].flat().map((arn) => /secret:\$\{(\w+)\}-\?{6}$/.exec(String(arn))?.[1]),
  ]);
  expect(Object.fromEntries(named)).toEqual({
    AuthorisePaymentRole: ['StripeApiKeySecret'],
    CapturePaymentRole: ['StripeApiKeySecret'],
    CheckMovementsRole: ['StripeApiKeySecret'],
    RefundPaymentRole: ['StripeApiKeySecret'],
    StripeWebhookRole: ['StripeApiKeySecret', 'StripeWebhookSecret'],
    VoidPaymentRole: ['StripeApiKeySecret'],
  });
});
