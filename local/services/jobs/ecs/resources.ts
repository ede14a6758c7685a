import { isDeepStrictEqual } from 'node:util';
import { physicalName } from '../../../aws/physical-name.ts';
import { type Deployment, type ResourceType, type Service, ServiceError } from '../../../aws/service.ts';
import { lowerCamel } from '../resource-scope.ts';
import type { TaskDefinition } from './task-record.ts';

type Properties = Readonly<Record<string, unknown>>;

export function ecsResources(operations: Service['operations']): Readonly<Record<string, ResourceType>> {
  async function applyCluster(properties: Properties, deployment: Deployment) {
    const clusterName = String(properties.ClusterName ?? physicalName(deployment, 255));
    const { cluster } = (await operations.CreateCluster!({ clusterName }, deployment)) as {
      cluster: { clusterArn: string };
    };
    return { ref: clusterName, attributes: { Arn: cluster.clusterArn } };
  }

  /** A definition that did not change stays the revision that it is. */
  async function applyDefinition(properties: Properties, deployment: Deployment) {
    const { Tags: _, ...rest } = properties;
    const family = String(properties.Family ?? physicalName(deployment, 255));
    const wanted = { ...(lowerCamel(rest) as object), family };
    const latest = await latestOf(family, deployment);
    if (latest) {
      const { taskDefinitionArn, revision: _revision, status: _status, ...given } = latest;
      if (isDeepStrictEqual(given, wanted)) return identity(taskDefinitionArn);
    }
    const answer = (await operations.RegisterTaskDefinition!(wanted, deployment)) as { taskDefinition: TaskDefinition };
    return identity(answer.taskDefinition.taskDefinitionArn);
  }

  async function latestOf(taskDefinition: string, deployment: Deployment): Promise<TaskDefinition | undefined> {
    try {
      const answer = await operations.DescribeTaskDefinition!({ taskDefinition }, deployment);
      return (answer as { taskDefinition: TaskDefinition }).taskDefinition;
    } catch (error) {
      if (error instanceof ServiceError) return undefined;
      throw error;
    }
  }

  const identity = (arn: string) => ({ ref: arn, attributes: { TaskDefinitionArn: arn } });

  return {
    'AWS::ECS::Cluster': {
      supported: ['ClusterName'],
      accepted: [
        'CapacityProviders',
        'ClusterSettings',
        'Configuration',
        'DefaultCapacityProviderStrategy',
        'ServiceConnectDefaults',
        'Tags',
      ],
      apply: applyCluster,
    },
    'AWS::ECS::TaskDefinition': {
      supported: ['Family', 'ContainerDefinitions', 'Cpu', 'Memory', 'Volumes'],
      accepted: [
        'EphemeralStorage',
        'ExecutionRoleArn',
        'IpcMode',
        'NetworkMode',
        'PidMode',
        'PlacementConstraints',
        'RequiresCompatibilities',
        'RuntimePlatform',
        'Tags',
        'TaskRoleArn',
      ],
      apply: applyDefinition,
    },
  };
}
