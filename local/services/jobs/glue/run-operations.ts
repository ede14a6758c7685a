import { type Caller, refuseOthers, type Service, ServiceError } from '../../../aws/service.ts';
import { type JobEnvironment, lasting, newJobId } from '../job-environment.ts';
import { pageOf, scopeOf } from '../resource-scope.ts';
import { entityNotFound } from './glue-error.ts';
import type { GlueJobs } from './job-operations.ts';
import { type Arguments, type GlueJob, isOver, type JobRunRecord, withDates } from './job-run-record.ts';
import { type GlueRuns, newRun } from './run-job.ts';

interface StartRun {
  readonly JobName: string;
  readonly Arguments?: Arguments;
  readonly Timeout?: number;
}

interface RunsOfJob {
  readonly JobName: string;
  readonly NextToken?: string;
  readonly MaxResults?: number;
}

const START_ACCEPTED = [
  'AllocatedCapacity',
  'ExecutionClass',
  'JobRunQueuingEnabled',
  'MaxCapacity',
  'NotificationProperty',
  'NumberOfWorkers',
  'SecurityConfiguration',
  'WorkerType',
];

export function runOperations(environment: JobEnvironment, jobs: GlueJobs, runs: GlueRuns): Service['operations'] {
  const { storage, clock } = environment;
  const table = storage.table<JobRunRecord>('glue/runs');
  const keyOf = (jobName: string, runId: string, caller: Caller) => `${scopeOf(caller)}${jobName}/${runId}`;
  const runsOf = (jobName: string, caller: Caller) =>
    [...table.entries(`${scopeOf(caller)}${jobName}/`)].map(([, { run }]) => run);

  function find(jobName: string, runId: string, caller: Caller) {
    const record = table.get(keyOf(jobName, runId, caller));
    if (!record) throw entityNotFound(`Job Run ${runId} for Job ${jobName} not found`);
    return record.run;
  }

  function checkConcurrency({ Name, ExecutionProperty }: GlueJob, caller: Caller): void {
    const limit = ExecutionProperty?.MaxConcurrentRuns ?? 1;
    if (runsOf(Name, caller).filter((run) => !isOver(run)).length < limit) return;
    throw new ServiceError('ConcurrentRunsExceededException', `Concurrent runs exceeded for ${Name}`);
  }

  return {
    StartJobRun(input: StartRun, caller) {
      refuseOthers('glue:StartJobRun', input, ['JobName', 'Arguments', 'Timeout'], START_ACCEPTED);
      const job = jobs.get(input.JobName, caller);
      if (!job) throw entityNotFound('Failed to start job run due to missing metadata');
      // A UUID twice gives the form that Glue's ids have.
      const id = newJobId(environment, caller).replaceAll('-', '');
      const JobRunId = `jr_${id}${id}`;
      if (table.get(keyOf(job.Name, JobRunId, caller))) return { JobRunId };
      checkConcurrency(job, caller);
      const LogGroupName = job.Command.Name === 'pythonshell' ? '/aws-glue/python-jobs' : '/aws-glue/jobs';
      const { Arguments, Timeout = job.Timeout } = input;
      const run = newRun({ Id: JobRunId, JobName: job.Name, Arguments, Timeout, LogGroupName }, clock.now());
      runs.begin({ run, job, caller: lasting(caller) });
      return { JobRunId };
    },
    GetJobRun(input: { JobName: string; RunId: string }, caller) {
      refuseOthers('glue:GetJobRun', input, ['JobName', 'RunId'], ['PredecessorsIncluded']);
      return { JobRun: withDates(find(input.JobName, input.RunId, caller)) };
    },
    GetJobRuns({ JobName, NextToken, MaxResults }: RunsOfJob, caller) {
      if (!jobs.get(JobName, caller)) throw entityNotFound(`Entity not found: job ${JobName}`);
      const newestFirst = runsOf(JobName, caller).sort((a, b) => b.StartedOn - a.StartedOn);
      const { items, nextToken } = pageOf(newestFirst.map(withDates), NextToken, MaxResults);
      return { JobRuns: items, NextToken: nextToken };
    },
    BatchStopJobRun({ JobName, JobRunIds }: { JobName: string; JobRunIds: readonly string[] }, caller) {
      const SuccessfulSubmissions: object[] = [];
      const Errors: object[] = [];
      for (const JobRunId of JobRunIds) {
        const record = table.get(keyOf(JobName, JobRunId, caller));
        const problem = stopProblem(record);
        if (problem) Errors.push({ JobName, JobRunId, ErrorDetail: problem });
        else {
          runs.stop(keyOf(JobName, JobRunId, caller));
          SuccessfulSubmissions.push({ JobName, JobRunId });
        }
      }
      return { SuccessfulSubmissions, Errors };
    },
  };
}

function stopProblem(record: JobRunRecord | undefined): object | undefined {
  if (!record) return { ErrorCode: 'EntityNotFoundException', ErrorMessage: 'Job run not found' };
  if (!isOver(record.run)) return undefined;
  const ErrorMessage = `Job Run ${record.run.Id} cannot be stopped because it is in ${record.run.JobRunState} state`;
  return { ErrorCode: 'JobRunInvalidStateTransitionException', ErrorMessage };
}
