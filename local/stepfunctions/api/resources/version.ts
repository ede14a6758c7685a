import type { ResourceType } from '../../../aws/service.ts';
import { callOwn } from './call-own.ts';
import { Properties } from './properties.ts';
import type { Operations } from './resource-types.ts';

/** Publishes the machine's current revision; loading the same template again finds the version that is there. */
export const versionResource = (operations: Operations): ResourceType => ({
  supported: ['StateMachineArn', 'StateMachineRevisionId', 'Description'],
  apply: async (values, deployment) => {
    const properties = new Properties(values, deployment.logicalId);
    const revisionId = properties.text('StateMachineRevisionId');
    const description = properties.text('Description');
    const input = {
      stateMachineArn: properties.requiredText('StateMachineArn'),
      ...(revisionId !== undefined && { revisionId }),
      ...(description !== undefined && { description }),
    };
    const published = await callOwn(operations, 'PublishStateMachineVersion', input, deployment);
    const arn = String(published?.stateMachineVersionArn);
    return { ref: arn, attributes: { Arn: arn } };
  },
});
