import type { Caller } from '../../../aws/service.ts';

export type JobStatus = 'InProgress' | 'Completed' | 'Failed' | 'Stopping' | 'Stopped';

/** What both kinds of job have in common, with times in milliseconds since 1970. */
export interface JobRecord {
  readonly kind: 'Training' | 'Processing';
  readonly name: string;
  readonly arn: string;
  readonly container: {
    readonly image: string;
    readonly entryPoint?: readonly string[];
    readonly words: readonly string[];
    readonly variables: Readonly<Record<string, string>>;
  };
  readonly maxSeconds: number;
  /** Where the model goes that a training job leaves behind: `s3://bucket/prefix`. */
  readonly outputPath?: string;
  /** The call that made it, for DescribeTrainingJob and the like. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly status: JobStatus;
  /** Of training jobs: what it is doing just now, or how it ended. */
  readonly secondaryStatus: string;
  readonly failureReason?: string;
  readonly exitCode?: number;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly caller: Caller;
  readonly idempotencyKey?: string;
}

export const isOver = ({ status }: JobRecord): boolean =>
  status === 'Completed' || status === 'Failed' || status === 'Stopped';

export const jobKey = (kind: string, name: string, { account, region }: Caller): string =>
  `${kind}/${account}/${region}/${name}`;

export const modelKey = (job: JobRecord): string =>
  `${job.outputPath?.replace(/\/$/, '')}/${job.name}/output/model.tar.gz`;
