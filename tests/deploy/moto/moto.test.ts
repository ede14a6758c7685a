import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { DescribeStateMachineCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { copyService } from '../../packaged-service.ts';
import { REGION, runServerless, STACK } from '../deployment.ts';
import { installMoto, type MotoServer, startMoto } from './moto-server.ts';

// A second opinion on the template, by somebody who did not write it: the same command against moto's server.

jest.setTimeout(900_000); // moto asks cfn-lint, which is slow on slow machines

/** Resources that moto's CloudFormation passes over. Whatever else it does not make is a mistake of ours. */
const UNKNOWN_TO_MOTO = [
  'AWS::ApiGateway::Account', // it has no role for logs
  'AWS::ApiGateway::ApiKey', // it has keys and plans, but makes none from a template
  'AWS::ApiGateway::Stage', // as with keys
  'AWS::ApiGateway::UsagePlan',
  'AWS::ApiGateway::UsagePlanKey',
  'AWS::CloudWatch::Alarm', // as with keys
  'AWS::CloudWatch::Dashboard', // refers to alarms
  'AWS::S3::BucketPolicy', // of the bucket for artefacts, which is Serverless's
  'AWS::SNS::Subscription', // as with keys
  'AWS::SQS::QueuePolicy', // it has them as attributes of queues only
  'AWS::Scheduler::Schedule', // as with keys
  'AWS::StepFunctions::Activity',
  'AWS::StepFunctions::StateMachineAlias',
  'AWS::StepFunctions::StateMachineVersion',
];

const missing = installMoto();
const withMoto = missing === undefined ? test : test.skip;
if (missing !== undefined) process.stderr.write(`moto: skipped, ${missing}\n`);

let moto: MotoServer;
let folder: string;
let client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

beforeAll(async () => {
  if (missing !== undefined) return;
  folder = mkdtempSync(join(tmpdir(), 'countersign-moto-'));
  copyService(folder);
  moto = await startMoto();
  client = { endpoint: moto.url, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
});

afterAll(async () => {
  await moto?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

withMoto('the command deploys to moto, which makes every resource of a type that it knows', async () => {
  const { code, output } = await runServerless(folder, moto.url, ['deploy', '--param', 'testMailbox=true']);
  expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining(`deployed to stack ${STACK}`) });
  const stacks = new CloudFormationClient(client);
  const { Stacks = [] } = await stacks.send(new DescribeStacksCommand({ StackName: STACK }));
  expect(Stacks[0]?.StackStatus).toMatch(/^(CREATE|UPDATE)_COMPLETE$/);

  const made = new Set<string | undefined>();
  for await (const page of paginateListStackResources({ client: stacks }, { StackName: STACK })) {
    for (const { LogicalResourceId } of page.StackResourceSummaries ?? []) made.add(LogicalResourceId);
  }
  const text = readFileSync(join(folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8');
  const { Resources } = JSON.parse(text) as { Resources: Record<string, { Type: string }> };
  const wanted = Object.entries(Resources);
  expect(wanted.length).toBeGreaterThan(100);
  const notMade = wanted.filter(([logicalId]) => !made.has(logicalId)).map(([, { Type }]) => Type);
  expect([...new Set(notMade)].sort()).toEqual(UNKNOWN_TO_MOTO);
});

withMoto('state machines are described with names of resources where their files have placeholders', async () => {
  const machines = new SFNClient(client);
  const { stateMachines = [] } = await machines.send(new ListStateMachinesCommand({}));
  expect(stateMachines.length).toBeGreaterThan(5);
  for (const { stateMachineArn, name } of stateMachines) {
    const { definition = '' } = await machines.send(new DescribeStateMachineCommand({ stateMachineArn }));
    expect({ name, placeholders: definition.match(/\$\{\w+\}/g) }).toEqual({ name, placeholders: null });
    // To moto, the Ref of a function's version is its logical id.
    expect(definition).toMatch(/"FunctionName":"\w+LambdaVersion\w+"/);
  }
});
