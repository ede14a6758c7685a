import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import type { CallService } from '../../../../../local/aws/service.ts';
import { createManualClock } from '../../../../../local/manual-clock.ts';
import {
  type CloudFormationService,
  createCloudFormation,
} from '../../../../../local/services/cloudformation/cloudformation.ts';
import { openStorage } from '../../../../../local/storage/open-storage.ts';
import type { Storage } from '../../../../../local/storage.ts';
import { type CoreCloud, NOW, startCoreCloud } from '../core-cloud.ts';

export interface StackCloud {
  readonly cloud: CoreCloud;
  readonly stacks: CloudFormationService;
  readonly client: CloudFormationClient;
  /** Waits until nothing is being done to the stack. @returns its status */
  settled(nameOrId: string): Promise<string>;
  /** Of the stack, the oldest first: `Queue CREATE_COMPLETE`. */
  events(nameOrId: string): Promise<string[]>;
}

/** CloudFormation with the core services, on a clock that stands still. */
export async function startStackCloud(storage: Storage = openStorage()): Promise<StackCloud> {
  const clock = createManualClock(NOW);
  let cloud: CoreCloud | undefined;
  const call: CallService = (...request) => cloud!.call(...request);
  const stacks: CloudFormationService = createCloudFormation({
    storage,
    clock,
    call,
    resourceTypes: () => new Map(cloud!.core.all.flatMap(({ resources = {} }) => Object.entries(resources))),
    rewriteText: (text) => text,
    report: (error) => {
      throw error;
    },
  });
  cloud = await startCoreCloud({ storage, clock, others: [stacks] });
  const client = cloud.client(CloudFormationClient);

  async function settled(nameOrId: string): Promise<string> {
    for (;;) {
      const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: nameOrId }));
      const status = Stacks[0]?.StackStatus ?? '';
      if (!status.endsWith('_IN_PROGRESS')) return status;
    }
  }

  return {
    cloud,
    stacks,
    client,
    settled,
    async events(nameOrId) {
      const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: nameOrId }));
      return StackEvents.map(
        ({ LogicalResourceId, ResourceStatus }) => `${LogicalResourceId} ${ResourceStatus}`,
      ).reverse();
    },
  };
}

export const queue = (properties: object = {}) => ({ Type: 'AWS::SQS::Queue', Properties: properties });
export const topic = (properties: object = {}) => ({ Type: 'AWS::SNS::Topic', Properties: properties });
/** FIFO queues need another name: SQS refuses this one. */
export const REFUSED = queue({ QueueName: 'not a name!' });

export const template = (Resources: object, others: object = {}): string => JSON.stringify({ Resources, ...others });
