import { arnOf } from '../../../aws/arn.ts';
import { type Caller, refuseOthers, type Service, ServiceError, unsupported } from '../../../aws/service.ts';
import type { JobEnvironment } from '../job-environment.ts';
import { checkLogConfiguration } from '../log-configuration.ts';
import { pageOf, scopeOf } from '../resource-scope.ts';
import type { ContainerDefinition, TaskDefinition } from './task-record.ts';

type Registration = Pick<TaskDefinition, 'family' | 'containerDefinitions' | 'cpu' | 'memory'>;

interface ListDefinitions {
  readonly familyPrefix?: string;
  readonly status?: string;
  readonly nextToken?: string;
  readonly maxResults?: number;
}

export interface TaskDefinitions {
  readonly operations: Service['operations'];
  /** @param given `family`, `family:revision` or ARN. @throws ServiceError ClientException */
  find(given: string, caller: Caller): TaskDefinition;
}

/** What has no meaning for a local process. */
const ACCEPTED = [
  'taskRoleArn',
  'executionRoleArn',
  'networkMode',
  'requiresCompatibilities',
  'placementConstraints',
  'tags',
  'pidMode',
  'ipcMode',
  'ephemeralStorage',
  'runtimePlatform',
];
const CONTAINER = [
  'name',
  'image',
  'essential',
  'entryPoint',
  'command',
  'environment',
  'dependsOn',
  'stopTimeout',
  'logConfiguration',
  'cpu',
];
const CONTAINER_ACCEPTED = [
  'memory',
  'memoryReservation',
  'portMappings',
  'linuxParameters',
  'versionConsistency',
  'hostname',
  'user',
  'privileged',
  'readonlyRootFilesystem',
  'interactive',
  'pseudoTerminal',
  'dockerLabels',
  'ulimits',
  'systemControls',
  'resourceRequirements',
  'startTimeout',
];
const CONDITIONS = ['START', 'COMPLETE', 'SUCCESS'];

export function createTaskDefinitions({ storage }: JobEnvironment): TaskDefinitions {
  const table = storage.table<TaskDefinition>('ecs/taskDefinitions');
  const keyOf = (family: string, revision: number, caller: Caller) =>
    `${scopeOf(caller)}${family}:${String(revision).padStart(9, '0')}`;
  const revisionsOf = (family: string, caller: Caller) =>
    [...table.entries(`${scopeOf(caller)}${family}:`)].map(([, definition]) => definition);

  function lookUp(given: string, caller: Caller): TaskDefinition | undefined {
    const [family = '', revision] = given.split('task-definition/').at(-1)!.split(':');
    if (revision) return table.get(keyOf(family, Number(revision), caller));
    return revisionsOf(family, caller).findLast(({ status }) => status === 'ACTIVE');
  }

  const operations: Service['operations'] = {
    RegisterTaskDefinition(input: Registration, caller) {
      checkRegistration(input);
      const { family } = input;
      const revision = (revisionsOf(family, caller).at(-1)?.revision ?? 0) + 1;
      const taskDefinitionArn = arnOf('ecs', caller, `task-definition/${family}:${revision}`);
      const taskDefinition: TaskDefinition = { ...input, revision, taskDefinitionArn, status: 'ACTIVE' };
      table.put(keyOf(family, revision, caller), taskDefinition);
      return { taskDefinition };
    },
    DescribeTaskDefinition(input: { taskDefinition: string }, caller) {
      refuseOthers('ecs:DescribeTaskDefinition', input, ['taskDefinition'], ['include']);
      const taskDefinition = lookUp(input.taskDefinition, caller);
      if (!taskDefinition) throw new ServiceError('ClientException', 'Unable to describe task definition.');
      return { taskDefinition };
    },
    ListTaskDefinitions(input: ListDefinitions, caller) {
      refuseOthers('ecs:ListTaskDefinitions', input, ['familyPrefix', 'status', 'nextToken', 'maxResults']);
      const { familyPrefix, status = 'ACTIVE', nextToken, maxResults } = input;
      const wanted = [...table.entries(scopeOf(caller))]
        .map(([, definition]) => definition)
        .filter((each) => each.status === status && (!familyPrefix || each.family === familyPrefix));
      const { items, ...rest } = pageOf(wanted, nextToken, maxResults);
      return { taskDefinitionArns: items.map(({ taskDefinitionArn }) => taskDefinitionArn), ...rest };
    },
    DeregisterTaskDefinition(input: { taskDefinition: string }, caller) {
      const found = lookUp(input.taskDefinition, caller);
      if (!found) throw new ServiceError('ClientException', 'The specified task definition does not exist.');
      const taskDefinition: TaskDefinition = { ...found, status: 'INACTIVE' };
      table.put(keyOf(found.family, found.revision, caller), taskDefinition);
      return { taskDefinition };
    },
  };

  return {
    operations,
    find(given, caller) {
      const found = lookUp(given, caller);
      if (!found) throw new ServiceError('ClientException', 'TaskDefinition not found.');
      if (found.status === 'INACTIVE') throw new ServiceError('ClientException', 'TaskDefinition is inactive');
      return found;
    },
  };
}

function checkRegistration(input: Registration): void {
  const supported = ['family', 'containerDefinitions', 'cpu', 'memory'];
  const { volumes = [], ...rest } = input as Registration & { volumes?: readonly unknown[] };
  if (volumes.length > 0) throw unsupported('volumes of ECS tasks');
  refuseOthers('ecs:RegisterTaskDefinition', rest, supported, ACCEPTED);
  const { family, containerDefinitions = [] } = input;
  if (!/^[\w-]{1,255}$/.test(family)) {
    throw new ServiceError('ClientException', 'Family contains invalid characters.');
  }
  if (!containerDefinitions.some(({ essential = true }) => essential)) {
    throw new ServiceError('ClientException', 'A task definition must have at least one essential container.');
  }
  for (const container of containerDefinitions) checkContainer(container, containerDefinitions);
}

function checkContainer(container: ContainerDefinition, all: readonly ContainerDefinition[]): void {
  const {
    mountPoints = [],
    volumesFrom = [],
    ...rest
  } = container as ContainerDefinition & {
    mountPoints?: readonly unknown[];
    volumesFrom?: readonly unknown[];
  };
  if (mountPoints.length > 0 || volumesFrom.length > 0) throw unsupported('volumes of ECS tasks');
  refuseOthers('ecs:RegisterTaskDefinition containerDefinitions', rest, CONTAINER, CONTAINER_ACCEPTED);
  if (!container.name) throw new ServiceError('ClientException', 'Container.name should not be null or empty.');
  if (!container.image) throw new ServiceError('ClientException', 'Container.image should not be null or empty.');
  checkLogConfiguration(container.logConfiguration);
  for (const { containerName, condition } of container.dependsOn ?? []) {
    if (!CONDITIONS.includes(condition)) throw unsupported(`containers that depend on ${condition} of another`);
    if (all.findIndex(({ name }) => name === containerName) < 0 || dependsOn(containerName, container.name, all)) {
      throw new ServiceError('ClientException', `The container dependency on ${containerName} is invalid.`);
    }
  }
}

/** @returns whether the one container waits for the other, directly or not. Never goes round in a circle. */
function dependsOn(
  name: string,
  other: string,
  all: readonly ContainerDefinition[],
  seen = new Set<string>(),
): boolean {
  if (name === other) return true;
  if (seen.has(name)) return false;
  seen.add(name);
  const dependencies = all.find((each) => each.name === name)?.dependsOn ?? [];
  return dependencies.some(({ containerName }) => dependsOn(containerName, other, all, seen));
}
