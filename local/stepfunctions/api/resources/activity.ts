import type { ResourceType } from '../../../aws/service.ts';
import { callOwn } from './call-own.ts';
import { Properties } from './properties.ts';
import type { Operations } from './resource-types.ts';

export const activityResource = (operations: Operations): ResourceType => ({
  supported: ['Name', 'Tags'],
  accepted: ['EncryptionConfiguration'],
  apply: async (values, deployment) => {
    const properties = new Properties(values, deployment.logicalId);
    const name = properties.requiredText('Name');
    const tags =
      properties.list('Tags')?.map((tag) => ({ key: tag.requiredText('Key'), value: tag.requiredText('Value') })) ?? [];
    const created = await callOwn(operations, 'CreateActivity', { name, tags }, deployment);
    const arn = String(created?.activityArn);
    return { ref: arn, attributes: { Arn: arn, Name: name } };
  },
});
