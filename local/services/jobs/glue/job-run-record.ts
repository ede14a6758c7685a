import type { Caller } from '../../../aws/service.ts';

export type Arguments = Readonly<Record<string, string>>;

/** A job as GetJob tells of it, with times in milliseconds since 1970. */
export interface GlueJob {
  readonly Name: string;
  readonly Role?: string;
  readonly Command: { readonly Name: string; readonly ScriptLocation: string; readonly PythonVersion?: string };
  readonly DefaultArguments?: Arguments;
  readonly NonOverridableArguments?: Arguments;
  readonly MaxRetries?: number;
  /** Minutes. */
  readonly Timeout?: number;
  readonly ExecutionProperty?: { readonly MaxConcurrentRuns?: number };
  readonly CreatedOn: number;
  readonly LastModifiedOn: number;
}

export type JobRunState = 'STARTING' | 'RUNNING' | 'STOPPING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED' | 'TIMEOUT';

/** A run as GetJobRun tells of it, with times in milliseconds since 1970. */
export interface JobRun {
  readonly Id: string;
  readonly Attempt: number;
  readonly PreviousRunId?: string;
  readonly JobName: string;
  readonly JobRunState: JobRunState;
  readonly StartedOn: number;
  readonly LastModifiedOn: number;
  readonly CompletedOn?: number;
  readonly ErrorMessage?: string;
  readonly Arguments?: Arguments;
  /** Seconds. */
  readonly ExecutionTime: number;
  /** Minutes. */
  readonly Timeout: number;
  readonly LogGroupName: string;
}

/** What is kept of a run: enough to begin it after a restart. */
export interface JobRunRecord {
  readonly run: JobRun;
  readonly job: GlueJob;
  readonly caller: Caller;
}

const OVER: readonly JobRunState[] = ['STOPPED', 'SUCCEEDED', 'FAILED', 'TIMEOUT'];
export const isOver = ({ JobRunState }: JobRun): boolean => OVER.includes(JobRunState);

const TIMES = ['StartedOn', 'LastModifiedOn', 'CompletedOn', 'CreatedOn'];

/** As the API gives it: times as `Date`. */
export const withDates = (record: object): object =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, TIMES.includes(name) ? new Date(value) : value]),
  );
