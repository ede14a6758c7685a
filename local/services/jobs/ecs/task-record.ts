import type { Caller } from '../../../aws/service.ts';
import type { LogConfiguration } from '../log-configuration.ts';

export interface NameValue {
  readonly name: string;
  readonly value: string;
}

export interface ContainerDefinition {
  readonly name: string;
  readonly image: string;
  /** Absent: true. */
  readonly essential?: boolean;
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: readonly NameValue[];
  readonly dependsOn?: readonly { readonly containerName: string; readonly condition: string }[];
  /** Seconds between SIGTERM and SIGKILL. */
  readonly stopTimeout?: number;
  readonly logConfiguration?: LogConfiguration;
  readonly cpu?: number;
}

export interface TaskDefinition {
  readonly family: string;
  readonly taskDefinitionArn: string;
  readonly revision: number;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly containerDefinitions: readonly ContainerDefinition[];
  readonly cpu?: string;
  readonly memory?: string;
}

export interface ContainerOverride {
  readonly name: string;
  readonly command?: readonly string[];
  readonly environment?: readonly NameValue[];
}

export interface Container {
  readonly containerArn: string;
  readonly taskArn: string;
  readonly name: string;
  readonly image: string;
  readonly lastStatus: 'PENDING' | 'RUNNING' | 'STOPPED';
  readonly exitCode?: number;
  readonly reason?: string;
  readonly cpu: string;
}

/** A task as DescribeTasks tells of it, with times in milliseconds since 1970. */
export interface Task {
  readonly taskArn: string;
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  readonly containers: readonly Container[];
  readonly overrides: { readonly containerOverrides: readonly ContainerOverride[] };
  readonly lastStatus: 'PROVISIONING' | 'PENDING' | 'RUNNING' | 'STOPPED';
  readonly desiredStatus: 'RUNNING' | 'STOPPED';
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly stoppingAt?: number;
  readonly executionStoppedAt?: number;
  readonly stoppedAt?: number;
  readonly stopCode?: StopCode;
  readonly stoppedReason?: string;
  readonly launchType: string;
  readonly group: string;
  readonly startedBy?: string;
  readonly cpu?: string;
  readonly memory?: string;
  readonly version: number;
}

export type StopCode = 'EssentialContainerExited' | 'TaskFailedToStart' | 'UserInitiated' | 'TerminationNotice';

/** What is kept of a task: enough to run it after a restart, if it had not begun. */
export interface TaskRecord {
  readonly task: Task;
  readonly definitions: readonly ContainerDefinition[];
  readonly caller: Caller;
}

const TIMES = ['createdAt', 'startedAt', 'stoppingAt', 'executionStoppedAt', 'stoppedAt'] as const;

/** As the API gives it: times as `Date`. */
export function describeTask(task: Task): object {
  const times = TIMES.flatMap((name) => (task[name] === undefined ? [] : [[name, new Date(task[name])]]));
  return {
    ...task,
    attachments: [],
    attributes: [],
    tags: [],
    enableExecuteCommand: false,
    ...Object.fromEntries(times),
  };
}
