import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

// What the template has to hold for every resource of a kind, whoever adds one.

const ROOT = join(import.meta.dirname, '../../..');

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: each type has its own.
  readonly Properties: any;
}

const TAGS = ['Ref', 'GetAtt', 'Sub', 'If', 'Not', 'Equals', 'Join'].flatMap((name) => [
  { tag: `!${name}`, resolve: (text: string) => `${name} ${text}` },
  { tag: `!${name}`, collection: 'seq' as const },
]);
const read = (file: string) => parse(readFileSync(join(ROOT, file), 'utf8'), { customTags: TAGS, logLevel: 'error' });

const resources: [string, Resource][] = globSync('infra/**/*.yml', { cwd: ROOT }).flatMap((file) =>
  Object.entries<Resource>(read(file).Resources ?? {}),
);
const functions = Object.entries<{ environment?: Record<string, unknown> }>(read('infra/functions.yml'));
const { params, provider } = read('serverless.yml');
const ofType = (type: string) => resources.filter(([, { Type }]) => Type === type);

/** Of what has to be true of each: the names of those of which it is not. */
const violations = (type: string, holds: (resource: Resource) => boolean): string[] => {
  const all = ofType(type);
  expect(all.length).toBeGreaterThan(0);
  return all.filter(([, resource]) => !holds(resource)).map(([name]) => name);
};

test('tables are encrypted by KMS, restorable to any second, and guarded where the stage says so', () => {
  const isSafe = ({ DeletionPolicy, UpdateReplacePolicy, Properties }: Resource) =>
    Properties.SSESpecification?.SSEType === 'KMS' &&
    Properties.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true &&
    Properties.DeletionProtectionEnabled === '${param:deletionProtection}' &&
    DeletionPolicy === '${param:onRemoval}' &&
    UpdateReplacePolicy === '${param:onRemoval}';
  expect(violations('AWS::DynamoDB::Table', isSafe)).toEqual([]);
});

test('in production nothing that is stored goes with the stack, and logs are kept for a year', () => {
  expect(params.prod).toMatchObject({ deletionProtection: true, onRemoval: 'Retain', logRetentionDays: 365 });
});

test('mails to approvers go to nobody else unless a stage says so, which production does not', () => {
  expect({ ...params.default, ...params.prod }.testMailbox).toBe('false');
  const others = ofType('AWS::SNS::Subscription').filter(([name]) => name !== 'TestMailboxSubscription');
  expect(others.filter(([, { Properties }]) => Properties.TopicArn === 'Ref ApprovalsTopic')).toEqual([]);
});

test('queues are encrypted', () => {
  const isEncrypted = ({ Properties }: Resource) =>
    Properties.SqsManagedSseEnabled === true || Properties.KmsMasterKeyId !== undefined;
  expect(violations('AWS::SQS::Queue', isEncrypted)).toEqual([]);
});

test('topics are encrypted, except the one that CloudWatch alarms publish to', () => {
  expect(violations('AWS::SNS::Topic', ({ Properties }) => Properties.KmsMasterKeyId !== undefined)).toEqual([
    'OperationsTopic',
  ]);
});

test('every queue is a dead letter queue or has one', () => {
  const named = JSON.stringify(resources.map(([, { Properties }]) => Properties));
  const isDeadLetterQueue = (name: string): boolean =>
    named.includes(`"deadLetterTargetArn":"GetAtt ${name}.Arn"`) ||
    named.includes(`"DeadLetterConfig":{"Arn":"GetAtt ${name}.Arn"}`);
  // Read by tests alone, in stages for tests; what they leave expires within the hour.
  const isForTests = (name: string): boolean => name === 'TestMailboxQueue';
  const lost = ofType('AWS::SQS::Queue').filter(
    ([name, { Properties }]) => Properties.RedrivePolicy === undefined && !isDeadLetterQueue(name) && !isForTests(name),
  );
  expect(lost.map(([name]) => name)).toEqual([]);
});

test('what EventBridge delivers has a retry policy and a dead letter queue, explicitly', () => {
  const hasBoth = ({ RetryPolicy, DeadLetterConfig }: Resource['Properties']): boolean =>
    RetryPolicy?.MaximumEventAgeInSeconds !== undefined &&
    RetryPolicy?.MaximumRetryAttempts !== undefined &&
    DeadLetterConfig?.Arn !== undefined;
  expect(violations('AWS::Events::Rule', ({ Properties }) => Properties.Targets.every(hasBoth))).toEqual([]);
  const schedules = ofType('AWS::Scheduler::Schedule').filter(([, { Properties }]) => !hasBoth(Properties.Target));
  expect(schedules.map(([name]) => name)).toEqual([]);
});

test('log groups do not keep for ever', () => {
  const hasRetention = ({ Properties }: Resource) => Properties.RetentionInDays === '${param:logRetentionDays}';
  expect(violations('AWS::Logs::LogGroup', hasRetention)).toEqual([]);
  expect(provider.logRetentionInDays).toBe('${param:logRetentionDays}');
});

test('no secret is in an environment variable: they name things, and hold none', () => {
  const variables = functions.flatMap(([name, { environment = {} }]) =>
    Object.entries({ ...provider.environment, ...environment }).map(([key, value]) => ({ name, key, value })),
  );
  const secret = /SECRET|PASSWORD|TOKEN|PRIVATE|CREDENTIAL|API_?KEY/;
  const suspicious = variables.filter(
    ({ key }) => secret.test(key) && !/_(ARN|NAME|PARAMETER|ID|TABLE|URL)$/.test(key),
  );
  expect(suspicious).toEqual([]);
  expect(JSON.stringify(variables)).not.toMatch(/sk_(live|test)_|AKIA[0-9A-Z]{16}|-----BEGIN/);
});
