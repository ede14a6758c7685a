import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { packagedService } from '../../packaged-service.ts';

// What is deployed, with everything that packaging adds to the files of infra/: least-privilege.test.ts and
// safe-by-default.test.ts read those, and can name what is wrong in them.

interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: each type has its own.
  readonly Properties: any;
}

let resources: [string, Resource][];

beforeAll(async () => {
  const file = join(await packagedService(), 'cloudformation-template-update-stack.json');
  const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as { Resources: Record<string, Resource> };
  resources = Object.entries(Resources);
}, 300_000);

const ofType = (type: string) => resources.filter(([, { Type }]) => Type === type);

/** Every statement of a policy in a value, whatever conditions stand around it. */
// biome-ignore lint/suspicious/noExplicitAny: policies are looked for everywhere.
function statementsIn(value: any): { Effect: string; Action: unknown; Resource: unknown; Principal?: unknown }[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'Effect' in value && 'Action' in value ? [value] : [];
  return [...own, ...Object.values(value).flatMap(statementsIn)];
}

const granted = () =>
  ofType('AWS::IAM::Role').flatMap(([role, { Properties }]) =>
    statementsIn(Properties.Policies).map((statement) => ({
      role,
      actions: [statement.Action].flat().map(String),
      resources: [statement.Resource].flat(),
    })),
  );

/** Actions that IAM knows no resources for, or that are about the account; infra/ has the reasons beside them. */
const EVERYWHERE =
  /^(batch:DescribeJobs|xray:(Put(TraceSegments|TelemetryRecords)|GetSampling(Rules|Targets))|logs:((Create|Get|Update|Delete)LogDelivery|ListLogDeliveries|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups))$/;

test('no role is granted a pattern of actions', () => {
  expect(granted().length).toBeGreaterThan(50);
  expect(granted().filter(({ actions }) => actions.some((action) => action.includes('*')))).toEqual([]);
});

test('nothing is granted on every resource that could be granted on one', () => {
  const everywhere = granted().filter(({ resources: on }) => on.includes('*'));
  const unexplained = everywhere.flatMap(({ role, actions }) =>
    actions.filter((action) => !EVERYWHERE.test(action)).map((action) => `${role} ${action}`),
  );
  expect(unexplained).toEqual([]);
});

test('only the function that decides can answer a task that waits', () => {
  const answering = granted().filter(({ actions }) => actions.some((action) => /^states:SendTask/i.test(action)));
  expect(answering.map(({ role }) => role)).toEqual(['DecideApprovalRole']);
});

test('whoever may use a queue, a bucket or a function from outside is named, with what it may come from', () => {
  const others = resources.filter(([, { Type }]) => Type !== 'AWS::IAM::Role');
  // Of the bucket for artefacts, Serverless's own: it denies requests without TLS.
  const allowing = others.flatMap(([name, { Properties }]) =>
    statementsIn(Properties)
      .filter(({ Effect }) => Effect === 'Allow')
      .map((statement) => ({ name, ...statement })),
  );
  expect(allowing.filter((statement) => statement.Principal === '*' || !('Condition' in statement))).toEqual([]);
  const calling = ofType('AWS::Lambda::Permission').filter(([, { Properties }]) => Properties.SourceArn === undefined);
  expect(calling).toEqual([]);
});

test('what is delivered without anybody waiting has a retry policy and a dead letter queue', () => {
  const hasBoth = ({ RetryPolicy, DeadLetterConfig }: Resource['Properties']): boolean =>
    RetryPolicy?.MaximumEventAgeInSeconds !== undefined &&
    RetryPolicy?.MaximumRetryAttempts !== undefined &&
    DeadLetterConfig?.Arn !== undefined;
  const rules = ofType('AWS::Events::Rule').filter(([, { Properties }]) => !Properties.Targets.every(hasBoth));
  const schedules = ofType('AWS::Scheduler::Schedule').filter(([, { Properties }]) => !hasBoth(Properties.Target));
  const functions = ofType('AWS::Lambda::EventInvokeConfig').filter(
    ([, { Properties }]) =>
      Properties.MaximumRetryAttempts === undefined || Properties.DestinationConfig?.OnFailure === undefined,
  );
  expect([...rules, ...schedules, ...functions].map(([name]) => name)).toEqual([]);
  expect(ofType('AWS::Events::Rule').length).toBeGreaterThan(0);
});

test('every function and every log group of the stack forgets in time', () => {
  const groups = ofType('AWS::Logs::LogGroup');
  expect(groups.filter(([, { Properties }]) => !(Number(Properties.RetentionInDays) > 0))).toEqual([]);
  const named = groups.map(([, { Properties }]) => JSON.stringify(Properties.LogGroupName));
  const without = ofType('AWS::Lambda::Function').filter(
    ([, { Properties }]) => !named.includes(JSON.stringify(`/aws/lambda/${Properties.FunctionName}`)),
  );
  expect(without.map(([name]) => name)).toEqual([]);
});

test('no environment holds a secret: what is not a name or an address is a plain word or number', () => {
  const values = ofType('AWS::Lambda::Function').flatMap(([name, { Properties }]) =>
    Object.entries<unknown>(Properties.Environment?.Variables ?? {}).map(([key, value]) => ({ name, key, value })),
  );
  expect(values.length).toBeGreaterThan(50);
  const opaque = values.filter(({ value }) => typeof value === 'string' && /^[A-Za-z0-9+/=_-]{20,}$/.test(value));
  expect(opaque).toEqual([]);
  expect(JSON.stringify(values)).not.toMatch(
    /resolve:(secretsmanager|ssm-secure)|sk_(live|test)_|AKIA[0-9A-Z]{16}|BEGIN [A-Z ]*PRIVATE/,
  );
});
