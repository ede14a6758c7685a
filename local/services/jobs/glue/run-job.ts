import { createBackgroundWork } from '../background-work.ts';
import { endInTime } from '../end-in-time.ts';
import type { JobEnvironment } from '../job-environment.ts';
import { exitCodeOf, type JobEnd, type JobProcess } from '../job-processes.ts';
import { runScript } from '../script.ts';
import { isOver, type JobRun, type JobRunRecord } from './job-run-record.ts';

export interface GlueRuns {
  /** Records a run and begins it. Returns at once. */
  begin(record: JobRunRecord): void;
  stop(key: string): void;
  /** Takes up all runs that are not over. One that was under way when the process was lost has lost its host. */
  resume(): void;
  /** Resolves when nothing goes on any more. The processes have to be closed before. */
  close(): Promise<void>;
}

/** Runs the scripts of Glue jobs, with their retries. */
export function createGlueRuns(environment: JobEnvironment): GlueRuns {
  const { storage, clock, changes } = environment;
  const table = storage.table<JobRunRecord>('glue/runs');
  const running = new Map<string, JobProcess>();
  const work = createBackgroundWork('Glue job run', environment.report);

  function change(key: string, update: Partial<JobRun>): void {
    const record = table.get(key)!;
    table.put(key, { ...record, run: { ...record.run, ...update, LastModifiedOn: clock.now() } });
    changes.notify();
  }

  async function perform(key: string): Promise<void> {
    const giveBack = await environment.processes.room();
    if (!giveBack) return;
    try {
      if (isOver(table.get(key)!.run)) return;
      const process = await start(table.get(key)!);
      if (isOver(table.get(key)!.run)) process.stop();
      else if (process.hasStarted) change(key, { JobRunState: 'RUNNING' });
      running.set(key, process);
      const { end, isLate } = await endInTime(clock, process, table.get(key)!.run.Timeout * 60);
      running.delete(key);
      if (end.type !== 'abandoned') finish(key, end, isLate);
    } finally {
      giveBack();
    }
  }

  function start({ run, job, caller }: JobRunRecord): Promise<JobProcess> {
    const given = { ...job.DefaultArguments, ...run.Arguments, ...job.NonOverridableArguments };
    const all = { '--JOB_NAME': run.JobName, '--JOB_RUN_ID': run.Id, ...given };
    return runScript(environment, {
      location: job.Command.ScriptLocation,
      words: Object.entries(all).flat(),
      log: { logGroupName: `${run.LogGroupName}/output`, logStreamName: run.Id },
      errorLog: { logGroupName: `${run.LogGroupName}/error`, logStreamName: run.Id },
      caller,
    });
  }

  function finish(key: string, end: JobEnd, isLate: boolean): void {
    const { run } = table.get(key)!;
    if (isOver(run)) return;
    const exitCode = exitCodeOf(end);
    if (run.JobRunState === 'STOPPING') complete(key, { JobRunState: 'STOPPED' });
    else if (isLate) complete(key, { JobRunState: 'TIMEOUT', ErrorMessage: 'Job run exceeded its timeout' });
    else if (exitCode === 0) complete(key, { JobRunState: 'SUCCEEDED' });
    else fail(key, end.type === 'notStarted' ? end.reason : `Command failed with exit code ${exitCode}`);
  }

  function complete(key: string, update: Partial<JobRun>): void {
    const now = clock.now();
    const { StartedOn } = table.get(key)!.run;
    change(key, { ...update, CompletedOn: now, ExecutionTime: Math.round((now - StartedOn) / 1_000) });
  }

  /** A failed run is followed by another while the job has retries left. */
  function fail(key: string, ErrorMessage: string): void {
    complete(key, { JobRunState: 'FAILED', ErrorMessage });
    const { run, job, caller } = table.get(key)!;
    if (run.Attempt >= (job.MaxRetries ?? 0)) return;
    const Attempt = run.Attempt + 1;
    const Id = `${run.Id.replace(/_attempt_\d+$/, '')}_attempt_${Attempt}`;
    const next = newRun({ ...run, Id, Attempt, PreviousRunId: run.Id }, clock.now());
    begin({ run: next, job, caller });
  }

  function begin(record: JobRunRecord): void {
    const key = runKey(record);
    table.put(key, record);
    changes.notify();
    take(key);
  }

  function take(key: string): void {
    work.begin(key, () => perform(key));
  }

  return {
    begin,
    close: work.done,
    stop(key) {
      const process = running.get(key);
      if (!process) complete(key, { JobRunState: 'STOPPED' });
      else change(key, { JobRunState: 'STOPPING' });
      process?.stop();
    },
    resume() {
      for (const [key, { run }] of table.entries()) {
        if (isOver(run) || work.has(key)) continue;
        if (run.JobRunState === 'STARTING') take(key);
        else if (run.JobRunState === 'STOPPING') complete(key, { JobRunState: 'STOPPED' });
        else fail(key, 'Internal service error: the host of this job run was lost');
      }
    },
  };
}

const SCRIPT_DEFAULT_TIMEOUT = 2_880;

/** A run that has not begun. */
export function newRun(
  {
    Id,
    Attempt,
    PreviousRunId,
    JobName,
    Arguments,
    Timeout,
    LogGroupName,
  }: Omit<Partial<JobRun>, 'Id' | 'JobName' | 'LogGroupName'> & Pick<JobRun, 'Id' | 'JobName' | 'LogGroupName'>,
  now: number,
): JobRun {
  return {
    Id,
    Attempt: Attempt ?? 0,
    ...(PreviousRunId !== undefined && { PreviousRunId }),
    JobName,
    JobRunState: 'STARTING',
    StartedOn: now,
    LastModifiedOn: now,
    ...(Arguments && { Arguments }),
    ExecutionTime: 0,
    Timeout: Timeout ?? SCRIPT_DEFAULT_TIMEOUT,
    LogGroupName,
  };
}

export const runKey = ({ run, caller: { account, region } }: Pick<JobRunRecord, 'run' | 'caller'>): string =>
  `${account}/${region}/${run.JobName}/${run.Id}`;
