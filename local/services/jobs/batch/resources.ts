import { isDeepStrictEqual } from 'node:util';
import { physicalName } from '../../../aws/physical-name.ts';
import { type Deployment, type ResourceType, type Service, ServiceError } from '../../../aws/service.ts';
import { lowerCamel } from '../resource-scope.ts';
import type { JobDefinition } from './job-record.ts';

type Properties = Readonly<Record<string, unknown>>;

export function batchResources(operations: Service['operations']): Readonly<Record<string, ResourceType>> {
  const call = async <T>(operation: string, input: object, deployment: Deployment): Promise<T> =>
    (await operations[operation]!(input, deployment)) as T;

  async function applyEnvironment(properties: Properties, deployment: Deployment) {
    const computeEnvironmentName = String(properties.ComputeEnvironmentName ?? physicalName(deployment, 120));
    const input = { ...(lowerCamel(properties) as object), computeEnvironmentName };
    const { computeEnvironmentArn: ref } = await call<{ computeEnvironmentArn: string }>(
      'CreateComputeEnvironment',
      only(input, ['computeEnvironmentName', 'type', 'state']),
      deployment,
    );
    return { ref, attributes: { ComputeEnvironmentArn: ref } };
  }

  async function applyQueue(properties: Properties, deployment: Deployment) {
    const jobQueueName = String(properties.JobQueueName ?? physicalName(deployment, 120));
    const input = only(lowerCamel(properties) as object, ['priority', 'state', 'computeEnvironmentOrder']);
    await call('CreateJobQueue', { ...input, jobQueueName }, deployment).catch((error) => {
      if (!(error instanceof ServiceError) || !error.message.includes('already exists')) throw error;
    });
    const { jobQueues } = await call<{ jobQueues: { jobQueueArn: string }[] }>(
      'DescribeJobQueues',
      { jobQueues: [jobQueueName] },
      deployment,
    );
    const ref = jobQueues[0]!.jobQueueArn;
    return { ref, attributes: { JobQueueArn: ref } };
  }

  /** A definition that did not change stays the revision that it is. */
  async function applyDefinition(properties: Properties, deployment: Deployment) {
    const { Parameters: parameters, Tags: _, ...rest } = properties;
    const jobDefinitionName = String(properties.JobDefinitionName ?? physicalName(deployment, 120));
    const wanted = {
      ...(lowerCamel(rest) as object),
      jobDefinitionName,
      ...(parameters !== undefined && { parameters }),
    };
    const { jobDefinitions } = await call<{ jobDefinitions: JobDefinition[] }>(
      'DescribeJobDefinitions',
      { jobDefinitionName, status: 'ACTIVE', maxResults: 1_000_000 },
      deployment,
    );
    const latest = jobDefinitions.at(-1);
    if (latest) {
      const { jobDefinitionArn, revision: _revision, status: _status, ...given } = latest;
      if (isDeepStrictEqual(given, wanted)) return identity(jobDefinitionArn);
    }
    const answer = await call<{ jobDefinitionArn: string }>('RegisterJobDefinition', wanted, deployment);
    return identity(answer.jobDefinitionArn);
  }

  const identity = (arn: string) => ({ ref: arn, attributes: { JobDefinitionArn: arn } });

  return {
    'AWS::Batch::ComputeEnvironment': {
      supported: ['ComputeEnvironmentName', 'Type', 'State'],
      accepted: [
        'ComputeResources',
        'ServiceRole',
        'Tags',
        'ReplaceComputeEnvironment',
        'UpdatePolicy',
        'UnmanagedvCpus',
      ],
      apply: applyEnvironment,
    },
    'AWS::Batch::JobQueue': {
      supported: ['JobQueueName', 'Priority', 'State', 'ComputeEnvironmentOrder'],
      accepted: ['Tags'],
      apply: applyQueue,
    },
    'AWS::Batch::JobDefinition': {
      supported: ['JobDefinitionName', 'Type', 'ContainerProperties', 'Parameters', 'RetryStrategy', 'Timeout'],
      accepted: ['PlatformCapabilities', 'PropagateTags', 'SchedulingPriority', 'Tags'],
      apply: applyDefinition,
    },
  };
}

const only = (object: object, names: readonly string[]): object =>
  Object.fromEntries(Object.entries(object).filter(([name]) => names.includes(name)));
