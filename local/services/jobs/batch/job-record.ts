import type { Caller } from '../../../aws/service.ts';
import type { LogConfiguration } from '../log-configuration.ts';

export interface NameValue {
  readonly name: string;
  readonly value: string;
}

export interface EvaluateOnExit {
  readonly action: string;
  readonly onStatusReason?: string;
  readonly onReason?: string;
  readonly onExitCode?: string;
}

export interface RetryStrategy {
  readonly attempts?: number;
  readonly evaluateOnExit?: readonly EvaluateOnExit[];
}

export interface ContainerProperties {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: readonly NameValue[];
  readonly logConfiguration?: LogConfiguration;
}

export interface JobDefinition {
  readonly jobDefinitionName: string;
  readonly jobDefinitionArn: string;
  readonly revision: number;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly type: string;
  readonly containerProperties: ContainerProperties;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly retryStrategy?: RetryStrategy;
  readonly timeout?: { readonly attemptDurationSeconds: number };
}

export type JobStatus = 'SUBMITTED' | 'PENDING' | 'RUNNABLE' | 'STARTING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED';

/** A job as DescribeJobs tells of it. Times are milliseconds since 1970. */
export interface JobDetail {
  readonly jobId: string;
  readonly jobArn: string;
  readonly jobName: string;
  readonly jobQueue: string;
  readonly jobDefinition: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly dependsOn: readonly { readonly jobId: string }[];
  readonly retryStrategy?: RetryStrategy;
  readonly timeout?: { readonly attemptDurationSeconds: number };
  readonly createdAt: number;
  readonly status: JobStatus;
  readonly statusReason?: string;
  readonly startedAt?: number;
  readonly stoppedAt?: number;
  readonly isCancelled?: boolean;
  readonly isTerminated?: boolean;
  readonly attempts: readonly Attempt[];
  readonly container: ContainerProperties & AttemptContainer;
}

export interface AttemptContainer {
  readonly exitCode?: number;
  readonly reason?: string;
  readonly logStreamName?: string;
}

export interface Attempt {
  readonly container: AttemptContainer;
  readonly startedAt?: number;
  readonly stoppedAt: number;
  readonly statusReason: string;
}

/** What is kept of a job: enough to go on with it after a restart. */
export interface JobRecord {
  readonly detail: JobDetail;
  readonly caller: Caller;
  /** Name of its definition, for the log stream. */
  readonly definitionName: string;
}

export const isOver = ({ status }: JobDetail): boolean => status === 'SUCCEEDED' || status === 'FAILED';
