import { expect, test } from '@jest/globals';
import { type Action, pipelineActions, pipelineTemplate, pipelineText } from './pipeline-template.ts';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}
interface RoleProperties {
  readonly Policies?: readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[];
  readonly PolicyDocument?: { readonly Statement: readonly Statement[] };
}

const { Resources } = pipelineTemplate();
const statementsOf = (name: string): readonly Statement[] => {
  const { Policies = [], PolicyDocument } = (Resources[name]?.Properties ?? {}) as unknown as RoleProperties;
  return [...Policies.flatMap((policy) => policy.PolicyDocument.Statement), ...(PolicyDocument?.Statement ?? [])];
};
const named = (type: string) => Object.keys(Resources).filter((name) => Resources[name]?.Type === type);
const action = (name: string): Action => {
  const found = pipelineActions().find(({ Name }) => Name === name);
  if (!found) throw new Error(`the pipeline has no action ${name}`);
  return found;
};

test('it has no YAML aliases: CloudFormation, which reads the file as it stands, knows none', () => {
  expect(pipelineText()).not.toMatch(/(^|[\s:[{,])[&*][A-Za-z]/m);
});

test('the sign-off is invoked as a standard state machine, which CodePipeline waits for', () => {
  const { ActionTypeId, Configuration } = action('Sign-off');
  expect(ActionTypeId).toEqual({ Category: 'Invoke', Owner: 'AWS', Provider: 'StepFunctions', Version: '1' });
  expect(Object.keys(Configuration).sort()).toEqual(['ExecutionNamePrefix', 'Input', 'InputType', 'StateMachineArn']);
});

test('what people write never gets into the input, where it could close a quotation mark', () => {
  const variables = action('Sign-off').Configuration.Input['Fn::Sub'].match(/#\{[^}]+\}/g);
  expect(new Set(variables)).toEqual(new Set(['#{Archive.VersionId}', '#{codepipeline.PipelineExecutionId}']));
  const { RequestedBy } = pipelineTemplate().Parameters as Record<string, { AllowedPattern: string }>;
  expect(new RegExp(`^(?:${RequestedBy?.AllowedPattern})$`).test('x","failUnlessApproved":false,"y":"@z')).toBe(false);
});

test('nothing is published that was not signed off before', () => {
  expect(pipelineActions().map(({ Name }) => Name)).toEqual(['Archive', 'Sign-off', 'Publish']);
});

test('every action has a role of its own, and no role may do anything everywhere', () => {
  const roles = pipelineActions().map(({ RoleArn }) => JSON.stringify(RoleArn));
  expect(new Set(roles).size).toBe(roles.length);
  const all = [...named('AWS::IAM::Role'), ...named('AWS::IAM::RolePolicy')].flatMap(statementsOf);
  expect(all.flatMap(({ Action }) => Action).filter((each) => each.includes('*'))).toEqual([]);
  expect(all.filter(({ Resource }) => [Resource].flat().includes('*'))).toEqual([]);
});

test('the role of the sign-off may start it, and look at what it started: nothing else', () => {
  const statements = statementsOf('SignOffActionRole');
  expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([
    'states:DescribeExecution',
    'states:DescribeStateMachine',
    'states:StartExecution',
  ]);
  expect(JSON.stringify(statements)).toContain('execution:${SignOffStateMachineName}:release-*');
  expect(action('Sign-off').Configuration.ExecutionNamePrefix).toBe('release');
});

test('buckets are encrypted, closed to the public and to plain HTTP', () => {
  const policies = JSON.stringify(named('AWS::S3::BucketPolicy').map((name) => Resources[name]?.Properties));
  for (const name of named('AWS::S3::Bucket')) {
    const { BucketEncryption, PublicAccessBlockConfiguration } = Resources[name]?.Properties ?? {};
    expect(BucketEncryption).toBeDefined();
    expect(Object.values(PublicAccessBlockConfiguration as object)).toEqual([true, true, true, true]);
    expect(policies).toContain(`{"Bucket":{"Ref":"${name}"}`);
  }
  expect(JSON.stringify(Resources.ArtefactBucket?.Properties)).toContain('"SSEAlgorithm":"aws:kms"');
});
