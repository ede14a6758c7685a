import { arnOf } from '../../../aws/arn.ts';
import { type Caller, refuseOthers, type Service } from '../../../aws/service.ts';
import type { JobEnvironment } from '../job-environment.ts';
import { scopeOf } from '../resource-scope.ts';
import { checkName, clientException } from './client-exception.ts';

export interface JobQueue {
  readonly jobQueueName: string;
  readonly jobQueueArn: string;
  readonly priority: number;
  readonly state: string;
  readonly computeEnvironmentOrder: readonly object[];
}

interface ComputeEnvironment {
  readonly computeEnvironmentName: string;
  readonly computeEnvironmentArn: string;
  readonly type: string;
  readonly state: string;
}

export interface JobQueues {
  readonly operations: Service['operations'];
  /** @param given name or ARN. @throws ServiceError */
  find(given: string, caller: Caller): JobQueue;
}

/** Queues and compute environments. All run on this one machine, so a queue is a name. */
export function createJobQueues({ storage }: JobEnvironment): JobQueues {
  const queues = storage.table<JobQueue>('batch/queues');
  const environments = storage.table<ComputeEnvironment>('batch/computeEnvironments');
  const keyOf = (given: string, caller: Caller) => scopeOf(caller) + given.split('/').at(-1)!;

  function find(given: string, caller: Caller): JobQueue {
    const queue = queues.get(keyOf(given, caller));
    if (!queue) throw clientException(`JobQueue ${given} not found`);
    return queue;
  }

  const operations: Service['operations'] = {
    CreateJobQueue(input: Partial<JobQueue> & { jobQueueName: string }, caller) {
      const supported = ['jobQueueName', 'priority', 'state', 'computeEnvironmentOrder'];
      refuseOthers('batch:CreateJobQueue', input, supported, ['tags']);
      const { jobQueueName, priority = 1, state = 'ENABLED', computeEnvironmentOrder = [] } = input;
      checkName('jobQueueName', jobQueueName);
      if (queues.get(keyOf(jobQueueName, caller))) throw clientException('Object already exists');
      const jobQueueArn = arnOf('batch', caller, `job-queue/${jobQueueName}`);
      queues.put(keyOf(jobQueueName, caller), { jobQueueName, jobQueueArn, priority, state, computeEnvironmentOrder });
      return { jobQueueName, jobQueueArn };
    },
    DescribeJobQueues({ jobQueues }: { jobQueues?: string[] }, caller) {
      const all = [...queues.entries(scopeOf(caller))].map(([, queue]) => queue);
      const isWanted = ({ jobQueueName, jobQueueArn }: JobQueue) =>
        !jobQueues || jobQueues.includes(jobQueueName) || jobQueues.includes(jobQueueArn);
      return { jobQueues: all.filter(isWanted).map((queue) => ({ ...queue, status: 'VALID' })) };
    },
    DeleteJobQueue({ jobQueue }: { jobQueue: string }, caller) {
      queues.delete(keyOf(jobQueue, caller));
      return {};
    },
    CreateComputeEnvironment(input: { computeEnvironmentName: string; type?: string; state?: string }, caller) {
      refuseOthers(
        'batch:CreateComputeEnvironment',
        input,
        ['computeEnvironmentName', 'type', 'state'],
        ['computeResources', 'serviceRole', 'tags', 'unmanagedvCpus'],
      );
      const { computeEnvironmentName: name, type = 'MANAGED', state = 'ENABLED' } = input;
      checkName('computeEnvironmentName', name);
      const arn = arnOf('batch', caller, `compute-environment/${name}`);
      environments.put(keyOf(name, caller), {
        computeEnvironmentName: name,
        computeEnvironmentArn: arn,
        type,
        state,
      });
      return { computeEnvironmentName: name, computeEnvironmentArn: arn };
    },
    DescribeComputeEnvironments(input: { computeEnvironments?: string[] }, caller) {
      const all = [...environments.entries(scopeOf(caller))].map(([, environment]) => environment);
      const isWanted = ({ computeEnvironmentName, computeEnvironmentArn }: ComputeEnvironment) =>
        !input.computeEnvironments ||
        input.computeEnvironments.includes(computeEnvironmentName) ||
        input.computeEnvironments.includes(computeEnvironmentArn);
      return { computeEnvironments: all.filter(isWanted).map((each) => ({ ...each, status: 'VALID' })) };
    },
    DeleteComputeEnvironment({ computeEnvironment }: { computeEnvironment: string }, caller) {
      environments.delete(keyOf(computeEnvironment, caller));
      return {};
    },
  };
  return { operations, find };
}
