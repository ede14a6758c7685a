import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import { pageOf } from '../../storage/page-of.ts';
import type { Storage } from '../../storage.ts';
import { type Alarm, type AlarmState, type Alarms, alarmArn, alarmKey, checkSettings, metricOf } from './alarm.ts';
import type { AlarmHistory, HistoryItemType } from './alarm-history.ts';
import type { AlarmWatch } from './alarm-watch.ts';
import { metricKey } from './metric-store.ts';

interface AlarmInput {
  readonly AlarmName?: string;
  readonly AlarmNames?: readonly string[];
  readonly AlarmNamePrefix?: string;
  readonly AlarmTypes?: readonly string[];
  readonly StateValue?: AlarmState;
  readonly StateReason?: string;
  readonly StateReasonData?: string;
  readonly ActionPrefix?: string;
  readonly HistoryItemType?: HistoryItemType;
  readonly StartDate?: Date;
  readonly EndDate?: Date;
  readonly ScanBy?: 'TimestampDescending' | 'TimestampAscending';
  readonly MaxRecords?: number;
  readonly NextToken?: string;
}

export interface AlarmParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly history: AlarmHistory;
  readonly watch: AlarmWatch;
}

/** As on AWS, unless fewer are asked for. */
const LARGEST_PAGE = 100;

const STATES: readonly AlarmState[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];

export function alarmOperations({ storage, clock, alarms, history, watch }: AlarmParts): Service['operations'] {
  const put = (alarm: Alarm): void => alarms.table.put(alarmKey(alarm.name, alarm), alarm);

  function enableActions(ActionsEnabled: boolean) {
    return ({ AlarmNames = [] }: AlarmInput, caller: Caller) => {
      for (const name of AlarmNames) {
        const alarm = alarms.table.get(alarmKey(name, caller));
        if (alarm) put({ ...alarm, settings: { ...alarm.settings, ActionsEnabled } });
      }
      return {};
    };
  }

  return {
    PutMetricAlarm({ AlarmName: name = '', ...given }: AlarmInput, caller: Caller) {
      if (!name) throw invalid('AlarmName is required.');
      const settings = checkSettings(given);
      const before = alarms.table.get(alarmKey(name, caller));
      const now = clock.now();
      const { account, region } = caller;
      const fresh = {
        state: 'INSUFFICIENT_DATA' as const,
        reason: 'Unchecked: Initial alarm creation',
        updatedAt: now,
      };
      const about = { name, arn: alarmArn(name, caller), account, region };
      const alarm: Alarm = { ...fresh, ...before, ...about, settings, configuredAt: now };
      storage.transaction(() => {
        put(alarm);
        history.configurationUpdate(alarm, before ? 'updated' : 'created');
      });
      watch.soon(alarm);
      return {};
    },

    DescribeAlarms(input: AlarmInput, caller: Caller) {
      refuseOthers('cloudwatch:DescribeAlarms', input, [
        ...['AlarmNames', 'AlarmNamePrefix', 'AlarmTypes', 'StateValue', 'ActionPrefix', 'MaxRecords', 'NextToken'],
      ]);
      const { AlarmNames, AlarmNamePrefix = '', AlarmTypes = ['MetricAlarm'], StateValue, ActionPrefix = '' } = input;
      const { MaxRecords = LARGEST_PAGE, NextToken } = input;
      if (!AlarmTypes.includes('MetricAlarm')) return { MetricAlarms: [], CompositeAlarms: [] };
      const { items, next } = pageOf(alarms.table, {
        prefix: alarmKey(AlarmNamePrefix, caller),
        after: NextToken && alarmKey(NextToken, caller),
        limit: MaxRecords,
        isWanted: ({ name, state, settings }) =>
          (AlarmNames?.includes(name) ?? true) &&
          (StateValue ?? state) === state &&
          (ActionPrefix === '' || allActions(settings).some((arn) => arn.startsWith(ActionPrefix))),
      });
      return {
        MetricAlarms: items.map(describe),
        CompositeAlarms: [],
        ...(next !== undefined && { NextToken: items.at(-1)!.name }),
      };
    },

    DescribeAlarmsForMetric(input: object, caller: Caller) {
      const members = ['Namespace', 'MetricName', 'Dimensions', 'Statistic', 'ExtendedStatistic', 'Period'];
      refuseOthers('cloudwatch:DescribeAlarmsForMetric', input, members);
      const wanted = input as Alarm['settings'];
      const key = metricKey(metricOf({ ...caller, settings: wanted } as unknown as Alarm));
      const isAsked = ({ settings }: Alarm) =>
        (['Statistic', 'ExtendedStatistic', 'Period'] as const).every(
          (member) => (wanted[member] ?? settings[member]) === settings[member],
        );
      const found = alarms.all(caller).filter((alarm) => metricKey(metricOf(alarm)) === key && isAsked(alarm));
      return { MetricAlarms: found.map(describe) };
    },

    DescribeAlarmHistory(input: AlarmInput, caller: Caller) {
      refuseOthers('cloudwatch:DescribeAlarmHistory', input, [
        'AlarmName',
        'HistoryItemType',
        'StartDate',
        'EndDate',
        'ScanBy',
        'MaxRecords',
        'NextToken',
        'AlarmTypes',
      ]);
      const { AlarmName, HistoryItemType, StartDate, EndDate, ScanBy = 'TimestampDescending' } = input;
      const found = history
        .items(caller, AlarmName)
        .filter(({ type }) => (HistoryItemType ?? type) === type)
        .filter(({ at }) => at >= (StartDate?.getTime() ?? 0) && at <= (EndDate?.getTime() ?? at));
      const { page, NextToken } = paged(ScanBy === 'TimestampDescending' ? found.reverse() : found, input);
      return {
        AlarmHistoryItems: page.map(({ alarmName, at, type, summary, data }) => ({
          AlarmName: alarmName,
          AlarmType: 'MetricAlarm',
          Timestamp: new Date(at),
          HistoryItemType: type,
          HistorySummary: summary,
          HistoryData: data,
        })),
        ...NextToken,
      };
    },

    /** Lasts until the next evaluation, as on AWS. */
    SetAlarmState({ AlarmName, StateValue, StateReason, StateReasonData }: AlarmInput, caller: Caller) {
      const alarm = alarms.find(AlarmName, caller);
      if (!StateValue || !STATES.includes(StateValue)) throw invalid(`${StateValue} is no state of an alarm.`);
      if (!StateReason) throw invalid('StateReason is required.');
      if (StateReasonData !== undefined && !isJson(StateReasonData))
        throw new ServiceError('InvalidFormat', 'StateReasonData is not JSON.');
      watch.setState(alarm, { state: StateValue, reason: StateReason, reasonData: StateReasonData });
      watch.soon(alarm);
      return {};
    },

    DeleteAlarms({ AlarmNames = [] }: AlarmInput, caller: Caller) {
      storage.transaction(() => {
        for (const name of AlarmNames) {
          const alarm = alarms.table.get(alarmKey(name, caller));
          if (alarm) history.configurationUpdate(alarm, 'deleted');
          alarms.table.delete(alarmKey(name, caller));
        }
      });
      return {};
    },

    EnableAlarmActions: enableActions(true),
    DisableAlarmActions: enableActions(false),
  };
}

const invalid = (message: string): ServiceError => new ServiceError('ValidationError', message);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const allActions = ({ OKActions = [], AlarmActions = [], InsufficientDataActions = [] }: Alarm['settings']) => [
  ...OKActions,
  ...AlarmActions,
  ...InsufficientDataActions,
];

function describe({ name, arn, settings, configuredAt, state, reason, reasonData, updatedAt }: Alarm): object {
  return {
    ActionsEnabled: true,
    OKActions: [],
    AlarmActions: [],
    InsufficientDataActions: [],
    Dimensions: [],
    ...settings,
    AlarmName: name,
    AlarmArn: arn,
    AlarmConfigurationUpdatedTimestamp: new Date(configuredAt),
    StateValue: state,
    StateReason: reason,
    ...(reasonData !== undefined && { StateReasonData: reasonData }),
    StateUpdatedTimestamp: new Date(updatedAt),
    StateTransitionedTimestamp: new Date(updatedAt),
  };
}

function paged<T>(found: readonly T[], { MaxRecords = LARGEST_PAGE, NextToken = '0' }: AlarmInput) {
  const end = Number(NextToken) + MaxRecords;
  return {
    page: found.slice(Number(NextToken), end),
    NextToken: found.length > end ? { NextToken: String(end) } : {},
  };
}
