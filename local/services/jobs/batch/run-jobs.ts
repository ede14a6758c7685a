import { createBackgroundWork } from '../background-work.ts';
import { runContainer, variablesOf } from '../container.ts';
import { endInTime } from '../end-in-time.ts';
import type { JobEnvironment } from '../job-environment.ts';
import { exitCodeOf, type JobEnd, type JobProcess } from '../job-processes.ts';
import { type Attempt, isOver, type JobDetail, type JobRecord } from './job-record.ts';
import { isRetried } from './retry.ts';

export interface JobRuns {
  /** Takes a job up that was just recorded, or one of an earlier run of this cloud. Returns at once. */
  begin(key: string): void;
  /** Ends a job with this reason. */
  terminate(key: string, reason: string, mark: Pick<JobDetail, 'isCancelled' | 'isTerminated'>): void;
  /** Takes up all jobs that are not over. One that was running when the process was lost has lost its host. */
  resume(): void;
  /** Resolves when nothing goes on any more. The processes have to be closed before. */
  close(): Promise<void>;
}

/** Runs the jobs of Batch: waits for their dependencies and for capacity, then makes attempts until one decides. */
export function createJobRuns(environment: JobEnvironment): JobRuns {
  const { storage, clock, changes } = environment;
  const jobs = storage.table<JobRecord>('batch/jobs');
  const running = new Map<string, JobProcess>();
  const work = createBackgroundWork('Batch job', environment.report);
  const closed = new AbortController();

  function change(key: string, update: Partial<JobDetail>): void {
    const record = jobs.get(key)!;
    jobs.put(key, { ...record, detail: { ...record.detail, ...update } });
    changes.notify();
  }

  async function run(key: string): Promise<void> {
    if (!(await dependenciesSucceed(key))) return;
    change(key, { status: 'RUNNABLE' });
    const giveBack = await environment.processes.room();
    if (!giveBack) return;
    try {
      while (!isOver(jobs.get(key)!.detail)) {
        const attempt = await makeAttempt(key);
        if (!attempt) return;
        record(key, attempt);
      }
    } finally {
      giveBack();
    }
  }

  /** @returns false if the job is over without having run */
  async function dependenciesSucceed(key: string): Promise<boolean> {
    const { caller } = jobs.get(key)!;
    for (;;) {
      const changed = changes.next(closed.signal).catch(() => {});
      if (closed.signal.aborted) return false;
      const { detail } = jobs.get(key)!;
      if (isOver(detail)) return false;
      const dependencies = detail.dependsOn.map(({ jobId }) => jobs.get(jobKey(caller, jobId))?.detail);
      if (dependencies.every((each) => each?.status === 'SUCCEEDED')) return true;
      if (dependencies.some((each) => each?.status === 'FAILED')) {
        change(key, { status: 'FAILED', statusReason: 'Dependent Job failed', stoppedAt: clock.now() });
        return false;
      }
      if (detail.status !== 'PENDING') change(key, { status: 'PENDING' });
      else await changed;
    }
  }

  /** @returns undefined if this cloud is closed meanwhile */
  async function makeAttempt(key: string): Promise<Attempt | undefined> {
    const { detail, caller, definitionName } = jobs.get(key)!;
    const number = detail.attempts.length + 1;
    const { image, command = [], environment: variables } = detail.container;
    const { 'awslogs-group': logGroupName = '/aws/batch/job', 'awslogs-stream-prefix': prefix = definitionName } =
      detail.container.logConfiguration?.options ?? {};
    const logStreamName = `${prefix}/default/${detail.jobId}-${number}`;
    const container = { ...detail.container, logStreamName, exitCode: undefined, reason: undefined };
    change(key, { status: 'STARTING', container });
    const process = runContainer(environment, {
      image,
      command: command.map((word) => substitute(word, detail.parameters)),
      variables: {
        AWS_BATCH_JOB_ID: detail.jobId,
        AWS_BATCH_JQ_NAME: detail.jobQueue.split('/').at(-1)!,
        AWS_BATCH_JOB_ATTEMPT: String(number),
        ...variablesOf(variables),
      },
      log: { logGroupName, logStreamName },
      caller,
    });
    const startedAt = process.hasStarted ? clock.now() : undefined;
    if (startedAt !== undefined) change(key, { status: 'RUNNING', startedAt: detail.startedAt ?? startedAt });
    running.set(key, process);
    const { end, isLate } = await endInTime(clock, process, detail.timeout?.attemptDurationSeconds);
    running.delete(key);
    if (end.type === 'abandoned') return undefined;
    return { startedAt, stoppedAt: clock.now(), ...outcomeOf(end, isLate, logStreamName) };
  }

  /** Adds an attempt, and what becomes of the job by it. */
  function record(key: string, attempt: Attempt): void {
    const { detail } = jobs.get(key)!;
    const attempts = [...detail.attempts, attempt];
    const container = { ...detail.container, ...attempt.container };
    const { stoppedAt, statusReason } = attempt;
    if (detail.isTerminated || detail.isCancelled) change(key, { attempts, container, status: 'FAILED', stoppedAt });
    else if (attempt.container.exitCode === 0 && statusReason !== TIMED_OUT)
      change(key, { attempts, container, status: 'SUCCEEDED', statusReason, stoppedAt });
    else if (statusReason !== TIMED_OUT && isRetried(detail.retryStrategy ?? {}, attempts))
      change(key, { attempts, container, status: 'RUNNABLE', statusReason });
    else change(key, { attempts, container, status: 'FAILED', statusReason, stoppedAt });
  }

  function begin(key: string): void {
    work.begin(key, () => run(key));
  }

  return {
    begin,
    terminate(key, reason, mark) {
      const { detail } = jobs.get(key)!;
      if (isOver(detail)) return;
      const process = running.get(key);
      const isWaiting = process === undefined;
      change(key, {
        ...mark,
        statusReason: reason,
        ...(isWaiting && { status: 'FAILED', stoppedAt: clock.now() }),
      });
      process?.stop();
    },
    resume() {
      for (const [key, { detail }] of jobs.entries()) {
        if (isOver(detail) || work.has(key)) continue;
        if (detail.status === 'STARTING' || detail.status === 'RUNNING') record(key, lostAttempt(detail, clock.now()));
        begin(key);
      }
    },
    async close() {
      closed.abort();
      await work.done();
    },
  };
}

const TIMED_OUT = 'Job attempt duration exceeded timeout';

function outcomeOf(end: JobEnd, isLate: boolean, logStreamName: string): Pick<Attempt, 'container' | 'statusReason'> {
  const exitCode = exitCodeOf(end);
  if (end.type === 'notStarted') {
    return { statusReason: 'Task failed to start', container: { reason: end.reason, logStreamName } };
  }
  return {
    statusReason: isLate ? TIMED_OUT : 'Essential container in task exited',
    container: { exitCode, logStreamName },
  };
}

const lostAttempt = ({ startedAt, container: { logStreamName } }: JobDetail, now: number): Attempt => ({
  statusReason: 'Host EC2 (instance local) terminated.',
  container: { logStreamName },
  startedAt,
  stoppedAt: now,
});

export const jobKey = ({ account, region }: { account: string; region: string }, jobId: string): string =>
  `${account}/${region}/${jobId}`;

/** `Ref::name` in a command stands for a parameter of the job. */
const substitute = (word: string, parameters: Readonly<Record<string, string>>): string =>
  word.startsWith('Ref::') ? (parameters[word.slice(5)] ?? word) : word;
