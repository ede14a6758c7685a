import { type Caller, ServiceError } from '../../aws/service.ts';
import type { Storage, Table } from '../../storage.ts';

export interface ScheduleTarget {
  readonly Arn: string;
  readonly RoleArn?: string;
  readonly Input?: string;
  readonly RetryPolicy?: { readonly MaximumRetryAttempts?: number; readonly MaximumEventAgeInSeconds?: number };
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly SqsParameters?: { readonly MessageGroupId?: string };
  readonly EventBridgeParameters?: { readonly DetailType: string; readonly Source: string };
}

export interface Schedule {
  readonly name: string;
  readonly group: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly expression: string;
  readonly timezone: string;
  /** Milliseconds since 1970, as all times here. */
  readonly startAt?: number;
  readonly endAt?: number;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly description?: string;
  readonly flexibleWindow: object;
  readonly target: ScheduleTarget;
  readonly actionAfterCompletion: 'NONE' | 'DELETE';
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** A one-time schedule that has fired. */
  readonly isCompleted: boolean;
}

export interface Group {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
}

export const DEFAULT_GROUP = 'default';

export interface Schedules {
  readonly schedules: Table<Schedule>;
  readonly groups: Table<Group>;
  /** @throws ServiceError ResourceNotFoundException */
  schedule(name: string | undefined, group: string | undefined, caller: Caller): Schedule;
  /** @throws ServiceError ResourceNotFoundException */
  group(name: string | undefined, caller: Caller): Group;
}

export const groupKey = (name: string, { account, region }: Caller): string => `${account}/${region}/${name}`;
export const scheduleKey = ({
  account,
  region,
  group,
  name,
}: Pick<Schedule, 'account' | 'region' | 'group' | 'name'>): string => `${account}/${region}/${group}/${name}`;

export function openSchedules(storage: Storage): Schedules {
  const schedules = storage.table<Schedule>('scheduler/schedules');
  const groups = storage.table<Group>('scheduler/groups');
  return {
    schedules,
    groups,
    schedule(name = '', group = DEFAULT_GROUP, { account, region }) {
      const found = schedules.get(scheduleKey({ account, region, group, name }));
      if (!found) throw new ServiceError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
      return found;
    },
    group(name = DEFAULT_GROUP, caller) {
      const found = groups.get(groupKey(name, caller));
      if (found) return found;
      if (name !== DEFAULT_GROUP)
        throw new ServiceError('ResourceNotFoundException', `Schedule group ${name} does not exist.`, 404);
      return { name, arn: `arn:aws:scheduler:${caller.region}:${caller.account}:schedule-group/${name}`, createdAt: 0 };
    },
  };
}
