import { pageSizeOf } from '../../aws/bounds.ts';
import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import { pageOf } from '../../storage/page-of.ts';
import { targetRefusal } from '../events/target.ts';
import { ScheduleError } from './cron.ts';
import { compileSchedule } from './schedule-expression.ts';
import {
  DEFAULT_GROUP,
  type Group,
  groupKey,
  type Schedule,
  type Schedules,
  type ScheduleTarget,
  scheduleKey,
} from './schedules.ts';

interface ScheduleInput {
  readonly Name?: string;
  readonly GroupName?: string;
  readonly ScheduleExpression?: string;
  readonly ScheduleExpressionTimezone?: string;
  readonly StartDate?: Date;
  readonly EndDate?: Date;
  readonly Description?: string;
  readonly State?: 'ENABLED' | 'DISABLED';
  readonly FlexibleTimeWindow?: object;
  readonly Target?: ScheduleTarget;
  readonly ActionAfterCompletion?: 'NONE' | 'DELETE';
  readonly NamePrefix?: string;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

const PAGE = pageSizeOf('scheduler', 'ListSchedules', 'MaxResults');

const MEMBERS = [
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
  'ActionAfterCompletion',
];
const TARGET_MEMBERS = [
  'Arn',
  'RoleArn',
  'Input',
  'RetryPolicy',
  'DeadLetterConfig',
  'SqsParameters',
  'EventBridgeParameters',
];

/** @param changed told of the key of a schedule whose next time may be another, or which is gone */
export function scheduleOperations(
  store: Schedules,
  clock: Clock,
  changed: (key: string) => void,
): Service['operations'] {
  const save = (schedule: Schedule) => {
    store.schedules.put(scheduleKey(schedule), schedule);
    changed(scheduleKey(schedule));
    return { ScheduleArn: schedule.arn };
  };

  return {
    CreateSchedule(input: ScheduleInput, caller: Caller) {
      const schedule = toSchedule('CreateSchedule', input, caller, store.group(input.GroupName, caller), clock.now());
      if (store.schedules.get(scheduleKey(schedule)))
        throw new ServiceError('ConflictException', `Schedule ${schedule.name} already exists.`, 409);
      return save(schedule);
    },

    UpdateSchedule(input: ScheduleInput, caller: Caller) {
      const existing = store.schedule(input.Name, input.GroupName, caller);
      const schedule = toSchedule('UpdateSchedule', input, caller, store.group(input.GroupName, caller), clock.now());
      const isSame = schedule.expression === existing.expression && schedule.timezone === existing.timezone;
      return save({ ...schedule, createdAt: existing.createdAt, isCompleted: isSame && existing.isCompleted });
    },

    DeleteSchedule(input: ScheduleInput, caller: Caller) {
      refuseOthers('scheduler:DeleteSchedule', input, ['Name', 'GroupName'], ['ClientToken']);
      const { Name, GroupName } = input;
      const key = scheduleKey(store.schedule(Name, GroupName, caller));
      store.schedules.delete(key);
      changed(key);
      return {};
    },

    GetSchedule: ({ Name, GroupName }: ScheduleInput, caller: Caller) =>
      describe(store.schedule(Name, GroupName, caller)),

    ListSchedules(input: ScheduleInput, caller: Caller) {
      const { GroupName, NamePrefix = '', State, MaxResults = PAGE, NextToken: after } = input;
      const { items, next: NextToken } = pageOf(store.schedules, {
        prefix: GroupName ? `${groupKey(GroupName, caller)}/` : groupKey('', caller),
        after,
        limit: MaxResults,
        isWanted: ({ name, state }) => name.startsWith(NamePrefix) && (State === undefined || State === state),
      });
      const Schedules = items.map((schedule) => ({ ...describe(schedule), Target: { Arn: schedule.target.Arn } }));
      return { Schedules, NextToken };
    },

    CreateScheduleGroup(input: ScheduleInput, caller: Caller) {
      refuseOthers('scheduler:CreateScheduleGroup', input, ['Name'], ['ClientToken', 'Tags']);
      const { Name = '' } = input;
      if (Name === DEFAULT_GROUP || store.groups.get(groupKey(Name, caller))) {
        throw new ServiceError('ConflictException', `Schedule group ${Name} already exists.`, 409);
      }
      const arn = `arn:aws:scheduler:${caller.region}:${caller.account}:schedule-group/${Name}`;
      store.groups.put(groupKey(Name, caller), { name: Name, arn, createdAt: clock.now() });
      return { ScheduleGroupArn: arn };
    },

    DeleteScheduleGroup(input: ScheduleInput, caller: Caller) {
      refuseOthers('scheduler:DeleteScheduleGroup', input, ['Name'], ['ClientToken']);
      const { name } = store.group(input.Name, caller);
      for (const [key] of store.schedules.entries(`${groupKey(name, caller)}/`)) {
        store.schedules.delete(key);
        changed(key);
      }
      store.groups.delete(groupKey(name, caller));
      return {};
    },

    GetScheduleGroup: ({ Name }: ScheduleInput, caller: Caller) => describeGroup(store.group(Name, caller)),

    ListScheduleGroups({ NamePrefix = '' }: ScheduleInput, caller: Caller) {
      const own = [...store.groups.entries(groupKey('', caller))].map(([, group]) => group);
      const all = [store.group(DEFAULT_GROUP, caller), ...own];
      return { ScheduleGroups: all.filter(({ name }) => name.startsWith(NamePrefix)).map(describeGroup) };
    },
  };
}

const invalid = (message: string): ServiceError => new ServiceError('ValidationException', message);

function toSchedule(operation: string, input: ScheduleInput, caller: Caller, group: Group, now: number): Schedule {
  refuseOthers(`scheduler:${operation}`, input, MEMBERS, ['ClientToken', 'KmsKeyArn']);
  const {
    Name: name = '',
    ScheduleExpression: expression = '',
    ScheduleExpressionTimezone: timezone = 'UTC',
    Target: target,
    StartDate,
    EndDate,
    Description,
  } = input;
  if (!/^[0-9a-zA-Z\-_.]{1,64}$/.test(name)) throw invalid(`Invalid schedule name ${name}.`);
  if (!target?.Arn) throw invalid('Target is required.');
  refuseOthers(`the Target of scheduler:${operation}`, target, TARGET_MEMBERS);
  const refusal = targetRefusal(target.Arn);
  if (refusal) throw invalid(refusal);
  if (target.Arn.includes(':event-bus/') && !target.EventBridgeParameters)
    throw invalid('EventBridgeParameters are required for an event bus.');
  try {
    compileSchedule(expression, timezone);
  } catch (error) {
    throw error instanceof ScheduleError
      ? invalid(`Invalid Schedule Expression ${expression}. ${error.message}`)
      : error;
  }
  const { account, region } = caller;
  return {
    name,
    group: group.name,
    arn: `arn:aws:scheduler:${region}:${account}:schedule/${group.name}/${name}`,
    account,
    region,
    expression,
    timezone,
    state: input.State ?? 'ENABLED',
    flexibleWindow: input.FlexibleTimeWindow ?? { Mode: 'OFF' },
    target,
    actionAfterCompletion: input.ActionAfterCompletion ?? 'NONE',
    createdAt: now,
    modifiedAt: now,
    isCompleted: false,
    ...(StartDate && { startAt: new Date(StartDate).getTime() }),
    ...(EndDate && { endAt: new Date(EndDate).getTime() }),
    ...(Description !== undefined && { description: Description }),
  };
}

const describe = (schedule: Schedule) => ({
  Arn: schedule.arn,
  Name: schedule.name,
  GroupName: schedule.group,
  ScheduleExpression: schedule.expression,
  ScheduleExpressionTimezone: schedule.timezone,
  State: schedule.state,
  Description: schedule.description,
  FlexibleTimeWindow: schedule.flexibleWindow,
  Target: schedule.target,
  ActionAfterCompletion: schedule.actionAfterCompletion,
  CreationDate: new Date(schedule.createdAt),
  LastModificationDate: new Date(schedule.modifiedAt),
  ...(schedule.startAt !== undefined && { StartDate: new Date(schedule.startAt) }),
  ...(schedule.endAt !== undefined && { EndDate: new Date(schedule.endAt) }),
});

const describeGroup = ({ name, arn, createdAt }: Group) => ({
  Name: name,
  Arn: arn,
  State: 'ACTIVE',
  CreationDate: new Date(createdAt),
});
