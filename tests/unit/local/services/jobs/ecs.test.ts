import { DescribeTasksCommand, ECSClient, RunTaskCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openStorage } from '../../../../../local/storage/open-storage.ts';
import { caller, type JobCloud, NOW, openJobCloud } from './job-cloud.ts';

let cloud: JobCloud;
beforeEach(() => {
  cloud = openJobCloud();
});
afterEach(() => cloud.close());

const ecs = (operation: string, input: object = {}, on = cloud) => on.call('ecs', operation, input);

async function define(containerDefinitions: readonly object[], on = cloud): Promise<void> {
  await ecs('CreateCluster', { clusterName: 'back-office' }, on);
  await ecs('RegisterTaskDefinition', { family: 'close-day', containerDefinitions }, on);
}

async function run(more: object = {}, on = cloud): Promise<string> {
  const input = { cluster: 'back-office', taskDefinition: 'close-day', launchType: 'FARGATE', ...more };
  const { tasks } = await ecs('RunTask', input, on);
  return tasks[0].taskArn;
}

const describe = async (arn: string, on = cloud) =>
  (await ecs('DescribeTasks', { cluster: 'back-office', tasks: [arn] }, on)).tasks[0];

const reaches = (arn: string, status: string, on = cloud) =>
  on.until(
    () => describe(arn, on),
    (task) => task.lastStatus === status,
  );

test('a task of an unknown cluster or definition, or with a wrong override, is refused', async () => {
  await expect(run()).rejects.toMatchObject({ code: 'ClusterNotFoundException', message: 'Cluster not found.' });
  await define([{ name: 'main', image: 'greet' }]);
  await expect(run({ taskDefinition: 'other' })).rejects.toMatchObject({
    code: 'ClientException',
    message: 'TaskDefinition not found.',
  });
  const overrides = { containerOverrides: [{ name: 'nobody' }] };
  await expect(run({ overrides })).rejects.toThrow('nobody is not a container');
  await expect(run({ count: 11 })).rejects.toThrow('between 1 and 10');
});

test('what the local ECS lacks is refused by name', async () => {
  const main = { name: 'main', image: 'greet' };
  await expect(define([{ ...main, secrets: [{ name: 'A', valueFrom: 'b' }] }])).rejects.toThrow('secrets');
  await expect(define([{ ...main, mountPoints: [{}] }])).rejects.toThrow('volumes');
  await expect(define([{ ...main, logConfiguration: { logDriver: 'fluentd' } }])).rejects.toThrow('fluentd');
  await expect(define([{ ...main, essential: false }])).rejects.toThrow('at least one essential');
  const waitsForItself = [{ containerName: 'main', condition: 'START' }];
  await expect(define([{ ...main, dependsOn: waitsForItself }])).rejects.toThrow('dependency on main is invalid');
  await define([main]);
  await expect(ecs('ListTasks', { cluster: 'back-office', serviceName: 'x' })).rejects.toThrow('serviceName');
});

test('a task whose image is not there fails to start', async () => {
  await define([
    { name: 'main', image: 'absent' },
    { name: 'beside', image: 'wait', essential: false },
  ]);
  const task = await reaches(await run(), 'STOPPED');
  expect(task).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: expect.stringContaining('CannotPullContainerError'),
    desiredStatus: 'STOPPED',
  });
  expect(task.containers[0].exitCode).toBeUndefined();
});

test('a task ends with its essential container, whose exit code it tells', async () => {
  await define([
    { name: 'main', image: 'fail' },
    { name: 'beside', image: 'wait', essential: false },
  ]);
  const task = await reaches(await run(), 'STOPPED');
  expect(task).toMatchObject({
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [
      { name: 'main', exitCode: 3, lastStatus: 'STOPPED' },
      { name: 'beside', exitCode: 143, lastStatus: 'STOPPED' },
    ],
    createdAt: new Date(NOW),
    stoppedAt: new Date(NOW),
  });
});

test('a task goes on when a container ends that is not essential', async () => {
  await define([
    { name: 'main', image: 'wait' },
    { name: 'beside', image: 'quick', essential: false },
  ]);
  const arn = await run();
  const task = await cloud.until(
    () => describe(arn),
    ({ containers }) => containers[1].lastStatus === 'STOPPED',
  );
  expect(task).toMatchObject({ lastStatus: 'RUNNING', desiredStatus: 'RUNNING', containers: [{}, { exitCode: 0 }] });
});

test('a container waits until the one it depends on succeeded, and never starts if that fails', async () => {
  const dependsOn = [{ containerName: 'first', condition: 'SUCCESS' }];
  await define([
    { name: 'first', image: 'quick', essential: false },
    { name: 'main', image: 'greet', dependsOn },
  ]);
  expect(await reaches(await run(), 'STOPPED')).toMatchObject({ containers: [{ exitCode: 0 }, { exitCode: 0 }] });
  await define([
    { name: 'first', image: 'fail', essential: false },
    { name: 'main', image: 'greet', dependsOn },
  ]);
  const task = await reaches(await run(), 'STOPPED');
  expect(task).toMatchObject({ stopCode: 'TaskFailedToStart', containers: [{ exitCode: 3 }, {}] });
  expect(task.containers[1].exitCode).toBeUndefined();
});

test('a stopped task says by whom and why', async () => {
  await define([{ name: 'main', image: 'wait', stopTimeout: 2 }]);
  const arn = await run();
  await reaches(arn, 'RUNNING');
  await ecs('StopTask', { cluster: 'back-office', task: arn, reason: 'enough' });
  expect(await reaches(arn, 'STOPPED')).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'enough' });
  await expect(ecs('StopTask', { cluster: 'back-office', task: 'other' })).rejects.toMatchObject({
    code: 'InvalidParameterException',
  });
});

test('a task that waits for capacity is stopped at once', async () => {
  await cloud.close();
  cloud = openJobCloud({ capacity: 1 });
  await define([{ name: 'main', image: 'wait' }]);
  await reaches(await run(), 'RUNNING');
  const waiting = await run();
  await ecs('StopTask', { cluster: 'back-office', task: waiting });
  expect(await describe(waiting)).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'UserInitiated' });
});

test('containers run with overrides, and log where their definition says', async () => {
  const options = { 'awslogs-group': '/shop/close', 'awslogs-region': 'eu-central-1', 'awslogs-stream-prefix': 'day' };
  const environment = [{ name: 'GREETING', value: 'in blue' }];
  await define([{ name: 'main', image: 'greet', environment, logConfiguration: { logDriver: 'awslogs', options } }]);
  const overrides = { containerOverrides: [{ name: 'main', command: ['Monday'] }] };
  const arn = await run({ overrides });
  await reaches(arn, 'STOPPED');
  const lines = await cloud.log('/shop/close', `day/main/${arn.split('/').at(-1)}`);
  expect(lines.sort()).toEqual(['hello Monday', 'in blue']);
});

test('a client token starts a task once, and as many as wanted', async () => {
  await define([{ name: 'main', image: 'quick' }]);
  const input = { cluster: 'back-office', taskDefinition: 'close-day', count: 2, clientToken: 'once' };
  const arns = ({ tasks }: { tasks: { taskArn: string }[] }) => tasks.map(({ taskArn }) => taskArn);
  const first = arns(await ecs('RunTask', input));
  expect(new Set(first).size).toBe(2);
  expect(arns(await ecs('RunTask', input))).toEqual(first);
});

test('tasks are listed by what is wanted of them', async () => {
  await define([{ name: 'main', image: 'wait' }]);
  const mine = await run({ startedBy: 'me' });
  await run();
  const { taskArns } = await ecs('ListTasks', { cluster: 'back-office', startedBy: 'me', family: 'close-day' });
  expect(taskArns).toEqual([mine]);
  const answer = await ecs('DescribeTasks', { cluster: 'back-office', tasks: ['nobody'] });
  expect(answer).toMatchObject({ tasks: [], failures: [{ reason: 'MISSING' }] });
});

test('a task that ran when the cloud was lost has lost its host; one that waited runs later', async () => {
  const storage = openStorage();
  const before = openJobCloud({ storage, capacity: 1 });
  await define([{ name: 'main', image: 'wait' }], before);
  const lost = await run({}, before);
  await reaches(lost, 'RUNNING', before);
  const waiting = await run({}, before);
  await before.close();

  const after = openJobCloud({ storage });
  expect(await describe(lost, after)).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'TerminationNotice',
    stoppedReason: expect.stringMatching(/^Host EC2 \(instance .*\) terminated\.$/),
  });
  await reaches(waiting, 'RUNNING', after);
  await after.close();
  storage.close();
});

test('the AWS SDK runs, describes and stops a task', async () => {
  await define([{ name: 'main', image: 'wait' }]);
  const { url } = await cloud.endpoint();
  const client = new ECSClient({
    endpoint: url,
    region: caller.region,
    credentials: { accessKeyId: caller.account, secretAccessKey: 'local' },
  });
  const { tasks = [] } = await client.send(
    new RunTaskCommand({ cluster: 'back-office', taskDefinition: 'close-day:1', launchType: 'FARGATE' }),
  );
  const arn = tasks[0]?.taskArn ?? '';
  expect(tasks).toMatchObject([{ lastStatus: 'PROVISIONING', createdAt: new Date(NOW), group: 'family:close-day' }]);
  await reaches(arn, 'RUNNING');
  await client.send(new StopTaskCommand({ cluster: 'back-office', task: arn }));
  await reaches(arn, 'STOPPED');
  const answer = await client.send(new DescribeTasksCommand({ cluster: 'back-office', tasks: [arn] }));
  expect(answer.tasks).toMatchObject([{ stoppedAt: new Date(NOW), stoppedReason: 'Task stopped by user' }]);
  await expect(client.send(new RunTaskCommand({ cluster: 'no', taskDefinition: 'x' }))).rejects.toMatchObject({
    name: 'ClusterNotFoundException',
  });
  client.destroy();
});

test('a template makes a cluster and one revision of a definition however often it is loaded', async () => {
  const deployment = { ...caller, stackName: 's', logicalId: 'Closing', packageFolder: '/' };
  const { resources = {} } = cloud.services.find(({ name }) => name === 'ecs')!;
  const cluster = await resources['AWS::ECS::Cluster']!.apply({}, deployment);
  expect(cluster.attributes.Arn).toBe(`arn:aws:ecs:eu-central-1:111111111111:cluster/${cluster.ref}`);
  const properties = { ContainerDefinitions: [{ Name: 'main', Image: 'greet' }], NetworkMode: 'awsvpc' };
  const type = resources['AWS::ECS::TaskDefinition']!;
  const first = await type.apply(properties, deployment);
  expect((await type.apply(properties, deployment)).ref).toBe(first.ref);
  expect((await type.apply({ ...properties, Cpu: '256' }, deployment)).ref).toMatch(/:2$/);
});
