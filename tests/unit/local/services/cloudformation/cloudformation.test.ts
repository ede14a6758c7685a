import {
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  ListExportsCommand,
  UpdateStackCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ResourceType } from '../../../../../local/aws/service.ts';
import { createManualClock } from '../../../../../local/manual-clock.ts';
import { createApiGatewayService } from '../../../../../local/services/apigateway/apigateway-service.ts';
import { createCloudFormation } from '../../../../../local/services/cloudformation/cloudformation.ts';
import { REMOVALS } from '../../../../../local/services/cloudformation/removals.ts';
import { createJobs } from '../../../../../local/services/jobs/jobs.ts';
import { createLambdaService } from '../../../../../local/services/lambda/lambda-service.ts';
import { openStorage } from '../../../../../local/storage/open-storage.ts';
import { createApi } from '../../stepfunctions/api/api.ts';
import { CALLER } from '../core-cloud.ts';
import { queue, REFUSED, type StackCloud, startStackCloud, template, topic } from './stack-cloud.ts';

let running: StackCloud;

beforeEach(async () => {
  running = await startStackCloud();
});

afterEach(async () => {
  await running.stacks.close();
  await running.cloud.close();
});

const create = (TemplateBody: string, StackName = 'shop') =>
  running.client.send(new CreateStackCommand({ StackName, TemplateBody }));
const update = (TemplateBody: string, StackName = 'shop') =>
  running.client.send(new UpdateStackCommand({ StackName, TemplateBody }));
const describe = async (StackName = 'shop') =>
  (await running.client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
const queues = async (): Promise<string[]> =>
  ((await running.cloud.call('sqs', 'ListQueues', {}, CALLER)) as { QueueUrls?: string[] }).QueueUrls ?? [];
/** Of a client; its errors hold their whole connection, which Jest would look through. */
const refusal = (answer: Promise<unknown>): Promise<string> =>
  answer.then(
    () => 'not refused',
    ({ name, message }: Error) => `${name}: ${message}`,
  );
const topics = async (): Promise<unknown[]> =>
  ((await running.cloud.call('sns', 'ListTopics', {}, CALLER)) as { Topics: unknown[] }).Topics;

test('a creation that fails is rolled back, and says which resource failed and why', async () => {
  await create(template({ Topic: topic(), Queue: REFUSED }));
  expect(await running.settled('shop')).toBe('ROLLBACK_COMPLETE');
  expect(await running.events('shop')).toEqual([
    'shop CREATE_IN_PROGRESS',
    'Topic CREATE_IN_PROGRESS',
    'Topic CREATE_COMPLETE',
    'Queue CREATE_IN_PROGRESS',
    'Queue CREATE_FAILED',
    'shop ROLLBACK_IN_PROGRESS',
    'Topic DELETE_IN_PROGRESS',
    'Topic DELETE_COMPLETE',
    'shop ROLLBACK_COMPLETE',
  ]);
  expect(await topics()).toEqual([]);
  expect(await refusal(update(template({ Topic: topic() })))).toMatch(
    /is in ROLLBACK_COMPLETE state and can not be updated/,
  );
});

test('an update that fails leaves everything as it was', async () => {
  await create(template({ Queue: queue({ VisibilityTimeout: 10 }) }));
  await running.settled('shop');
  await update(template({ Queue: queue({ VisibilityTimeout: 20 }), Topic: topic(), Wrong: REFUSED }));
  expect(await running.settled('shop')).toBe('UPDATE_ROLLBACK_COMPLETE');
  const [QueueUrl] = await queues();
  const { Attributes } = await running.cloud.call(
    'sqs',
    'GetQueueAttributes',
    { QueueUrl, AttributeNames: ['VisibilityTimeout'] },
    CALLER,
  );
  expect(Attributes).toEqual({ VisibilityTimeout: '10' });
  expect(await topics()).toEqual([]);
  expect(await running.events('shop')).toEqual(
    expect.arrayContaining(['Wrong CREATE_FAILED', 'shop UPDATE_ROLLBACK_IN_PROGRESS', 'Topic DELETE_COMPLETE']),
  );
});

test('a stack that does not exist, and a resource that is not in it, are refused in the words that tools look for', async () => {
  expect(await refusal(describe('nothing'))).toBe('ValidationError: Stack with id nothing does not exist');
  await create(template({ Queue: queue() }));
  await running.settled('shop');
  const other = new DescribeStackResourceCommand({ StackName: 'shop', LogicalResourceId: 'Other' });
  expect(await refusal(running.client.send(other))).toContain('Resource Other does not exist for stack shop');
});

test('a change set of what cannot be had here fails, naming it, and changes nothing', async () => {
  const request = { StackName: 'shop', ChangeSetName: 'first', ChangeSetType: 'CREATE' as const };
  const TemplateBody = template({ Cluster: { Type: 'AWS::EKS::Cluster' }, Queue: queue({ Colour: 'red' }) });
  await running.client.send(new CreateChangeSetCommand({ ...request, TemplateBody }));
  const described = await running.client.send(new DescribeChangeSetCommand(request));
  expect(described.Status).toBe('FAILED');
  expect(described.StatusReason).toContain('AWS::EKS::Cluster');
  expect(described.StatusReason).toContain('Colour');
  expect(await refusal(running.client.send(new ExecuteChangeSetCommand(request)))).toMatch(/cannot be executed/);
});

test('a parameter that the template does not have is refused', async () => {
  const Parameters = [{ ParameterKey: 'Colour', ParameterValue: 'red' }];
  const command = new CreateStackCommand({ StackName: 'shop', TemplateBody: template({ Queue: queue() }), Parameters });
  expect(await refusal(running.client.send(command))).toContain('Parameters: [Colour] do not exist in the template');
});

test('a change set creates a stack, another that changes nothing says so', async () => {
  const request = { StackName: 'shop', ChangeSetName: 'first', TemplateBody: template({ Queue: queue() }) };
  const { StackId } = await running.client.send(new CreateChangeSetCommand({ ...request, ChangeSetType: 'CREATE' }));
  const { Changes } = await running.client.send(new DescribeChangeSetCommand(request));
  expect(Changes).toEqual([
    { Type: 'Resource', ResourceChange: expect.objectContaining({ Action: 'Add', LogicalResourceId: 'Queue' }) },
  ]);
  await running.client.send(new ExecuteChangeSetCommand(request));
  expect(await running.settled(StackId ?? '')).toBe('CREATE_COMPLETE');
  await running.client.send(new CreateChangeSetCommand({ ...request, ChangeSetType: 'UPDATE' }));
  const again = await running.client.send(new DescribeChangeSetCommand(request));
  expect(again.Status).toBe('FAILED');
  expect(again.StatusReason).toContain("The submitted information didn't contain changes.");
});

test('an update adds, changes and removes, and leaves alone what is the same', async () => {
  await create(template({ Same: queue(), Changed: queue({ VisibilityTimeout: 10 }), Gone: topic() }));
  await running.settled('shop');
  const before = (await running.events('shop')).length;
  await update(template({ Same: queue(), Changed: queue({ VisibilityTimeout: 20 }), New: topic() }));
  expect(await running.settled('shop')).toBe('UPDATE_COMPLETE');
  expect((await running.events('shop')).slice(before)).toEqual([
    'shop UPDATE_IN_PROGRESS',
    'Changed UPDATE_IN_PROGRESS',
    'Changed UPDATE_COMPLETE',
    'New CREATE_IN_PROGRESS',
    'New CREATE_COMPLETE',
    'shop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'Gone DELETE_IN_PROGRESS',
    'Gone DELETE_COMPLETE',
    'shop UPDATE_COMPLETE',
  ]);
  expect(
    await refusal(update(template({ Same: queue(), Changed: queue({ VisibilityTimeout: 20 }), New: topic() }))),
  ).toContain('No updates are to be performed.');
});

test('a resource that takes a new name takes the place of the old one, which goes', async () => {
  await create(template({ Queue: queue({ QueueName: 'before' }) }));
  await running.settled('shop');
  await update(template({ Queue: queue({ QueueName: 'after' }) }));
  await running.settled('shop');
  expect(await queues()).toEqual([expect.stringMatching(/\/after$/)]);
});

test('outputs, exports and descriptions are told', async () => {
  const Outputs = { Url: { Value: { Ref: 'Queue' }, Description: 'where', Export: { Name: 'shop-url' } } };
  await create(template({ Queue: queue({ QueueName: 'orders' }) }, { Outputs }));
  await running.settled('shop');
  const OutputValue = expect.stringMatching(/\/orders$/);
  expect((await describe())?.Outputs).toEqual([
    { OutputKey: 'Url', OutputValue, Description: 'where', ExportName: 'shop-url' },
  ]);
  const { Exports } = await running.client.send(new ListExportsCommand({}));
  expect(Exports).toEqual([expect.objectContaining({ Name: 'shop-url', Value: OutputValue })]);
});

test('a template comes from S3 as well', async () => {
  const put = (operation: string, input: object) => running.cloud.call('s3', operation, input, CALLER);
  await put('CreateBucket', { Bucket: 'templates' });
  await put('PutObject', { Bucket: 'templates', Key: 'a/shop.json', Body: Buffer.from(template({ Queue: queue() })) });
  const TemplateURL = 'https://s3.eu-central-1.amazonaws.com/templates/a/shop.json';
  await running.client.send(new CreateStackCommand({ StackName: 'shop', TemplateURL }));
  expect(await running.settled('shop')).toBe('CREATE_COMPLETE');
});

test('a deleted stack is gone by its name and known by its id; what is retained stays', async () => {
  const { StackId = '' } = await create(template({ Queue: queue(), Kept: { ...topic(), DeletionPolicy: 'Retain' } }));
  await running.settled('shop');
  await running.client.send(new DeleteStackCommand({ StackName: 'shop' }));
  expect(await running.settled(StackId)).toBe('DELETE_COMPLETE');
  expect(await refusal(describe())).toContain('does not exist');
  expect(await queues()).toEqual([]);
  expect(await topics()).toHaveLength(1);
  expect(await running.events(StackId)).toContain('Kept DELETE_SKIPPED');
});

test('what is protected against deletion keeps its stack', async () => {
  const Table = {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      DeletionProtectionEnabled: true,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    },
  };
  await create(template({ Table, Queue: queue() }));
  await running.settled('shop');
  await running.client.send(new DeleteStackCommand({ StackName: 'shop' }));
  expect(await running.settled('shop')).toBe('DELETE_FAILED');
  expect((await describe())?.StackStatusReason).toBe('The following resource(s) failed to delete: [Table].');
});

test('a protected stack is not deleted', async () => {
  await create(template({ Queue: queue() }));
  await running.settled('shop');
  const StackName = 'shop';
  await running.client.send(new UpdateTerminationProtectionCommand({ StackName, EnableTerminationProtection: true }));
  expect(await refusal(running.client.send(new DeleteStackCommand({ StackName })))).toMatch(/TerminationProtection/);
});

test('a change that the end of the process cut off is taken up at the next start', async () => {
  const storage = openStorage();
  const first = await startStackCloud({ ...storage, close() {} });
  const names = Array.from({ length: 30 }, (_, index) => `Queue${index}`);
  const TemplateBody = template(Object.fromEntries(names.map((name) => [name, queue()])));
  await first.client.send(new CreateStackCommand({ StackName: 'shop', TemplateBody }));
  await first.stacks.close();
  await first.cloud.close();
  const second = await startStackCloud(storage);
  await second.stacks.resume();
  expect(await second.settled('shop')).toBe('CREATE_COMPLETE');
  const { QueueUrls } = await second.cloud.call('sqs', 'ListQueues', {}, CALLER);
  expect(QueueUrls).toHaveLength(names.length);
  await second.stacks.close();
  await second.cloud.close();
});

test('a cloud that comes back on another port keeps its queues, with what is in them', async () => {
  const storage = openStorage();
  const service = {
    stackName: 'shop',
    template: template({ Queue: queue() }),
    packageFolder: '/package',
    parameters: {},
  };
  const waiting = async ({ cloud }: StackCloud): Promise<unknown> => {
    const { QueueUrls = [] } = await cloud.call('sqs', 'ListQueues', {}, CALLER);
    const { Messages = [] } = await cloud.call('sqs', 'ReceiveMessage', { QueueUrl: QueueUrls[0] }, CALLER);
    return Messages[0]?.Body;
  };

  const first = await startStackCloud({ ...storage, close() {} });
  await first.stacks.load(service, CALLER);
  const [QueueUrl] = (await first.cloud.call('sqs', 'ListQueues', {}, CALLER)).QueueUrls;
  await first.cloud.call('sqs', 'SendMessage', { QueueUrl, MessageBody: 'kept' }, CALLER);
  await first.stacks.close();
  await first.cloud.close();

  const second = await startStackCloud(storage);
  await second.stacks.load(service, CALLER);
  expect(await waiting(second)).toBe('kept');
  await second.stacks.close();
  await second.cloud.close();
});

test.each([
  ['stays when the template asks for the same as before', 'abc', []],
  ['goes when the template asks for another', 'def', ['arn:aws:lambda:f:1']],
])('the old version of a function, after a start that made a new one, %s', async (_what, CodeSha256, removed) => {
  let version = 0;
  const deleted: string[] = [];
  const publishes: ResourceType = {
    supported: ['FunctionName', 'CodeSha256'],
    apply: async () => ({ ref: `arn:aws:lambda:f:${++version}`, attributes: {} }),
  };
  const stacks = createCloudFormation({
    storage: openStorage(),
    clock: createManualClock(0),
    call: async (_service, _operation, input) => {
      deleted.push((input as { FunctionName: string }).FunctionName);
      return {};
    },
    resourceTypes: () => new Map([['AWS::Lambda::Version', publishes]]),
    rewriteText: (text) => text,
    report: () => {},
  });
  const load = (sha: string) => {
    const Properties = { FunctionName: 'f', CodeSha256: sha };
    const text = template({ Version: { Type: 'AWS::Lambda::Version', Properties } });
    return stacks.load({ stackName: 'shop', template: text, packageFolder: '/package', parameters: {} }, CALLER);
  };

  await load('abc');
  await load(CodeSha256);
  expect(version).toBe(2);
  expect(deleted).toEqual(removed);
});

test('every resource type can be removed', () => {
  const { call, clock, core, storage } = running.cloud;
  const url = () => '';
  const base = { storage, clock, call, report: () => {}, endpointUrl: url };
  const others = [
    createApiGatewayService({ ...base, publicUrl: url }),
    createLambdaService({ ...base, codeFolder: '/nowhere' }),
    ...createJobs(base).services,
    createApi().service,
  ];
  const types = [...core.all, ...others].flatMap(({ resources = {} }) => Object.keys(resources));
  expect(types).toEqual(
    expect.arrayContaining(['AWS::ApiGateway::Stage', 'AWS::Lambda::Alias', 'AWS::ECS::Cluster', 'AWS::SQS::Queue']),
  );
  expect(types.filter((type) => !Object.hasOwn(REMOVALS, type))).toEqual([]);
});
