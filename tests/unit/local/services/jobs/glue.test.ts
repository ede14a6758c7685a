import { BatchStopJobRunCommand, GetJobRunCommand, GlueClient, StartJobRunCommand } from '@aws-sdk/client-glue';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openStorage } from '../../../../../local/storage/open-storage.ts';
import { caller, type JobCloud, NOW, openJobCloud, putScript } from './job-cloud.ts';

let cloud: JobCloud;
beforeEach(() => {
  cloud = openJobCloud();
});
afterEach(() => cloud.close());

async function define(script: string, more: object = {}, on = cloud): Promise<void> {
  const ScriptLocation = await putScript(on, script);
  await on.call('glue', 'CreateJob', {
    Name: 'ledger',
    Role: 'r',
    Command: { Name: 'glueetl', ScriptLocation },
    ...more,
  });
}

const start = async (more: object = {}, on = cloud): Promise<string> =>
  (await on.call('glue', 'StartJobRun', { JobName: 'ledger', ...more })).JobRunId;

const describe = async (RunId: string, on = cloud) =>
  (await on.call('glue', 'GetJobRun', { JobName: 'ledger', RunId })).JobRun;

const reaches = (runId: string, state: string, on = cloud) =>
  on.until(
    () => describe(runId, on),
    (run) => run.JobRunState === state,
  );

test('a run of an unknown job is refused, and so is what the local Glue lacks', async () => {
  await expect(start()).rejects.toMatchObject({
    code: 'EntityNotFoundException',
    message: 'Failed to start job run due to missing metadata',
  });
  await expect(define('', { CodeGenConfigurationNodes: {} })).rejects.toThrow('CodeGenConfigurationNodes');
  await define('');
  await expect(start({ ExecutionRoleSessionPolicy: '{}' })).rejects.toThrow('ExecutionRoleSessionPolicy');
  await expect(describe('jr_none')).rejects.toMatchObject({ code: 'EntityNotFoundException' });
});

test.each([
  ['s3://scripts/absent.mjs', /absent\.mjs cannot be read: /],
  ['s3://scripts/ledger.scala', /Node\.js .* and Python .*, not s3:\/\/scripts\/ledger\.scala/],
  ['/home/ledger.py', /no S3 location/],
])('a run whose script is %s fails and says why', async (ScriptLocation, message) => {
  await define('', { Command: { Name: 'glueetl', ScriptLocation } });
  expect(await reaches(await start(), 'FAILED')).toMatchObject({ ErrorMessage: expect.stringMatching(message) });
});

test('a script that exits with another code than 0 fails the run', async () => {
  await define(`console.error('broken'); process.exit(4);`);
  const id = await start();
  expect(await reaches(id, 'FAILED')).toMatchObject({
    ErrorMessage: 'Command failed with exit code 4',
    CompletedOn: new Date(NOW),
    Attempt: 0,
  });
  expect(await cloud.log('/aws-glue/jobs/error', id)).toEqual(['broken']);
});

test('a failed run is followed by others while retries are left', async () => {
  await define('process.exit(1)', { MaxRetries: 1 });
  const id = await start();
  const retry = await cloud.until(
    async () => (await cloud.call('glue', 'GetJobRuns', { JobName: 'ledger' })).JobRuns,
    (runs) => runs.length === 2 && runs.every((run: { JobRunState: string }) => run.JobRunState === 'FAILED'),
  );
  expect(retry.map((run: { Attempt: number }) => run.Attempt).sort()).toEqual([0, 1]);
  expect(await describe(`${id}_attempt_1`)).toMatchObject({ PreviousRunId: id, Attempt: 1 });
});

test('a run over its timeout ends as such', async () => {
  await define('setInterval(() => {}, 1000)');
  const id = await start({ Timeout: 2 });
  await reaches(id, 'RUNNING');
  await cloud.clock.advanceTo(NOW + 120_000);
  expect(await reaches(id, 'TIMEOUT')).toMatchObject({ ExecutionTime: 120 });
});

test('one run of a job at a time, unless it allows more', async () => {
  await define('setInterval(() => {}, 1000)');
  await start();
  await expect(start()).rejects.toMatchObject({ code: 'ConcurrentRunsExceededException' });
  await cloud.call('glue', 'UpdateJob', {
    JobName: 'ledger',
    JobUpdate: {
      Command: { Name: 'glueetl', ScriptLocation: 's3://scripts/script.mjs' },
      ExecutionProperty: { MaxConcurrentRuns: 2 },
    },
  });
  await start();
});

test('a script gets its arguments, the run over the job, and its output is in the log', async () => {
  await define('console.log(process.argv.slice(2).join(" "))', {
    DefaultArguments: { '--day': 'Monday', '--full': 'yes' },
    NonOverridableArguments: { '--fixed': '1' },
  });
  const id = await start({ Arguments: { '--day': 'Friday', '--fixed': '2' } });
  await reaches(id, 'SUCCEEDED');
  expect(await cloud.log('/aws-glue/jobs/output', id)).toEqual([
    `--JOB_NAME ledger --JOB_RUN_ID ${id} --day Friday --full yes --fixed 1`,
  ]);
});

test('a Python script runs where there is Python, and fails clearly where there is none', async () => {
  const ScriptLocation = await putScript(cloud, 'import sys\nprint("python", sys.argv[1])', 'py');
  await define('', { Command: { Name: 'pythonshell', ScriptLocation } });
  const id = await start();
  const run = await cloud.until(
    () => describe(id),
    ({ JobRunState }) => JobRunState === 'SUCCEEDED' || JobRunState === 'FAILED',
  );
  if (run.JobRunState === 'FAILED') expect(run.ErrorMessage).toContain('python3 cannot be run on this machine');
  else expect(await cloud.log('/aws-glue/python-jobs/output', id)).toEqual(['python --JOB_NAME']);
});

test('a run that was under way when the cloud was lost failed', async () => {
  const storage = openStorage();
  const before = openJobCloud({ storage });
  await define('setInterval(() => {}, 1000)', {}, before);
  const id = await start({}, before);
  await reaches(id, 'RUNNING', before);
  await before.close();
  const after = openJobCloud({ storage });
  expect(await describe(id, after)).toMatchObject({
    JobRunState: 'FAILED',
    ErrorMessage: expect.stringContaining('lost'),
  });
  await after.close();
  storage.close();
});

test('the AWS SDK starts, gets and stops a run', async () => {
  await define('setInterval(() => {}, 1000)');
  const { url } = await cloud.endpoint();
  const client = new GlueClient({
    endpoint: url,
    region: caller.region,
    credentials: { accessKeyId: caller.account, secretAccessKey: 'local' },
  });
  const { JobRunId = '' } = await client.send(new StartJobRunCommand({ JobName: 'ledger' }));
  expect(JobRunId).toMatch(/^jr_[0-9a-f]{64}$/);
  await reaches(JobRunId, 'RUNNING');
  const stop = () => client.send(new BatchStopJobRunCommand({ JobName: 'ledger', JobRunIds: [JobRunId, 'jr_none'] }));
  expect(await stop()).toMatchObject({ SuccessfulSubmissions: [{ JobRunId }], Errors: [{ JobRunId: 'jr_none' }] });
  await reaches(JobRunId, 'STOPPED');
  expect(await stop()).toMatchObject({
    Errors: [{ ErrorDetail: { ErrorCode: 'JobRunInvalidStateTransitionException' } }, {}],
  });
  const { JobRun } = await client.send(new GetJobRunCommand({ JobName: 'ledger', RunId: JobRunId }));
  expect(JobRun).toMatchObject({ StartedOn: new Date(NOW), JobRunState: 'STOPPED' });
  client.destroy();
});

test('a template makes a job that can run', async () => {
  const deployment = { ...caller, stackName: 's', logicalId: 'Ledger', packageFolder: '/' };
  const type = cloud.services.find(({ name }) => name === 'glue')!.resources!['AWS::Glue::Job']!;
  const ScriptLocation = await putScript(cloud, '');
  const properties = { Role: 'r', Command: { Name: 'glueetl', ScriptLocation }, Timeout: '5' };
  const { ref } = await type.apply(properties, deployment);
  expect((await type.apply(properties, deployment)).ref).toBe(ref);
  const { JobRunId: RunId } = await cloud.call('glue', 'StartJobRun', { JobName: ref });
  await cloud.until(
    async () => (await cloud.call('glue', 'GetJobRun', { JobName: ref, RunId })).JobRun,
    (run) => run.JobRunState === 'SUCCEEDED' && run.Timeout === 5,
  );
});
