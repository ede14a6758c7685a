import { physicalName } from '../../aws/physical-name.ts';
import type { Deployment, ResourceType, Service } from '../../aws/service.ts';
import { groupKey, type Schedules, type ScheduleTarget, scheduleKey } from './schedules.ts';

type Properties = Readonly<Record<string, unknown>>;

/** `AWS::Scheduler::Schedule` and `AWS::Scheduler::ScheduleGroup`. */
export function schedulerResources(
  store: Schedules,
  operations: Service['operations'],
): Readonly<Record<string, ResourceType>> {
  async function applySchedule(properties: Properties, deployment: Deployment) {
    const Name = String(properties.Name ?? physicalName(deployment, 64));
    const GroupName = String(properties.GroupName ?? 'default');
    const { Target, StartDate, EndDate, KmsKeyArn: _, ...rest } = properties;
    const input = {
      ...rest,
      Name,
      GroupName,
      Target: withNumbers(Target as ScheduleTarget),
      ...(StartDate !== undefined && { StartDate: new Date(String(StartDate)) }),
      ...(EndDate !== undefined && { EndDate: new Date(String(EndDate)) }),
    };
    const { account, region } = deployment;
    const exists = store.schedules.get(scheduleKey({ account, region, group: GroupName, name: Name }));
    const { ScheduleArn } = (await operations[exists ? 'UpdateSchedule' : 'CreateSchedule']!(input, deployment)) as {
      ScheduleArn: string;
    };
    return { ref: Name, attributes: { Arn: ScheduleArn } };
  }

  return {
    'AWS::Scheduler::Schedule': {
      supported: [
        'Name',
        'GroupName',
        'ScheduleExpression',
        'ScheduleExpressionTimezone',
        'StartDate',
        'EndDate',
        'Description',
        'State',
        'FlexibleTimeWindow',
        'Target',
      ],
      accepted: ['KmsKeyArn'],
      apply: applySchedule,
    },
    'AWS::Scheduler::ScheduleGroup': {
      supported: ['Name'],
      accepted: ['Tags'],
      async apply({ Name: given }, deployment) {
        const Name = String(given ?? physicalName(deployment, 64));
        if (!store.groups.get(groupKey(Name, deployment))) await operations.CreateScheduleGroup!({ Name }, deployment);
        return { ref: Name, attributes: { Arn: store.group(Name, deployment).arn, State: 'ACTIVE' } };
      },
    },
  };
}

/** Templates may have `"3"` for 3. */
function withNumbers(target: ScheduleTarget): ScheduleTarget {
  const { RetryPolicy } = target;
  if (!RetryPolicy) return target;
  return {
    ...target,
    RetryPolicy: Object.fromEntries(Object.entries(RetryPolicy).map(([name, value]) => [name, Number(value)])),
  };
}
