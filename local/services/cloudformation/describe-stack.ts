import type { Stack, StackEvent, StackResource } from './stack-record.ts';

/** As DescribeStacks shows it. */
export const describeStack = (stack: Stack): object => ({
  StackId: stack.id,
  StackName: stack.name,
  StackStatus: stack.status,
  StackStatusReason: stack.statusReason,
  CreationTime: new Date(stack.createdAt),
  ...(stack.updatedAt !== undefined && { LastUpdatedTime: new Date(stack.updatedAt) }),
  ...(stack.deletedAt !== undefined && { DeletionTime: new Date(stack.deletedAt) }),
  Parameters: Object.entries(stack.parameters).map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  })),
  Outputs: stack.outputs.map(({ name, value, description, exportName }) => ({
    OutputKey: name,
    OutputValue: value,
    Description: description,
    ExportName: exportName,
  })),
  Tags: stack.tags,
  Capabilities: stack.capabilities,
  NotificationARNs: [],
  DisableRollback: false,
  EnableTerminationProtection: stack.isProtected,
  DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
});

export const summarizeStack = ({ id, name, status, createdAt, updatedAt, deletedAt }: Stack): object => ({
  StackId: id,
  StackName: name,
  StackStatus: status,
  CreationTime: new Date(createdAt),
  ...(updatedAt !== undefined && { LastUpdatedTime: new Date(updatedAt) }),
  ...(deletedAt !== undefined && { DeletionTime: new Date(deletedAt) }),
});

export const describeEvent = (stack: Stack, event: StackEvent): object => ({
  StackId: stack.id,
  StackName: stack.name,
  EventId: event.id,
  LogicalResourceId: event.logicalId,
  PhysicalResourceId: event.physicalId,
  ResourceType: event.type,
  ResourceStatus: event.status,
  ResourceStatusReason: event.reason,
  Timestamp: new Date(event.at),
});

/** As DescribeStackResources shows it. */
export const describeResource = (stack: Stack, resource: StackResource): object => ({
  StackId: stack.id,
  StackName: stack.name,
  ...identify(resource),
  Timestamp: new Date(resource.updatedAt),
});

/** As ListStackResources and DescribeStackResource show it. */
export const summarizeResource = (resource: StackResource): object => ({
  ...identify(resource),
  LastUpdatedTimestamp: new Date(resource.updatedAt),
});

const identify = ({ logicalId, physicalId, type, status, statusReason }: StackResource): object => ({
  LogicalResourceId: logicalId,
  PhysicalResourceId: physicalId,
  ResourceType: type,
  ResourceStatus: status,
  ResourceStatusReason: statusReason,
});
