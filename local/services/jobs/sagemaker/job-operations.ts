import { arnOf } from '../../../aws/arn.ts';
import { type Caller, refuseOthers, type Service, ServiceError } from '../../../aws/service.ts';
import type { JobEnvironment } from '../job-environment.ts';
import { pageOf } from '../resource-scope.ts';
import { isOver, type JobRecord, jobKey } from './job-record.ts';
import type { SageMakerRuns } from './run-jobs.ts';

type Input = Readonly<Record<string, unknown>>;

/** A kind of job: how its input becomes a record, and how it is described. */
export interface JobKind {
  readonly kind: JobRecord['kind'];
  /** @throws ServiceError for what this cloud lacks */
  readonly read: (input: Input) => Pick<JobRecord, 'container' | 'maxSeconds' | 'outputPath'>;
  readonly describe: (job: JobRecord) => object;
}

/** Create, describe, list and stop jobs of one kind. */
export function jobOperations(
  { storage, clock }: JobEnvironment,
  runs: SageMakerRuns,
  { kind, read, describe }: JobKind,
): Service['operations'] {
  const table = storage.table<JobRecord>('sagemaker/jobs');
  const nameMember = `${kind}JobName`;
  const arnMember = `${kind}JobArn`;

  function find(input: Input, caller: Caller): JobRecord {
    const job = table.get(jobKey(kind, String(input[nameMember]), caller));
    if (!job) throw new ServiceError('ValidationException', 'Requested resource not found.');
    return job;
  }

  function newJob(input: Input, name: string, { account, region, idempotencyKey }: Caller): JobRecord {
    return {
      ...read(input),
      kind,
      name,
      arn: arnOf('sagemaker', { account, region }, `${kind.toLowerCase()}-job/${name}`),
      input,
      status: 'InProgress',
      secondaryStatus: 'Starting',
      createdAt: clock.now(),
      changedAt: clock.now(),
      caller: { account, region },
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    };
  }

  return {
    [`Create${kind}Job`](input: Input, caller: Caller) {
      const name = String(input[nameMember] ?? '');
      if (!/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(name)) {
        throw new ServiceError('ValidationException', `${nameMember} ${JSON.stringify(name)} is not valid`);
      }
      const known = table.get(jobKey(kind, name, caller));
      if (known && caller.idempotencyKey !== undefined && known.idempotencyKey === caller.idempotencyKey) {
        return { [arnMember]: known.arn };
      }
      if (known) {
        const what = `${kind === 'Training' ? 'Training' : 'Processing'} job names must be unique within an AWS account`;
        throw new ServiceError(
          'ResourceInUse',
          `${what} and region, and a job with this name already exists (${known.arn})`,
        );
      }
      const job = newJob(input, name, caller);
      runs.begin(job);
      return { [arnMember]: job.arn };
    },
    [`Describe${kind}Job`]: (input: Input, caller: Caller) => describe(find(input, caller)),
    [`Stop${kind}Job`](input: Input, caller: Caller) {
      const job = find(input, caller);
      if (isOver(job)) {
        const message = `The request was rejected because the ${kind.toLowerCase()} job is in status ${job.status}.`;
        throw new ServiceError('ValidationException', message);
      }
      runs.stop(jobKey(kind, job.name, caller));
      return {};
    },
    [`List${kind}Jobs`](input: { NextToken?: string; MaxResults?: number; StatusEquals?: string }, caller: Caller) {
      refuseOthers(`sagemaker:List${kind}Jobs`, input, ['StatusEquals', 'NextToken', 'MaxResults']);
      const { StatusEquals, NextToken, MaxResults } = input;
      const all = [...table.entries(jobKey(kind, '', caller))]
        .map(([, job]) => job)
        .filter(({ status }) => !StatusEquals || status === StatusEquals);
      const { items, nextToken } = pageOf(all, NextToken, MaxResults);
      return {
        [`${kind}JobSummaries`]: items.map((job) => ({
          [nameMember]: job.name,
          [arnMember]: job.arn,
          [`${kind}JobStatus`]: job.status,
          CreationTime: new Date(job.createdAt),
          LastModifiedTime: new Date(job.changedAt),
        })),
        NextToken: nextToken,
      };
    },
  };
}

/** Times that DescribeTrainingJob and DescribeProcessingJob have under the same names. */
export const commonTimes = ({ createdAt, changedAt }: JobRecord) => ({
  CreationTime: new Date(createdAt),
  LastModifiedTime: new Date(changedAt),
});

export const dateOf = (time: number | undefined): Date | undefined => (time === undefined ? undefined : new Date(time));
