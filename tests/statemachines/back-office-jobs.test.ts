import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import overlay from '../../jobs/close-of-day.json' with { type: 'json' };
import { type Cloud, startCloud } from '../../local/cloud.ts';
import { provideBackOffice } from '../../scripts/start/provide-back-office.ts';
import { type AslFlow, definition } from '../asl/machines.ts';

// The branch of each kind of job, on the job runners of the local cloud: as it comes, failing, and stopped.

const JOBS = join(import.meta.dirname, '../../jobs');
const DAY = '2026-11-22';
const LEDGER = [
  { kind: 'capture', orderId: 'ord_1', reference: 'capture', currency: 'EUR', amount: 7_800 },
  { kind: 'refund', orderId: 'ord_1', reference: 'ref_1', currency: 'EUR', amount: 300 },
  { kind: 'total', currency: 'EUR', movements: 2, captured: 7_800, refunded: 300, net: 7_500 },
];

let cloud: Cloud;
const folders: string[] = [];
afterEach(async () => {
  await cloud.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const ask = (service: string, operation: string, input: object) =>
  cloud.call(service, operation, input, { account: cloud.account, region: cloud.region });

/** A copy of the jobs in which every program is this one. */
function jobsOf(program: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'back-office-'));
  folders.push(folder);
  cpSync(JOBS, folder, { recursive: true });
  mkdirSync(join(folder, 'images/sum-ledger'), { recursive: true });
  writeFileSync(join(folder, 'images/sum-ledger/entrypoint.mjs'), program);
  writeFileSync(join(folder, 'scripts/load-ledger.mjs'), program);
  return folder;
}

/** The states of close-day from its jobs on, with one job left. @returns the execution's ARN */
async function startJob(name: string, folder: string): Promise<string> {
  cloud = await startCloud({ imagesFolder: join(folder, 'images'), region: 'eu-central-1' });
  await provideBackOffice(cloud, folder);
  await ask('s3', 'CreateBucket', { Bucket: 'ledgers' });
  const Body = Buffer.from(LEDGER.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await ask('s3', 'PutObject', { Bucket: 'ledgers', Key: 'ledger.jsonl', Body });
  const { States } = definition('close-day') as AslFlow;
  const given = {
    ...{ day: DAY, bucket: 'ledgers', ledger: { uri: 's3://ledgers/ledger.jsonl' } },
    jobsLeft: overlay.jobs.filter((job) => job.name === name),
  };
  const machine = {
    QueryLanguage: 'JSONata',
    StartAt: 'Ledger written',
    States: {
      'Ledger written': { Type: 'Pass', Assign: given, Next: 'Run jobs' },
      'Run jobs': States['Run jobs'],
      'Back-office job failed': States['Back-office job failed'],
      'Anything new?': { Type: 'Succeed' },
    },
  };
  const { stateMachineArn } = await ask('states', 'CreateStateMachine', {
    ...{ name: 'jobs', definition: JSON.stringify(machine), roleArn: 'arn:aws:iam::000000000000:role/any' },
  });
  return (await ask('states', 'StartExecution', { stateMachineArn, input: '{}' })).executionArn;
}

async function until<T>(look: () => Promise<T>, passes: (seen: T) => boolean): Promise<T> {
  for (const end = Date.now() + 20_000; ; await pause(20)) {
    const seen = await look();
    if (passes(seen)) return seen;
    if (Date.now() > end) throw new Error(`In vain: ${JSON.stringify(seen)}`);
  }
}

const ended = (executionArn: string) =>
  until(
    () => ask('states', 'DescribeExecution', { executionArn }),
    ({ status }) => status !== 'RUNNING',
  );

/** The answer of the call that started the job, once there is one. */
async function submitted(executionArn: string) {
  const { events } = await until(
    () => ask('states', 'GetExecutionHistory', { executionArn, maxResults: 1_000 }),
    (history) => history.events.some(({ type }: { type: string }) => type === 'TaskSubmitted'),
  );
  const event = events.find(({ type }: { type: string }) => type === 'TaskSubmitted');
  return JSON.parse(event.taskSubmittedEventDetails.output);
}

/** How the service itself says that a job ended that was stopped. */
// biome-ignore lint/suspicious/noExplicitAny: each service answers in its own shape.
const STOPPED: Readonly<Record<string, (job: any) => Promise<unknown>>> = {
  batch: async ({ JobId }) => (await ask('batch', 'DescribeJobs', { jobs: [JobId] })).jobs[0].status,
  ecs: async ({ Tasks: [{ TaskArn, ClusterArn }] }) =>
    (await ask('ecs', 'DescribeTasks', { cluster: ClusterArn, tasks: [TaskArn] })).tasks[0].lastStatus,
  glue: async ({ JobRunId }) =>
    (await ask('glue', 'GetJobRun', { JobName: 'load-ledger', RunId: JobRunId })).JobRun.JobRunState,
  sagemaker: async ({ ProcessingJobArn }) => {
    const ProcessingJobName = ProcessingJobArn.split('/').at(-1);
    return (await ask('sagemaker', 'DescribeProcessingJob', { ProcessingJobName })).ProcessingJobStatus;
  },
  emr: async ({ StepId }) => {
    const step = { ClusterId: 'j-D24856EEBE3E9', StepId };
    return (await ask('elasticmapreduce', 'DescribeStep', step)).Step.Status.State;
  },
};

describe.each(overlay.jobs.map(({ service, name }) => [service, name]))('the job of %s', (service, name) => {
  test('that fails ends the close by its name, and is not recorded as done', async () => {
    const done = await ended(await startJob(name, jobsOf('process.exit(3);')));
    expect(done).toMatchObject({ status: 'FAILED', error: 'BackOfficeJobFailedError' });
    expect(done.cause).toMatch(new RegExp(`^${name}: States.TaskFailed: `));
    expect(await ask('s3', 'ListObjectsV2', { Bucket: 'ledgers', Prefix: 'days/' })).toMatchObject({ KeyCount: 0 });
  });

  test('is stopped when the close of the day is', async () => {
    const executionArn = await startJob(name, jobsOf('setInterval(() => {}, 1_000);'));
    const job = await submitted(executionArn);
    await ask('states', 'StopExecution', { executionArn });
    expect(await ended(executionArn)).toMatchObject({ status: 'ABORTED' });
    await until(
      async () => STOPPED[service]?.(job),
      (state) => ['FAILED', 'STOPPED', 'Stopped', 'CANCELLED'].includes(String(state)),
    );
  });

  test('that is shipped runs, and is recorded as done', async () => {
    const done = await ended(await startJob(name, JOBS));
    expect(done).toMatchObject({ status: 'SUCCEEDED' });
    const { Contents } = await ask('s3', 'ListObjectsV2', { Bucket: 'ledgers', Prefix: 'jobs/' });
    expect(Contents.map(({ Key }: { Key: string }) => Key)).toEqual([`jobs/${DAY}/${name}.json`]);
  });
});
