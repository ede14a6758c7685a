import { arnOf } from '../../../aws/arn.ts';
import { type Caller, refuseOthers, type Service, ServiceError } from '../../../aws/service.ts';
import type { JobEnvironment } from '../job-environment.ts';
import { pageOf, scopeOf } from '../resource-scope.ts';
import type { TaskRecord } from './task-record.ts';

export interface Cluster {
  readonly clusterArn: string;
  readonly clusterName: string;
}

export interface Clusters {
  readonly operations: Service['operations'];
  /** @param given name or ARN; absent: `default`. @throws ServiceError ClusterNotFoundException */
  find(given: string | undefined, caller: Caller): Cluster;
}

const ACCEPTED = [
  'tags',
  'settings',
  'configuration',
  'capacityProviders',
  'defaultCapacityProviderStrategy',
  'serviceConnectDefaults',
];

export function createClusters({ storage }: JobEnvironment): Clusters {
  const clusters = storage.table<Cluster>('ecs/clusters');
  const tasks = storage.table<TaskRecord>('ecs/tasks');
  const keyOf = (given: string, caller: Caller) => scopeOf(caller) + given.split('/').at(-1)!;

  function find(given = 'default', caller: Caller): Cluster {
    const cluster = clusters.get(keyOf(given, caller));
    if (!cluster) throw new ServiceError('ClusterNotFoundException', 'Cluster not found.');
    return cluster;
  }

  function describe(cluster: Cluster, caller: Caller): object {
    const own = [...tasks.entries(scopeOf(caller))]
      .map(([, { task }]) => task)
      .filter(({ clusterArn }) => clusterArn === cluster.clusterArn);
    return {
      ...cluster,
      status: 'ACTIVE',
      registeredContainerInstancesCount: 0,
      runningTasksCount: own.filter(({ lastStatus }) => lastStatus === 'RUNNING').length,
      pendingTasksCount: own.filter(({ lastStatus }) => lastStatus === 'PENDING' || lastStatus === 'PROVISIONING')
        .length,
      activeServicesCount: 0,
    };
  }

  const operations: Service['operations'] = {
    CreateCluster(input: { clusterName?: string }, caller) {
      refuseOthers('ecs:CreateCluster', input, ['clusterName'], ACCEPTED);
      const { clusterName = 'default' } = input;
      if (!/^[\w-]{1,255}$/.test(clusterName)) {
        throw new ServiceError('InvalidParameterException', 'The identifier is for cluster name is invalid.');
      }
      const cluster = { clusterName, clusterArn: arnOf('ecs', caller, `cluster/${clusterName}`) };
      clusters.put(keyOf(clusterName, caller), cluster);
      return { cluster: describe(cluster, caller) };
    },
    DescribeClusters(input: { clusters?: string[] }, caller) {
      refuseOthers('ecs:DescribeClusters', input, ['clusters'], ['include']);
      const { clusters: given = ['default'] } = input;
      const found = given.flatMap((name) => clusters.get(keyOf(name, caller)) ?? []);
      const missing = given.filter((name) => !clusters.get(keyOf(name, caller)));
      return {
        clusters: found.map((cluster) => describe(cluster, caller)),
        failures: missing.map((name) => ({ arn: clusterArnOf(name, caller), reason: 'MISSING' })),
      };
    },
    ListClusters({ nextToken, maxResults }: { nextToken?: string; maxResults?: number }, caller) {
      const arns = [...clusters.entries(scopeOf(caller))].map(([, { clusterArn }]) => clusterArn);
      const { items, ...rest } = pageOf(arns, nextToken, maxResults);
      return { clusterArns: items, ...rest };
    },
    DeleteCluster({ cluster }: { cluster: string }, caller) {
      const found = find(cluster, caller);
      const isBusy = [...tasks.entries(scopeOf(caller))].some(
        ([, { task }]) => task.clusterArn === found.clusterArn && task.lastStatus !== 'STOPPED',
      );
      if (isBusy) {
        throw new ServiceError(
          'ClusterContainsTasksException',
          'The Cluster cannot be deleted while Tasks are active.',
        );
      }
      clusters.delete(keyOf(cluster, caller));
      return { cluster: { ...describe(found, caller), status: 'INACTIVE' } };
    },
  };
  return { operations, find };
}

const clusterArnOf = (given: string, caller: Caller): string =>
  given.startsWith('arn:') ? given : arnOf('ecs', caller, `cluster/${given}`);
