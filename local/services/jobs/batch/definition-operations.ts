import { arnOf } from '../../../aws/arn.ts';
import { type Caller, refuseOthers, type Service } from '../../../aws/service.ts';
import type { JobEnvironment } from '../job-environment.ts';
import { checkLogConfiguration } from '../log-configuration.ts';
import { pageOf, scopeOf } from '../resource-scope.ts';
import { checkName, clientException } from './client-exception.ts';
import type { JobDefinition } from './job-record.ts';

type Registration = Omit<JobDefinition, 'revision' | 'jobDefinitionArn' | 'status'>;

interface DescribeDefinitions {
  readonly jobDefinitions?: readonly string[];
  readonly jobDefinitionName?: string;
  readonly status?: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

/** What has no meaning for a local process. */
export const CONTAINER_ACCEPTED = [
  'vcpus',
  'memory',
  'resourceRequirements',
  'instanceType',
  'jobRoleArn',
  'executionRoleArn',
  'fargatePlatformConfiguration',
  'networkConfiguration',
  'readonlyRootFilesystem',
  'runtimePlatform',
  'privileged',
  'user',
];

export interface JobDefinitions {
  readonly operations: Service['operations'];
  /** @param given name, `name:revision` or ARN. @throws ServiceError */
  find(given: string, caller: Caller): JobDefinition;
}

export function createJobDefinitions({ storage }: JobEnvironment): JobDefinitions {
  const table = storage.table<JobDefinition>('batch/definitions');
  const keyOf = (name: string, revision: number, caller: Caller) =>
    `${scopeOf(caller)}${name}:${String(revision).padStart(9, '0')}`;
  const revisionsOf = (name: string, caller: Caller) =>
    [...table.entries(`${scopeOf(caller)}${name}:`)].map(([, definition]) => definition);

  function find(given: string, caller: Caller): JobDefinition {
    const [name = '', revision] = given.split('job-definition/').at(-1)!.split(':');
    const found = revision
      ? table.get(keyOf(name, Number(revision), caller))
      : revisionsOf(name, caller).findLast(({ status }) => status === 'ACTIVE');
    if (found?.status !== 'ACTIVE') throw clientException(`JobDefinition ${given} not found or is not ACTIVE`);
    return found;
  }

  const operations: Service['operations'] = {
    RegisterJobDefinition(input: Registration, caller) {
      checkRegistration(input);
      const { jobDefinitionName: name } = input;
      const revision = (revisionsOf(name, caller).at(-1)?.revision ?? 0) + 1;
      const jobDefinitionArn = arnOf('batch', caller, `job-definition/${name}:${revision}`);
      table.put(keyOf(name, revision, caller), { ...input, revision, jobDefinitionArn, status: 'ACTIVE' });
      return { jobDefinitionName: name, jobDefinitionArn, revision };
    },
    DescribeJobDefinitions(input: DescribeDefinitions, caller) {
      const { jobDefinitions, jobDefinitionName, status, maxResults, nextToken } = input;
      const all = [...table.entries(scopeOf(caller))].map(([, definition]) => definition);
      const wanted = all.filter(
        (each) =>
          (!status || each.status === status) &&
          (!jobDefinitionName || each.jobDefinitionName === jobDefinitionName) &&
          (!jobDefinitions || jobDefinitions.some((given) => isNamed(each, given))),
      );
      const { items, ...rest } = pageOf(wanted, nextToken, maxResults);
      return { jobDefinitions: items, ...rest };
    },
    DeregisterJobDefinition({ jobDefinition }: { jobDefinition: string }, caller) {
      const found = find(jobDefinition, caller);
      table.put(keyOf(found.jobDefinitionName, found.revision, caller), { ...found, status: 'INACTIVE' });
      return {};
    },
  };
  return { operations, find };
}

const isNamed = ({ jobDefinitionArn, jobDefinitionName, revision }: JobDefinition, given: string): boolean =>
  [jobDefinitionArn, jobDefinitionName, `${jobDefinitionName}:${revision}`].includes(given);

function checkRegistration(input: Registration): void {
  refuseOthers(
    'batch:RegisterJobDefinition',
    input,
    ['jobDefinitionName', 'type', 'containerProperties', 'parameters', 'retryStrategy', 'timeout'],
    ['platformCapabilities', 'tags', 'propagateTags', 'schedulingPriority'],
  );
  checkName('jobDefinitionName', input.jobDefinitionName);
  if (input.type !== 'container') throw clientException(`This local cloud runs container jobs, not ${input.type} ones`);
  if (!input.containerProperties?.image) throw clientException('Container properties need an image');
  refuseOthers(
    'batch:RegisterJobDefinition',
    input.containerProperties,
    ['image', 'command', 'environment', 'logConfiguration'],
    CONTAINER_ACCEPTED,
  );
  checkLogConfiguration(input.containerProperties.logConfiguration);
  checkLimits(input);
}

/** @throws ServiceError for a number of attempts or a timeout that Batch does not take */
export function checkLimits({ retryStrategy, timeout }: Pick<JobDefinition, 'retryStrategy' | 'timeout'>): void {
  const { attempts = 1 } = retryStrategy ?? {};
  if (attempts < 1 || attempts > 10) throw clientException(`Retry attempts must be between 1 and 10, not ${attempts}`);
  const seconds = timeout?.attemptDurationSeconds ?? 60;
  if (seconds < 60) throw clientException(`A job's timeout must be at least 60 seconds, not ${seconds}`);
}
