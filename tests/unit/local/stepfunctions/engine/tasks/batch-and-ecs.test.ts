import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openStorage } from '../../../../../../local/storage/open-storage.ts';
import { type JobCloud, NOW, openJobCloud } from '../../../services/jobs/job-cloud.ts';
import { causeOf, type JobTasks, jobTasks, outputOf } from './job-tasks.ts';

const SUBMIT_JOB = 'arn:aws:states:::batch:submitJob';
const RUN_TASK = 'arn:aws:states:::ecs:runTask';

let cloud: JobCloud;
let tasks: JobTasks;
beforeEach(async () => {
  cloud = openJobCloud();
  tasks = jobTasks(cloud);
  await define(cloud);
});
afterEach(() => cloud.close());

/** A job definition and a task definition for each program. */
async function define(on: JobCloud): Promise<void> {
  await on.call('batch', 'CreateJobQueue', { jobQueueName: 'work', priority: 1 });
  await on.call('ecs', 'CreateCluster', { clusterName: 'work' });
  for (const image of ['greet', 'fail', 'wait']) {
    await on.call('batch', 'RegisterJobDefinition', {
      jobDefinitionName: image,
      type: 'container',
      containerProperties: { image },
    });
    await on.call('ecs', 'RegisterTaskDefinition', { family: image, containerDefinitions: [{ name: 'main', image }] });
  }
}

const job = (JobDefinition: string) => ({ JobName: 'job', JobQueue: 'work', JobDefinition });
const ecsTask = (TaskDefinition: string) => ({ Cluster: 'work', TaskDefinition, LaunchType: 'FARGATE' });

const jobStatus = async (jobId: unknown, on = cloud) =>
  (await on.call('batch', 'DescribeJobs', { jobs: [jobId] })).jobs[0].status;

test('what Batch and ECS refuse fails the task with their names', async () => {
  expect(await tasks.task(`${SUBMIT_JOB}.sync`, job('nothing')).outcome()).toMatchObject({
    ok: false,
    error: 'Batch.ClientException',
    cause: expect.stringMatching(
      /nothing not found.*\(Service: AWSBatch; Status Code: 400; Error Code: ClientException/,
    ),
  });
  expect(await tasks.task(`${RUN_TASK}.sync`, { ...ecsTask('greet'), Cluster: 'no' }).outcome()).toMatchObject({
    error: 'ECS.ClusterNotFoundException',
    cause: expect.stringMatching(/^Cluster not found\. \(Service: AmazonECS; /),
  });
  expect(await tasks.task(RUN_TASK, { TaskDef: 'greet' }).outcome()).toMatchObject({ error: 'States.Runtime' });
});

test('a failed Batch job fails the task with its description', async () => {
  const outcome = await tasks.task(`${SUBMIT_JOB}.sync`, job('fail')).outcome();
  expect(outcome).toMatchObject({ ok: false, error: 'States.TaskFailed' });
  expect(causeOf(outcome)).toMatchObject({
    Status: 'FAILED',
    StatusReason: 'Essential container in task exited',
    Container: { ExitCode: 3, Image: 'fail' },
    Attempts: [{ Container: { ExitCode: 3 } }],
    CreatedAt: NOW,
  });
});

test('an ECS task whose essential container failed fails the task with its description', async () => {
  const outcome = await tasks.task(`${RUN_TASK}.sync`, ecsTask('fail')).outcome();
  expect(outcome).toMatchObject({ ok: false, error: 'States.TaskFailed' });
  expect(causeOf(outcome)).toMatchObject({
    LastStatus: 'STOPPED',
    StopCode: 'EssentialContainerExited',
    StoppedReason: 'Essential container in task exited',
    Containers: [{ Name: 'main', ExitCode: 3, GpuIds: [], NetworkInterfaces: [] }],
    StoppedAt: NOW,
  });
});

test('a Batch job that succeeded gives its description, and knows who started it', async () => {
  const output = outputOf(await tasks.task(`${SUBMIT_JOB}.sync`, job('greet')).outcome());
  expect(output).toMatchObject({ JobName: 'job', Status: 'SUCCEEDED', StartedAt: NOW, StoppedAt: NOW });
  expect(output.Container).toMatchObject({
    Environment: [{ Name: 'MANAGED_BY_AWS', Value: 'STARTED_BY_STEP_FUNCTIONS' }],
  });
});

test('an ECS task that succeeded gives its description', async () => {
  const output = outputOf(await tasks.task(`${RUN_TASK}.sync`, ecsTask('greet')).outcome());
  expect(output).toMatchObject({
    LastStatus: 'STOPPED',
    StartedBy: 'AWS Step Functions',
    Containers: [{ ExitCode: 0 }],
  });
});

test('without .sync the answer of the call is the output', async () => {
  expect(outputOf(await tasks.task(SUBMIT_JOB, job('greet')).submit())).toMatchObject({
    JobName: 'job',
    JobId: expect.any(String),
    SdkHttpMetadata: { HttpStatusCode: 200 },
  });
  expect(outputOf(await tasks.task(RUN_TASK, ecsTask('greet')).submit())).toMatchObject({
    Failures: [],
    Tasks: [{ LastStatus: 'PROVISIONING', CreatedAt: NOW }],
  });
});

test('a call delivered twice starts one job; another attempt starts another', async () => {
  for (const [arn, parameters] of [
    [SUBMIT_JOB, job('greet')],
    [RUN_TASK, ecsTask('greet')],
  ] as const) {
    const ids = [];
    for (const key of ['Work#1', 'Work#1', 'Work#2']) {
      const { JobId, Tasks } = outputOf(await tasks.task(arn, parameters, key).submit());
      ids.push(JobId ?? (Tasks as { TaskArn: string }[])[0]!.TaskArn);
    }
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  }
});

test('giving up on a task stops its job', async () => {
  for (const [arn, parameters] of [
    [SUBMIT_JOB, job('wait')],
    [RUN_TASK, ecsTask('wait')],
  ] as const) {
    const task = tasks.task(`${arn}.sync`, parameters);
    const submitted = outputOf(await task.submit());
    const completion = tasks.runner.completion(task.call, submitted as never, task.context);
    task.giveUp.abort(new Error('given up'));
    await expect(completion).rejects.toThrow('given up');
    await tasks.runner.cancel(task.call, submitted as never, task.context);
    const again = tasks.task(`${arn}.sync`, parameters);
    const outcome = await tasks.runner.completion(again.call, submitted as never, again.context);
    expect(JSON.stringify(causeOf(outcome))).toContain('Stopped by AWS Step Functions');
  }
});

test('a job is followed again after a restart, and its lost host fails the task', async () => {
  const storage = openStorage();
  const before = openJobCloud({ storage });
  await define(before);
  const first = jobTasks(before).task(`${SUBMIT_JOB}.sync`, job('wait'));
  const submitted = outputOf(await first.submit());
  await before.until(
    () => jobStatus(submitted.JobId, before),
    (status) => status === 'RUNNING',
  );
  await before.close();

  const after = openJobCloud({ storage });
  const followed = jobTasks(after);
  const { call, context } = followed.task(`${SUBMIT_JOB}.sync`, job('wait'));
  const outcome = await followed.runner.completion(call, submitted as never, context);
  expect(outcome).toMatchObject({ ok: false, error: 'States.TaskFailed' });
  expect(causeOf(outcome)).toMatchObject({ StatusReason: expect.stringMatching(/^Host EC2 .* terminated\.$/) });
  await after.close();
  storage.close();
});
