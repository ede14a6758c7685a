import { arnOf } from '../../../aws/arn.ts';
import { type Caller, refuseOthers, type Service } from '../../../aws/service.ts';
import { type JobEnvironment, lasting, newJobId } from '../job-environment.ts';
import { pageOf, scopeOf } from '../resource-scope.ts';
import { checkName, clientException } from './client-exception.ts';
import { CONTAINER_ACCEPTED, checkLimits, type JobDefinitions } from './definition-operations.ts';
import type { ContainerProperties, JobDefinition, JobDetail, JobRecord, NameValue } from './job-record.ts';
import type { JobQueues } from './queue-operations.ts';
import { type JobRuns, jobKey } from './run-jobs.ts';

interface SubmitJob extends Pick<JobDefinition, 'parameters' | 'retryStrategy' | 'timeout'> {
  readonly jobName: string;
  readonly jobQueue: string;
  readonly jobDefinition: string;
  readonly dependsOn?: readonly { readonly jobId: string; readonly type?: string }[];
  readonly containerOverrides?: Pick<ContainerProperties, 'command' | 'environment'>;
}

interface ListJobs {
  readonly jobQueue?: string;
  readonly jobStatus?: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

interface StopJob {
  readonly jobId: string;
  readonly reason: string;
}

const SUBMIT = [
  'jobName',
  'jobQueue',
  'jobDefinition',
  'parameters',
  'dependsOn',
  'containerOverrides',
  'timeout',
  'retryStrategy',
];

export function jobOperations(
  environment: JobEnvironment,
  { queues, definitions, runs }: { queues: JobQueues; definitions: JobDefinitions; runs: JobRuns },
): Service['operations'] {
  const { storage, clock } = environment;
  const jobs = storage.table<JobRecord>('batch/jobs');

  function newJob(input: SubmitJob, jobId: string, caller: Caller): JobRecord {
    const definition = definitions.find(input.jobDefinition, caller);
    const { containerProperties, parameters } = definition;
    const { command, environment: variables, ...others } = input.containerOverrides ?? {};
    const detail: JobDetail = {
      jobId,
      jobArn: arnOf('batch', caller, `job/${jobId}`),
      jobName: input.jobName,
      jobQueue: queues.find(input.jobQueue, caller).jobQueueArn,
      jobDefinition: definition.jobDefinitionArn,
      parameters: { ...parameters, ...input.parameters },
      dependsOn: input.dependsOn ?? [],
      retryStrategy: input.retryStrategy ?? definition.retryStrategy,
      timeout: input.timeout ?? definition.timeout,
      createdAt: clock.now(),
      status: 'SUBMITTED',
      attempts: [],
      container: {
        ...containerProperties,
        ...others,
        ...(command && { command }),
        environment: merged(containerProperties.environment, variables),
      },
    };
    return { detail, caller: lasting(caller), definitionName: definition.jobDefinitionName };
  }

  return {
    SubmitJob(input: SubmitJob, caller) {
      checkSubmission(input);
      for (const { jobId } of input.dependsOn ?? []) {
        if (!jobs.get(jobKey(caller, jobId))) throw clientException(`Job dependency ${jobId} not found`);
      }
      const jobId = newJobId(environment, caller);
      const key = jobKey(caller, jobId);
      if (!jobs.get(key)) {
        jobs.put(key, newJob(input, jobId, caller));
        runs.begin(key);
      }
      const { jobArn, jobName } = jobs.get(key)!.detail;
      return { jobArn, jobName, jobId };
    },
    DescribeJobs({ jobs: ids }: { jobs: readonly string[] }, caller) {
      return { jobs: ids.flatMap((id) => jobs.get(jobKey(caller, idOf(id)))?.detail ?? []) };
    },
    ListJobs(input: ListJobs, caller) {
      refuseOthers('batch:ListJobs', input, ['jobQueue', 'jobStatus', 'maxResults', 'nextToken']);
      const { jobQueue, jobStatus = 'RUNNING', maxResults, nextToken } = input;
      if (!jobQueue) throw clientException('A job queue has to be given');
      const { jobQueueArn } = queues.find(jobQueue, caller);
      const found = [...jobs.entries(scopeOf(caller))]
        .map(([, { detail }]) => detail)
        .filter((job) => job.jobQueue === jobQueueArn && job.status === jobStatus);
      const { items, ...rest } = pageOf(found, nextToken, maxResults);
      return { jobSummaryList: items.map(summaryOf), ...rest };
    },
    TerminateJob({ jobId, reason }: StopJob, caller) {
      const key = jobKey(caller, idOf(jobId));
      if (jobs.get(key)) runs.terminate(key, reason, { isTerminated: true });
      return {};
    },
    CancelJob({ jobId, reason }: StopJob, caller) {
      const key = jobKey(caller, idOf(jobId));
      const status = jobs.get(key)?.detail.status;
      const isWaiting = status === 'SUBMITTED' || status === 'PENDING' || status === 'RUNNABLE';
      if (isWaiting) runs.terminate(key, reason, { isCancelled: true });
      return {};
    },
  };
}

function checkSubmission(input: SubmitJob): void {
  refuseOthers('batch:SubmitJob', input, SUBMIT, [
    'tags',
    'propagateTags',
    'shareIdentifier',
    'schedulingPriorityOverride',
  ]);
  refuseOthers('batch:SubmitJob', input.containerOverrides ?? {}, ['command', 'environment'], CONTAINER_ACCEPTED);
  for (const dependency of input.dependsOn ?? []) refuseOthers('batch:SubmitJob dependsOn', dependency, ['jobId']);
  checkName('jobName', input.jobName);
  checkLimits(input);
}

const idOf = (idOrArn: string): string => idOrArn.split('job/').at(-1)!;

function merged(defaults: readonly NameValue[] = [], overrides: readonly NameValue[] = []): readonly NameValue[] {
  const kept = defaults.filter(({ name }) => !overrides.some((each) => each.name === name));
  return [...kept, ...overrides];
}

function summaryOf({ container, ...job }: JobDetail) {
  const { jobArn, jobId, jobName, jobDefinition, createdAt, startedAt, stoppedAt, status, statusReason } = job;
  const { exitCode, reason } = container;
  return {
    jobArn,
    jobId,
    jobName,
    jobDefinition,
    createdAt,
    startedAt,
    stoppedAt,
    status,
    statusReason,
    container: { exitCode, reason },
  };
}
