import { arnOf } from '../../../aws/arn.ts';
import { type Caller, refuseOthers, type Service, ServiceError } from '../../../aws/service.ts';
import { type JobEnvironment, lasting, newJobId } from '../job-environment.ts';
import { pageOf, scopeOf } from '../resource-scope.ts';
import type { Cluster, Clusters } from './clusters.ts';
import type { TaskRuns } from './run-tasks.ts';
import type { TaskDefinitions } from './task-definitions.ts';
import {
  type ContainerOverride,
  describeTask,
  type Task,
  type TaskDefinition,
  type TaskRecord,
} from './task-record.ts';

interface RunTask {
  readonly cluster?: string;
  readonly taskDefinition: string;
  readonly count?: number;
  readonly overrides?: { readonly containerOverrides?: readonly ContainerOverride[] };
  readonly launchType?: string;
  readonly group?: string;
  readonly startedBy?: string;
  readonly clientToken?: string;
}

interface ListTasks {
  readonly cluster?: string;
  readonly family?: string;
  readonly startedBy?: string;
  readonly desiredStatus?: string;
  readonly launchType?: string;
  readonly nextToken?: string;
  readonly maxResults?: number;
}

const RUN = ['cluster', 'taskDefinition', 'count', 'overrides', 'launchType', 'group', 'startedBy', 'clientToken'];
/** Where a task runs makes no difference on one machine. */
const RUN_ACCEPTED = [
  'networkConfiguration',
  'platformVersion',
  'capacityProviderStrategy',
  'placementConstraints',
  'placementStrategy',
  'enableECSManagedTags',
  'enableExecuteCommand',
  'propagateTags',
  'referenceId',
  'tags',
];

export function taskOperations(
  environment: JobEnvironment,
  { clusters, definitions, runs }: { clusters: Clusters; definitions: TaskDefinitions; runs: TaskRuns },
): Service['operations'] {
  const { storage, clock } = environment;
  const tasks = storage.table<TaskRecord>('ecs/tasks');
  const keyOf = (given: string, caller: Caller) => scopeOf(caller) + given.split('/').at(-1)!;

  function start(input: RunTask, cluster: Cluster, definition: TaskDefinition, index: number, caller: Caller): Task {
    const token = input.clientToken ?? caller.idempotencyKey;
    const idempotencyKey = token && `${cluster.clusterArn} ${token}`;
    const id = newJobId(environment, { ...lasting(caller), idempotencyKey }, index).replaceAll('-', '');
    const key = keyOf(id, caller);
    const known = tasks.get(key);
    if (known) return known.task;
    const task = newTask(input, cluster, definition, { id, now: clock.now(), caller });
    tasks.put(key, { task, definitions: definition.containerDefinitions, caller: lasting(caller) });
    runs.begin(key);
    return task;
  }

  return {
    RunTask(input: RunTask, caller) {
      const cluster = clusters.find(input.cluster, caller);
      const definition = definitions.find(input.taskDefinition, caller);
      checkRun(input, definition);
      const count = input.count ?? 1;
      const started = Array.from({ length: count }, (_, index) => start(input, cluster, definition, index, caller));
      return { tasks: started.map(describeTask), failures: [] };
    },
    DescribeTasks(input: { cluster?: string; tasks: readonly string[] }, caller) {
      refuseOthers('ecs:DescribeTasks', input, ['cluster', 'tasks'], ['include']);
      const { clusterArn, clusterName } = clusters.find(input.cluster, caller);
      const find = (given: string) => {
        const task = tasks.get(keyOf(given, caller))?.task;
        return task?.clusterArn === clusterArn ? task : undefined;
      };
      const missing = input.tasks.filter((given) => !find(given));
      return {
        tasks: input.tasks.flatMap((given) => find(given) ?? []).map(describeTask),
        failures: missing.map((given) => ({
          arn: arnOf('ecs', caller, `task/${clusterName}/${given.split('/').at(-1)}`),
          reason: 'MISSING',
        })),
      };
    },
    ListTasks(input: ListTasks, caller) {
      const filters = ['cluster', 'family', 'startedBy', 'desiredStatus', 'launchType'];
      refuseOthers('ecs:ListTasks', input, [...filters, 'nextToken', 'maxResults']);
      const { clusterArn } = clusters.find(input.cluster, caller);
      const { family, startedBy, desiredStatus = 'RUNNING', launchType, nextToken, maxResults } = input;
      const wanted = [...tasks.entries(scopeOf(caller))]
        .map(([, { task }]) => task)
        .filter(
          (task) =>
            task.clusterArn === clusterArn &&
            task.desiredStatus === desiredStatus &&
            (!family || task.taskDefinitionArn.includes(`/${family}:`)) &&
            (!startedBy || task.startedBy === startedBy) &&
            (!launchType || task.launchType === launchType),
        );
      const { items, ...rest } = pageOf(wanted, nextToken, maxResults);
      return { taskArns: items.map(({ taskArn }) => taskArn), ...rest };
    },
    StopTask(input: { cluster?: string; task: string; reason?: string }, caller) {
      refuseOthers('ecs:StopTask', input, ['cluster', 'task', 'reason']);
      const { clusterArn } = clusters.find(input.cluster, caller);
      const key = keyOf(input.task, caller);
      if (tasks.get(key)?.task.clusterArn !== clusterArn) {
        throw new ServiceError('InvalidParameterException', 'The referenced task was not found.');
      }
      runs.stop(key, { stopCode: 'UserInitiated', stoppedReason: input.reason ?? 'Task stopped by user' });
      return { task: describeTask(tasks.get(key)!.task) };
    },
  };
}

function checkRun(input: RunTask, definition: TaskDefinition): void {
  refuseOthers('ecs:RunTask', input, RUN, RUN_ACCEPTED);
  const { count = 1, overrides = {} } = input;
  if (!Number.isInteger(count) || count < 1 || count > 10) {
    throw new ServiceError('InvalidParameterException', 'Count must be between 1 and 10.');
  }
  refuseOthers(
    'ecs:RunTask overrides',
    overrides,
    ['containerOverrides'],
    ['cpu', 'memory', 'taskRoleArn', 'executionRoleArn', 'ephemeralStorage', 'inferenceAcceleratorOverrides'],
  );
  for (const override of overrides.containerOverrides ?? []) {
    refuseOthers(
      'ecs:RunTask overrides',
      override,
      ['name', 'command', 'environment'],
      ['cpu', 'memory', 'memoryReservation', 'resourceRequirements'],
    );
    if (!definition.containerDefinitions.some(({ name }) => name === override.name)) {
      const message = `Override for container named ${override.name} is not a container in the TaskDefinition.`;
      throw new ServiceError('InvalidParameterException', message);
    }
  }
}

interface NewTask {
  readonly id: string;
  readonly now: number;
  readonly caller: Caller;
}

function newTask(input: RunTask, cluster: Cluster, definition: TaskDefinition, { id, now, caller }: NewTask): Task {
  const taskArn = arnOf('ecs', caller, `task/${cluster.clusterName}/${id}`);
  const given = input.overrides?.containerOverrides ?? [];
  const containers = definition.containerDefinitions;
  return {
    taskArn,
    clusterArn: cluster.clusterArn,
    taskDefinitionArn: definition.taskDefinitionArn,
    containers: containers.map(({ name, image, cpu = 0 }, index) => ({
      containerArn: arnOf('ecs', caller, `container/${cluster.clusterName}/${id}/${index}`),
      taskArn,
      name,
      image,
      lastStatus: 'PENDING',
      cpu: String(cpu),
    })),
    overrides: {
      containerOverrides: containers.map(({ name }) => given.find((each) => each.name === name) ?? { name }),
    },
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    createdAt: now,
    launchType: input.launchType ?? 'EC2',
    group: input.group ?? `family:${definition.family}`,
    startedBy: input.startedBy,
    cpu: definition.cpu,
    memory: definition.memory,
    version: 1,
  };
}
