import {
  BatchClient,
  DescribeJobsCommand,
  ListJobsCommand,
  RegisterJobDefinitionCommand,
  SubmitJobCommand,
} from '@aws-sdk/client-batch';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openStorage } from '../../../../../local/storage/open-storage.ts';
import { caller, type JobCloud, NOW, openJobCloud } from './job-cloud.ts';

let cloud: JobCloud;
beforeEach(() => {
  cloud = openJobCloud();
});
afterEach(() => cloud.close());

async function define(image: string, more: object = {}, container: object = {}, on = cloud): Promise<void> {
  await on.call('batch', 'CreateJobQueue', { jobQueueName: 'work', priority: 1 }).catch(() => {});
  await on.call('batch', 'RegisterJobDefinition', {
    jobDefinitionName: image,
    type: 'container',
    containerProperties: { image: `registry.example/shop/${image}:1`, ...container },
    ...more,
  });
}

const submit = (definition: string, more: object = {}, on = cloud) =>
  on.call('batch', 'SubmitJob', { jobName: 'job', jobQueue: 'work', jobDefinition: definition, ...more });

const describe = async (jobId: string, on = cloud) =>
  (await on.call('batch', 'DescribeJobs', { jobs: [jobId] })).jobs[0];

const reaches = (jobId: string, status: string, on = cloud) =>
  on.until(
    () => describe(jobId, on),
    (job) => job.status === status,
  );

test('a job of an unknown definition or queue, or with an unusable timeout, is refused', async () => {
  await expect(submit('nothing')).rejects.toMatchObject({ code: 'ClientException', message: /nothing not found/ });
  await define('greet');
  await expect(submit('greet', { jobQueue: 'other' })).rejects.toThrow('JobQueue other not found');
  await expect(submit('greet', { timeout: { attemptDurationSeconds: 5 } })).rejects.toThrow('at least 60 seconds');
});

test('what the local Batch lacks is refused by name', async () => {
  await define('greet');
  await expect(submit('greet', { arrayProperties: { size: 3 } })).rejects.toThrow('arrayProperties');
  await expect(define('greet', {}, { volumes: [{}] })).rejects.toThrow('volumes');
  await expect(define('greet', { type: 'multinode' })).rejects.toThrow('multinode');
  const logConfiguration = { logDriver: 'splunk' };
  await expect(define('greet', {}, { logConfiguration })).rejects.toThrow('splunk');
});

test('a job whose image is not there fails without having run, and says where the image would be', async () => {
  await define('absent');
  const { jobId } = await submit('absent');
  const job = await reaches(jobId, 'FAILED');
  expect(job).toMatchObject({ statusReason: 'Task failed to start', attempts: [{}] });
  expect(job.container.reason).toContain('CannotPullContainerError');
  expect(job.container.reason).toContain('absent/entrypoint.mjs');
  expect(job.startedAt).toBeUndefined();
});

test('a job that exits with another code than 0 fails with that code', async () => {
  await define('fail');
  const { jobId } = await submit('fail');
  expect(await reaches(jobId, 'FAILED')).toMatchObject({
    statusReason: 'Essential container in task exited',
    container: { exitCode: 3 },
    attempts: [{ container: { exitCode: 3 }, statusReason: 'Essential container in task exited' }],
    startedAt: NOW,
    stoppedAt: NOW,
  });
});

test('a terminated job fails with the reason given', async () => {
  await define('wait');
  const { jobId } = await submit('wait');
  await reaches(jobId, 'RUNNING');
  await cloud.call('batch', 'TerminateJob', { jobId, reason: 'no longer wanted' });
  expect(await reaches(jobId, 'FAILED')).toMatchObject({
    statusReason: 'no longer wanted',
    isTerminated: true,
    container: { exitCode: 143 },
  });
});

test('a job over its timeout fails and is not tried again', async () => {
  await define('wait', { timeout: { attemptDurationSeconds: 60 }, retryStrategy: { attempts: 3 } });
  const { jobId } = await submit('wait');
  await reaches(jobId, 'RUNNING');
  await cloud.clock.advanceTo(NOW + 60_000);
  expect(await reaches(jobId, 'FAILED')).toMatchObject({
    statusReason: 'Job attempt duration exceeded timeout',
    attempts: [{}],
  });
});

test('a failed attempt is followed by the next until one succeeds', async () => {
  await define('third', { retryStrategy: { attempts: 3 } });
  const { jobId } = await submit('third');
  const job = await reaches(jobId, 'SUCCEEDED');
  expect(job.attempts.map((attempt: { container: object }) => attempt.container)).toMatchObject([
    { exitCode: 1 },
    { exitCode: 1 },
    { exitCode: 0 },
  ]);
});

test('a rule can end the attempts early', async () => {
  const evaluateOnExit = [
    { onExitCode: '3', action: 'EXIT' },
    { onReason: '*', action: 'RETRY' },
  ];
  await define('fail', { retryStrategy: { attempts: 5, evaluateOnExit } });
  const { jobId } = await submit('fail');
  expect((await reaches(jobId, 'FAILED')).attempts).toHaveLength(1);
});

test('a job runs with its command, parameters and variables, and its lines are in the log', async () => {
  await define('greet', { parameters: { whom: 'world' } }, { command: ['Ref::whom', 'Ref::other'] });
  const environment = [{ name: 'GREETING', value: 'in green' }];
  const { jobId } = await submit('greet', { containerOverrides: { environment }, parameters: { other: 'twice' } });
  const job = await reaches(jobId, 'SUCCEEDED');
  const lines = await cloud.log('/aws/batch/job', job.container.logStreamName);
  expect(lines.sort()).toEqual(['hello world twice', 'in green']);
  expect(job).toMatchObject({ container: { exitCode: 0 }, parameters: { whom: 'world', other: 'twice' } });
});

test('a job waits for the jobs that it depends on, and fails with them', async () => {
  await define('wait');
  await define('greet');
  const first = await submit('wait');
  const second = await submit('greet', { dependsOn: [{ jobId: first.jobId }] });
  await reaches(second.jobId, 'PENDING');
  await reaches(first.jobId, 'RUNNING');
  await cloud.call('batch', 'TerminateJob', { jobId: first.jobId, reason: 'stop' });
  expect(await reaches(second.jobId, 'FAILED')).toMatchObject({ statusReason: 'Dependent Job failed', attempts: [] });
});

test('a job that waits for capacity can be cancelled; one that runs cannot', async () => {
  await cloud.close();
  cloud = openJobCloud({ capacity: 1 });
  await define('wait');
  const [first, second] = [await submit('wait'), await submit('wait')];
  await reaches(first.jobId, 'RUNNING');
  await reaches(second.jobId, 'RUNNABLE');
  for (const { jobId } of [first, second]) await cloud.call('batch', 'CancelJob', { jobId, reason: 'changed my mind' });
  expect(await describe(second.jobId)).toMatchObject({ status: 'FAILED', statusReason: 'changed my mind' });
  expect(await describe(first.jobId)).toMatchObject({ status: 'RUNNING' });
});

test('the same call delivered twice submits one job', async () => {
  await define('greet');
  const input = { jobName: 'job', jobQueue: 'work', jobDefinition: 'greet' };
  const first = await cloud.call('batch', 'SubmitJob', input, { idempotencyKey: 'execution state 1' });
  const second = await cloud.call('batch', 'SubmitJob', input, { idempotencyKey: 'execution state 1' });
  const other = await cloud.call('batch', 'SubmitJob', input, { idempotencyKey: 'execution state 2' });
  expect(second.jobId).toBe(first.jobId);
  expect(other.jobId).not.toBe(first.jobId);
});

test('a job that ran when the cloud was lost has lost its host; one that waited runs later', async () => {
  const storage = openStorage();
  const before = openJobCloud({ storage, capacity: 1 });
  await define('wait', {}, {}, before);
  await define('greet', {}, {}, before);
  const lost = await submit('wait', {}, before);
  await reaches(lost.jobId, 'RUNNING', before);
  const waiting = await submit('greet', {}, before);
  await reaches(waiting.jobId, 'RUNNABLE', before);
  await before.close();

  const after = openJobCloud({ storage });
  expect(await describe(lost.jobId, after)).toMatchObject({
    status: 'FAILED',
    statusReason: expect.stringMatching(/^Host EC2 \(instance .*\) terminated\.$/),
    attempts: [{}],
  });
  await reaches(waiting.jobId, 'SUCCEEDED', after);
  await after.close();
  storage.close();
});

test('a job with attempts left is tried again after its host was lost', async () => {
  const storage = openStorage();
  const before = openJobCloud({ storage });
  await define('wait', { retryStrategy: { attempts: 2 } }, {}, before);
  const { jobId } = await submit('wait', {}, before);
  await reaches(jobId, 'RUNNING', before);
  await before.close();

  const after = openJobCloud({ storage });
  expect((await reaches(jobId, 'RUNNING', after)).attempts).toHaveLength(1);
  await after.close();
  storage.close();
});

test('the AWS SDK registers, submits, describes and lists', async () => {
  await define('greet');
  const { url } = await cloud.endpoint();
  const client = new BatchClient({
    endpoint: url,
    region: caller.region,
    credentials: { accessKeyId: caller.account, secretAccessKey: 'local' },
  });
  const definition = await client.send(
    new RegisterJobDefinitionCommand({
      jobDefinitionName: 'greet',
      type: 'container',
      containerProperties: { image: 'greet', vcpus: 1, memory: 128 },
    }),
  );
  expect(definition).toMatchObject({ revision: 2 });
  const { jobId = '' } = await client.send(
    new SubmitJobCommand({ jobName: 'sdk', jobQueue: 'work', jobDefinition: definition.jobDefinitionArn }),
  );
  await reaches(jobId, 'SUCCEEDED');
  const { jobs = [] } = await client.send(new DescribeJobsCommand({ jobs: [jobId] }));
  expect(jobs).toMatchObject([{ jobName: 'sdk', status: 'SUCCEEDED', createdAt: NOW, container: { exitCode: 0 } }]);
  const list = await client.send(new ListJobsCommand({ jobQueue: 'work', jobStatus: 'SUCCEEDED' }));
  expect(list.jobSummaryList).toMatchObject([{ jobId, jobName: 'sdk' }]);
  await expect(
    client.send(new SubmitJobCommand({ jobName: 'x', jobQueue: 'no', jobDefinition: 'greet' })),
  ).rejects.toMatchObject({
    name: 'ClientException',
  });
  client.destroy();
});

test('a template loaded twice makes one revision of a definition, and a changed one another', async () => {
  const deployment = { ...caller, stackName: 's', logicalId: 'Ledger', packageFolder: '/' };
  const type = cloud.services.find(({ name }) => name === 'batch')!.resources!['AWS::Batch::JobDefinition']!;
  const properties = {
    Type: 'container',
    ContainerProperties: { Image: 'greet', Command: ['Ref::day'] },
    Parameters: { day: 'Monday' },
  };
  const first = await type.apply(properties, deployment);
  expect((await type.apply(properties, deployment)).ref).toBe(first.ref);
  const changed = await type.apply({ ...properties, Parameters: { day: 'Friday' } }, deployment);
  expect(changed.ref).toMatch(/:2$/);
});
