import type { Caller } from '../../../aws/service.ts';

export type ClusterState = 'STARTING' | 'RUNNING' | 'WAITING' | 'TERMINATING' | 'TERMINATED' | 'TERMINATED_WITH_ERRORS';
export type StepState = 'PENDING' | 'RUNNING' | 'CANCEL_PENDING' | 'COMPLETED' | 'CANCELLED' | 'FAILED' | 'INTERRUPTED';

export interface Reason {
  readonly Code?: string;
  readonly Message?: string;
}

/** Times are milliseconds since 1970. */
export interface ClusterRecord {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly state: ClusterState;
  /** What a cluster that is TERMINATING comes to. */
  readonly endsAs?: 'TERMINATED' | 'TERMINATED_WITH_ERRORS';
  readonly reason: Reason;
  readonly createdAt: number;
  readonly readyAt?: number;
  readonly endedAt?: number;
  readonly keepsAlive: boolean;
  readonly terminationProtected: boolean;
  readonly stepConcurrency: number;
  /** What has no meaning here, to be described again. */
  readonly described: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  readonly stepCount: number;
}

export interface StepConfig {
  readonly Name: string;
  readonly ActionOnFailure?: string;
  readonly HadoopJarStep: { readonly Jar: string; readonly Args?: readonly string[]; readonly MainClass?: string };
}

export interface StepRecord {
  readonly id: string;
  readonly config: StepConfig;
  readonly state: StepState;
  readonly failure?: { readonly Reason: string; readonly Message: string };
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
}

export const isTerminated = ({ state }: ClusterRecord): boolean =>
  state === 'TERMINATED' || state === 'TERMINATED_WITH_ERRORS';

const dateOf = (time: number | undefined): Date | undefined => (time === undefined ? undefined : new Date(time));

export const clusterStatus = ({ state, reason, createdAt, readyAt, endedAt }: ClusterRecord): object => ({
  State: state,
  StateChangeReason: reason,
  Timeline: { CreationDateTime: dateOf(createdAt), ReadyDateTime: dateOf(readyAt), EndDateTime: dateOf(endedAt) },
});

export const describeCluster = (cluster: ClusterRecord): object => ({
  ...cluster.described,
  Id: cluster.id,
  Name: cluster.name,
  ClusterArn: cluster.arn,
  Status: clusterStatus(cluster),
  AutoTerminate: !cluster.keepsAlive,
  TerminationProtected: cluster.terminationProtected,
  StepConcurrencyLevel: cluster.stepConcurrency,
});

export const describeStep = ({ id, config, state, failure, createdAt, startedAt, endedAt }: StepRecord): object => {
  const { Jar, Args, MainClass } = config.HadoopJarStep;
  return {
    Id: id,
    Name: config.Name,
    Config: { Jar, Properties: {}, MainClass, Args: Args ?? [] },
    ActionOnFailure: config.ActionOnFailure ?? 'TERMINATE_CLUSTER',
    Status: {
      State: state,
      StateChangeReason: {},
      FailureDetails: failure,
      Timeline: { CreationDateTime: dateOf(createdAt), StartDateTime: dateOf(startedAt), EndDateTime: dateOf(endedAt) },
    },
  };
};
