import { physicalName } from '../../aws/physical-name.ts';
import type { ResourceType, Service } from '../../aws/service.ts';
import { groupKey, type LogStore } from './log-store.ts';

/** `AWS::Logs::LogGroup`. */
export function logsResources(
  logs: LogStore,
  operations: Service['operations'],
): Readonly<Record<string, ResourceType>> {
  return {
    'AWS::Logs::LogGroup': {
      supported: ['LogGroupName', 'RetentionInDays'],
      accepted: ['KmsKeyId', 'Tags', 'LogGroupClass', 'DataProtectionPolicy', 'DeletionProtectionEnabled'],
      async apply({ LogGroupName, RetentionInDays }, deployment) {
        const logGroupName = String(LogGroupName ?? physicalName(deployment, 512));
        if (!logs.groups.get(groupKey(logGroupName, deployment)))
          await operations.CreateLogGroup!({ logGroupName }, deployment);
        if (RetentionInDays !== undefined) {
          await operations.PutRetentionPolicy!({ logGroupName, retentionInDays: Number(RetentionInDays) }, deployment);
        }
        return { ref: logGroupName, attributes: { Arn: logs.group(logGroupName, deployment).arn } };
      },
    },
  };
}
