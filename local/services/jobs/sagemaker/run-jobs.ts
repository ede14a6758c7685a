import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { createBackgroundWork } from '../background-work.ts';
import { runContainer } from '../container.ts';
import { endInTime } from '../end-in-time.ts';
import type { JobEnvironment } from '../job-environment.ts';
import { exitCodeOf, type JobEnd, type JobProcess } from '../job-processes.ts';
import { tarGz } from '../tar.ts';
import { isOver, type JobRecord, jobKey, modelKey } from './job-record.ts';

export interface SageMakerRuns {
  /** Records a job and begins it. Returns at once. */
  begin(job: JobRecord): void;
  stop(key: string): void;
  /** Takes up all jobs that are not over. One that had begun when the process was lost has lost its host. */
  resume(): void;
  /** Resolves when nothing goes on any more. The processes have to be closed before. */
  close(): Promise<void>;
}

const LOST = 'InternalServerError: We encountered an internal error. Please try again.';

/** Runs the containers of SageMaker's training and processing jobs. */
export function createSageMakerRuns(environment: JobEnvironment): SageMakerRuns {
  const { storage, clock, changes } = environment;
  const table = storage.table<JobRecord>('sagemaker/jobs');
  const running = new Map<string, JobProcess>();
  const work = createBackgroundWork('SageMaker job', environment.report);

  function change(key: string, update: Partial<JobRecord>): void {
    table.put(key, { ...table.get(key)!, ...update, changedAt: clock.now() });
    changes.notify();
  }

  async function perform(key: string): Promise<void> {
    const giveBack = await environment.processes.room();
    if (!giveBack) return;
    const folder = await mkdtemp(join(tmpdir(), 'sagemaker-'));
    try {
      if (!isOver(table.get(key)!)) await runIn(folder, key);
    } finally {
      giveBack();
      await rm(folder, { recursive: true, force: true });
    }
  }

  async function runIn(folder: string, key: string): Promise<void> {
    const job = table.get(key)!;
    const modelFolder = join(folder, 'model');
    await mkdir(modelFolder);
    const process = runContainer(environment, {
      ...job.container,
      command: job.container.words,
      variables: { SM_MODEL_DIR: modelFolder, ...job.container.variables },
      log: { logGroupName: `/aws/sagemaker/${job.kind}Jobs`, logStreamName: `${job.name}/algo-1-${job.createdAt}` },
      caller: job.caller,
    });
    if (process.hasStarted) change(key, { startedAt: clock.now(), secondaryStatus: job.kind });
    running.set(key, process);
    const { end, isLate } = await endInTime(clock, process, job.maxSeconds);
    running.delete(key);
    if (end.type !== 'abandoned') await finish(key, end, isLate, modelFolder);
  }

  async function finish(key: string, end: JobEnd, isLate: boolean, modelFolder: string): Promise<void> {
    const job = table.get(key)!;
    const exitCode = exitCodeOf(end);
    const over = (status: JobRecord['status'], secondaryStatus: string, failureReason?: string) =>
      change(key, { status, secondaryStatus, failureReason, exitCode, endedAt: clock.now() });
    if (job.status === 'Stopping') return over('Stopped', 'Stopped');
    if (isLate) return over('Stopped', 'MaxRuntimeExceeded');
    if (end.type === 'notStarted') return over('Failed', 'Failed', `ClientError: ${end.reason}`);
    if (exitCode !== 0) return over('Failed', 'Failed', `AlgorithmError: , exit code: ${exitCode}`);
    if (job.outputPath === undefined) return over('Completed', 'Completed');
    change(key, { secondaryStatus: 'Uploading' });
    try {
      await uploadModel(job, modelFolder);
      over('Completed', 'Completed');
    } catch (error) {
      over('Failed', 'Failed', `ClientError: Artifact upload failed: ${(error as Error).message}`);
    }
  }

  async function uploadModel(job: JobRecord, folder: string): Promise<void> {
    const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((each) => each.isFile());
    const entries = await Promise.all(
      files.map(async ({ parentPath, name }) => {
        const path = join(parentPath, name);
        return { name: relative(folder, path).replaceAll(sep, '/'), content: await readFile(path) };
      }),
    );
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(modelKey(job)) ?? [];
    await environment.call('s3', 'PutObject', { Bucket, Key, Body: tarGz(entries) }, job.caller);
  }

  const take = (key: string) => work.begin(key, () => perform(key));

  return {
    begin(job) {
      const key = jobKey(job.kind, job.name, job.caller);
      table.put(key, job);
      changes.notify();
      take(key);
    },
    close: work.done,
    stop(key) {
      const process = running.get(key);
      if (process) change(key, { status: 'Stopping', secondaryStatus: 'Stopping' });
      else change(key, { status: 'Stopped', secondaryStatus: 'Stopped', endedAt: clock.now() });
      process?.stop();
    },
    resume() {
      for (const [key, job] of table.entries()) {
        if (isOver(job) || work.has(key)) continue;
        if (job.startedAt === undefined) take(key);
        else if (job.status === 'Stopping') change(key, { status: 'Stopped', endedAt: clock.now() });
        else change(key, { status: 'Failed', secondaryStatus: 'Failed', failureReason: LOST, endedAt: clock.now() });
      }
    },
  };
}
