import { expect, test } from '@jest/globals';
import { dropDependencies } from '../../../../infra/plugin/drop-dependencies.ts';
import { pinFunctions } from '../../../../infra/plugin/pin-functions.ts';
import { renewDeployment } from '../../../../infra/plugin/renew-deployment.ts';
import type { CloudFormationTemplate } from '../../../../infra/plugin/serverless-host.ts';
import { subscribeApprovers } from '../../../../infra/plugin/subscribe-approvers.ts';
import { findNulls, writeDefinitions } from '../../../../infra/plugin/write-definitions.ts';

const api = (description: string): CloudFormationTemplate => ({
  Resources: {
    RestApi: { Type: 'AWS::ApiGateway::RestApi', Properties: { Body: { info: { description } } } },
    Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: { Ref: 'RestApi' } } },
    Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { DeploymentId: { Ref: 'Deployment' } } },
  },
});

test('a function is not said to depend on its role, whose ARN it is given, but on what it is not given', () => {
  const template: CloudFormationTemplate = {
    Resources: {
      Ask: {
        Type: 'AWS::Lambda::Function',
        DependsOn: ['AskLogGroup', 'AskRole'],
        Properties: { Role: { 'Fn::GetAtt': ['AskRole', 'Arn'] } },
      },
    },
  };
  dropDependencies(template);
  expect(template.Resources.Ask?.DependsOn).toEqual(['AskLogGroup']);
});

test('a state machine calls the published version of a function, not its latest code', () => {
  const substitutions = {
    AskFunction: { 'Fn::GetAtt': ['AskLambdaFunction', 'Arn'] },
    OtherFunction: { 'Fn::GetAtt': 'OtherLambdaFunction.Arn' },
    Table: { Ref: 'Table' },
  };
  const template: CloudFormationTemplate = {
    Resources: {
      Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionSubstitutions: substitutions } },
    },
    Outputs: {
      AskLambdaFunctionQualifiedArn: { Value: { Ref: 'AskLambdaVersion1' } },
      OtherLambdaFunctionQualifiedArn: { Value: { Ref: 'OtherLambdaVersion2' } },
    },
  };
  pinFunctions(template);
  expect(template.Resources.Machine?.Properties?.DefinitionSubstitutions).toEqual({
    AskFunction: { Ref: 'AskLambdaVersion1' },
    OtherFunction: { Ref: 'OtherLambdaVersion2' },
    Table: { Ref: 'Table' },
  });
});

test('a null in a definition survives: CloudFormation would take none, and Serverless would remove it', () => {
  const Definition = { States: { Ask: { Assign: { answer: null } } } };
  const template: CloudFormationTemplate = {
    Resources: { Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { Definition } } },
  };
  writeDefinitions(template);
  expect(template.Resources.Machine?.Properties).toEqual({ DefinitionString: JSON.stringify(Definition) });
});

test('the placeholders of a definition are filled in by CloudFormation', () => {
  const Definition = { Comment: '${Table}' };
  const DefinitionSubstitutions = { Table: { Ref: 'OrdersTable' } };
  const template: CloudFormationTemplate = {
    Resources: {
      Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { Definition, DefinitionSubstitutions } },
    },
  };
  writeDefinitions(template);
  expect(template.Resources.Machine?.Properties).toEqual({
    DefinitionString: { 'Fn::Sub': [JSON.stringify(Definition), DefinitionSubstitutions] },
  });
  expect(findNulls(template)).toEqual([]);
});

test('a null anywhere else is refused, with its place', () => {
  const template = { Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: null } } } };
  expect(findNulls(template)).toEqual([
    {
      file: 'CloudFormation template',
      place: '/Resources/Queue/Properties/QueueName',
      message: 'CloudFormation takes no null',
    },
  ]);
});

test('another API is another deployment, which the stage then serves', () => {
  const [before, after] = [renewDeployment(api('Hello')), renewDeployment(api('Good day'))];
  const nameIn = (template: CloudFormationTemplate) => Object.keys(template.Resources)[1];
  expect(nameIn(before)).not.toBe(nameIn(after));
  expect(after.Resources.Stage?.Properties).toEqual({ DeploymentId: { Ref: nameIn(after) } });
});

test('the same API is the same deployment', () => {
  expect(renewDeployment(api('Hello'))).toEqual(renewDeployment(api('Hello')));
});

test('each approver gets one subscription that lets only their own mail through', () => {
  const policy = { stages: { a: { approvers: ['x@example.com', 'y@example.com'], escalateTo: ['x@example.com'] } } };
  const subscriptions = Object.values(subscribeApprovers(policy, 'Topic')).map(({ Properties }) => Properties);
  expect(subscriptions).toEqual([
    {
      TopicArn: { Ref: 'Topic' },
      Protocol: 'email',
      Endpoint: 'x@example.com',
      FilterPolicy: { approver: ['x@example.com'] },
    },
    {
      TopicArn: { Ref: 'Topic' },
      Protocol: 'email',
      Endpoint: 'y@example.com',
      FilterPolicy: { approver: ['y@example.com'] },
    },
  ]);
});
