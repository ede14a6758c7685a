import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Cloud, startCloud } from '../../../../local/cloud.ts';
import { writePackage } from './small-package.ts';

// Jobs of all kinds and APIs, called by state machines of a whole cloud.

let folder: string;
let cloud: Cloud;
const failures: unknown[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cloud-jobs-'));
  image('done', 'console.log("done")');
  // Lost with its host the first time.
  image(
    'second',
    `import { existsSync, writeFileSync } from 'node:fs';
    if (!existsSync('seen')) { writeFileSync('seen', ''); setInterval(() => {}, 1000); }`,
  );
});
afterEach(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
  expect(failures.splice(0)).toEqual([]);
});

function image(name: string, program: string): void {
  mkdirSync(join(folder, 'images', name), { recursive: true });
  writeFileSync(join(folder, 'images', name, 'entrypoint.mjs'), program);
}

const start = async (packageFolder?: string): Promise<void> => {
  cloud = await startCloud({
    dataFolder: join(folder, 'data'),
    imagesFolder: join(folder, 'images'),
    packageFolder,
    report: (error) => failures.push(error),
  });
};

const call = (service: string, operation: string, input: object) => cloud.call(service, operation, input, cloud);

/** Creates a state machine of these states and starts it. @returns the execution's ARN */
async function run(definition: object, name = 'machine'): Promise<string> {
  const roleArn = `arn:aws:iam::${cloud.account}:role/machine`;
  const input = { name, definition: JSON.stringify(definition), roleArn };
  const { stateMachineArn } = await call('states', 'CreateStateMachine', input);
  return (await call('states', 'StartExecution', { stateMachineArn })).executionArn;
}

const task = (resource: string, Parameters: object, more: object = { End: true }) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::${resource}`,
  Parameters,
  ...more,
});

const parallel = (states: Readonly<Record<string, object>>) => ({
  StartAt: 'All',
  States: {
    All: {
      Type: 'Parallel',
      Branches: Object.entries(states).map(([name, state]) => ({ StartAt: name, States: { [name]: state } })),
      End: true,
    },
  },
});

test('one state machine runs a job of each kind and waits for all', async () => {
  await start();
  await call('batch', 'CreateJobQueue', { jobQueueName: 'work', priority: 1 });
  const containerProperties = { image: 'done' };
  await call('batch', 'RegisterJobDefinition', { jobDefinitionName: 'j', type: 'container', containerProperties });
  await call('ecs', 'CreateCluster', {});
  const containerDefinitions = [{ name: 'main', image: 'done' }];
  await call('ecs', 'RegisterTaskDefinition', { family: 't', containerDefinitions });
  await call('s3', 'CreateBucket', { Bucket: 'files' });
  await call('s3', 'PutObject', { Bucket: 'files', Key: 's.mjs', Body: Buffer.from('') });
  const Command = { Name: 'glueetl', ScriptLocation: 's3://files/s.mjs' };
  await call('glue', 'CreateJob', { Name: 'g', Role: 'r', Command });
  const step = {
    Name: 's',
    ActionOnFailure: 'TERMINATE_CLUSTER',
    HadoopJarStep: { Jar: 'command-runner.jar', Args: ['spark-submit', 's3://files/s.mjs'] },
  };
  const executionArn = await run(
    parallel({
      Batch: task('batch:submitJob.sync', { JobName: 'b', JobQueue: 'work', JobDefinition: 'j' }),
      ECS: task('ecs:runTask.sync', { TaskDefinition: 't' }),
      Glue: task('glue:startJobRun.sync', { JobName: 'g' }),
      SageMaker: task('sagemaker:createProcessingJob.sync', {
        ProcessingJobName: 'p',
        AppSpecification: { ImageUri: 'done' },
        ProcessingResources: { ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.t3.medium', VolumeSizeInGB: 1 } },
        RoleArn: 'arn:aws:iam::111111111111:role/processing',
      }),
      EMR: task('elasticmapreduce:createCluster.sync', { Name: 'c', Instances: {}, Steps: [step] }),
    }),
  );
  const { status, output = '' } = await cloud.engine.ended(executionArn);
  expect(status).toBe('SUCCEEDED');
  expect(JSON.parse(output)).toMatchObject([
    { Status: 'SUCCEEDED' },
    { LastStatus: 'STOPPED' },
    { JobRunState: 'SUCCEEDED' },
    { ProcessingJobStatus: 'Completed' },
    { Cluster: { Status: { State: 'TERMINATED' } } },
  ]);
});

test('an execution goes on after a restart: its job was lost with its host, and is tried again', async () => {
  await start();
  await call('ecs', 'CreateCluster', {});
  await call('ecs', 'RegisterTaskDefinition', {
    family: 't',
    containerDefinitions: [{ name: 'main', image: 'second' }],
  });
  const Retry = [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 1, MaxAttempts: 1 }];
  const states = { Work: task('ecs:runTask.sync', { TaskDefinition: 't' }, { Retry, End: true }) };
  const executionArn = await run({ StartAt: 'Work', States: states });
  const running = async () => (await call('ecs', 'ListTasks', {})).taskArns;
  while ((await running()).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const [lost] = await running();
  while ((await call('ecs', 'DescribeTasks', { tasks: [lost] })).tasks[0].lastStatus !== 'RUNNING') {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await cloud.close();
  // Whether or not the first one came so far.
  writeFileSync(join(folder, 'images', 'second', 'seen'), '');

  await start();
  const { status, output = '' } = await cloud.engine.ended(executionArn);
  expect(status).toBe('SUCCEEDED');
  expect(JSON.parse(output).TaskArn).not.toBe(lost);
});

test('a state machine calls an API of this cloud', async () => {
  await start(writePackage(join(folder, 'package')));
  const { items } = await call('apigateway', 'GetRestApis', {});
  const ApiEndpoint = `${items[0].id}.execute-api.${cloud.region}.amazonaws.com`;
  const greet = (more: object) => ({
    StartAt: 'Call',
    States: { Call: task('apigateway:invoke', { ApiEndpoint, Method: 'POST', Stage: 'dev', ...more }) },
  });
  const good = await cloud.engine.ended(await run(greet({ Path: 'greet/World', RequestBody: { a: 1 } })));
  expect(good.status).toBe('SUCCEEDED');
  expect(JSON.parse(good.output ?? '')).toMatchObject({
    StatusCode: 200,
    StatusText: 'OK',
    Headers: { 'content-type': ['application/json'] },
    ResponseBody: { text: 'hello World', body: '{"a":1}', httpMethod: 'POST' },
  });
  const bad = await cloud.engine.ended(await run(greet({ Path: 'none' }), 'other'));
  expect(bad).toMatchObject({
    status: 'FAILED',
    error: 'ApiGateway.403',
    cause: '{"message":"Missing Authentication Token"}',
  });
});
