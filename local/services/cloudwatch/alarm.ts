import { type Caller, refuseOthers, ServiceError } from '../../aws/service.ts';
import type { Metric } from '../../metrics.ts';
import type { Storage, Table } from '../../storage.ts';
import { checkStatistic } from './statistics.ts';

export interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** What PutMetricAlarm is given: members as AWS names them. */
export interface AlarmSettings {
  readonly AlarmDescription?: string;
  readonly ActionsEnabled?: boolean;
  readonly OKActions?: readonly string[];
  readonly AlarmActions?: readonly string[];
  readonly InsufficientDataActions?: readonly string[];
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly Dimension[];
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  /** Seconds. */
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly Threshold: number;
  readonly ComparisonOperator: Comparison;
  readonly TreatMissingData?: 'breaching' | 'notBreaching' | 'ignore' | 'missing';
}

export const COMPARISONS = {
  GreaterThanOrEqualToThreshold: { words: 'greater than or equal to', holds: (a: number, b: number) => a >= b },
  GreaterThanThreshold: { words: 'greater than', holds: (a: number, b: number) => a > b },
  LessThanThreshold: { words: 'less than', holds: (a: number, b: number) => a < b },
  LessThanOrEqualToThreshold: { words: 'less than or equal to', holds: (a: number, b: number) => a <= b },
};
export type Comparison = keyof typeof COMPARISONS;

export interface Alarm {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly settings: AlarmSettings;
  /** Milliseconds since 1970. */
  readonly configuredAt: number;
  readonly state: AlarmState;
  readonly reason: string;
  /** JSON text. */
  readonly reasonData?: string;
  readonly updatedAt: number;
}

const prefixOf = ({ account, region }: Caller): string => `${account}/${region}/`;
export const alarmKey = (name: string, caller: Caller): string => prefixOf(caller) + name;
export const alarmArn = (name: string, { account, region }: Caller): string =>
  `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;

export interface Alarms {
  readonly table: Table<Alarm>;
  /** @throws ServiceError ResourceNotFound */
  find(name: string | undefined, caller: Caller): Alarm;
  all(caller: Caller): Alarm[];
}

export function openAlarms(storage: Storage): Alarms {
  const table = storage.table<Alarm>('cloudwatch/alarms');
  return {
    table,
    find(name = '', caller) {
      const alarm = table.get(alarmKey(name, caller));
      if (!alarm) throw new ServiceError('ResourceNotFound', `Alarm ${name} does not exist`, 404);
      return alarm;
    },
    all: (caller) => [...table.entries(prefixOf(caller))].map(([, alarm]) => alarm),
  };
}

export const metricOf = ({ account, region, settings }: Alarm): Metric => ({
  account,
  region,
  namespace: settings.Namespace,
  name: settings.MetricName,
  dimensions: Object.fromEntries((settings.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
});

export const statisticOf = ({ Statistic, ExtendedStatistic }: AlarmSettings): string =>
  Statistic ?? ExtendedStatistic ?? '';

const MEMBERS: readonly (keyof AlarmSettings)[] = [
  'AlarmDescription',
  'ActionsEnabled',
  'OKActions',
  'AlarmActions',
  'InsufficientDataActions',
  'Namespace',
  'MetricName',
  'Dimensions',
  'Statistic',
  'ExtendedStatistic',
  'Period',
  'EvaluationPeriods',
  'DatapointsToAlarm',
  'Threshold',
  'ComparisonOperator',
  'TreatMissingData',
];

/** @throws ServiceError if it cannot be evaluated here, or at all */
export function checkSettings(settings: object): AlarmSettings {
  refuseOthers('cloudwatch:PutMetricAlarm', settings, MEMBERS, ['Tags']);
  const { Tags: _, ...given } = settings as AlarmSettings & { Tags?: unknown };
  const { Period, EvaluationPeriods, DatapointsToAlarm = EvaluationPeriods, ComparisonOperator, Threshold } = given;
  for (const member of ['Namespace', 'MetricName', 'Period', 'EvaluationPeriods', 'Threshold'] as const) {
    if (given[member] === undefined) throw invalid(`${member} is required.`);
  }
  if (!Object.hasOwn(COMPARISONS, ComparisonOperator ?? '')) {
    throw invalid(`This local cloud does not support the ComparisonOperator ${ComparisonOperator}.`);
  }
  if (!(Period > 0 && Period % 60 === 0)) {
    throw invalid(`This local cloud keeps metrics by the minute: a Period of ${Period} seconds is not supported.`);
  }
  if (Period * EvaluationPeriods > 7 * 86_400) throw invalid('Metrics cannot be checked across more than seven days.');
  if (!(DatapointsToAlarm >= 1 && DatapointsToAlarm <= EvaluationPeriods)) {
    throw invalid('DatapointsToAlarm must be between 1 and EvaluationPeriods.');
  }
  if (!Number.isFinite(Threshold)) throw invalid('Threshold must be a number.');
  if ((given.Statistic === undefined) === (given.ExtendedStatistic === undefined)) {
    throw invalid('Exactly one of Statistic and ExtendedStatistic is required.');
  }
  checkStatistic(statisticOf(given));
  for (const action of actionsOf(given)) {
    if (!/^arn:aws[\w-]*:sns:/.test(action)) throw invalid(`This local cloud does not support the action ${action}.`);
  }
  return given;
}

const actionsOf = ({ OKActions = [], AlarmActions = [], InsufficientDataActions = [] }: AlarmSettings): string[] => [
  ...OKActions,
  ...AlarmActions,
  ...InsufficientDataActions,
];

const invalid = (message: string): ServiceError => new ServiceError('ValidationError', message);
