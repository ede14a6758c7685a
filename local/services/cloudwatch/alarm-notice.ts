import { type Alarm, type AlarmState, metricOf, statisticOf } from './alarm.ts';

/** A change of an alarm's state. Time in milliseconds since 1970. */
export interface Transition {
  readonly alarm: Alarm;
  readonly from: Pick<Alarm, 'state' | 'reason' | 'reasonData' | 'updatedAt'>;
  readonly at: number;
}

/** Notifications name regions as the console does; those that are not here go by their codes. */
const REGIONS: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-2': 'US West (Oregon)',
  'eu-central-1': 'EU (Frankfurt)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-north-1': 'EU (Stockholm)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
};
const placeOf = ({ region }: Alarm): string => REGIONS[region] ?? region;

/** `2026-11-27T08:05:00.000+0000` */
export const awsTime = (time: number): string => new Date(time).toISOString().replace('Z', '+0000');

/** The topics that are told of a state. */
export function actionsFor({ settings }: Alarm, state: AlarmState): readonly string[] {
  const { ActionsEnabled = true, OKActions = [], AlarmActions = [], InsufficientDataActions = [] } = settings;
  if (!ActionsEnabled) return [];
  return { OK: OKActions, ALARM: AlarmActions, INSUFFICIENT_DATA: InsufficientDataActions }[state];
}

/** What SNS subscribers get, in the form that CloudWatch sends. */
export function notice({ alarm, from, at }: Transition): { subject: string; message: string } {
  const { settings } = alarm;
  const message = {
    AlarmName: alarm.name,
    AlarmDescription: settings.AlarmDescription ?? null,
    AWSAccountId: alarm.account,
    AlarmConfigurationUpdatedTimestamp: awsTime(alarm.configuredAt),
    NewStateValue: alarm.state,
    NewStateReason: alarm.reason,
    StateChangeTime: awsTime(at),
    Region: placeOf(alarm),
    AlarmArn: alarm.arn,
    OldStateValue: from.state,
    OKActions: settings.OKActions ?? [],
    AlarmActions: settings.AlarmActions ?? [],
    InsufficientDataActions: settings.InsufficientDataActions ?? [],
    Trigger: {
      MetricName: settings.MetricName,
      Namespace: settings.Namespace,
      ...(settings.Statistic === undefined
        ? { StatisticType: 'ExtendedStatistic', ExtendedStatistic: settings.ExtendedStatistic }
        : { StatisticType: 'Statistic', Statistic: settings.Statistic.toUpperCase() }),
      Unit: null,
      Dimensions: (settings.Dimensions ?? []).map(({ Name, Value }) => ({ value: Value, name: Name })),
      Period: settings.Period,
      EvaluationPeriods: settings.EvaluationPeriods,
      ...(settings.DatapointsToAlarm !== undefined && { DatapointsToAlarm: settings.DatapointsToAlarm }),
      ComparisonOperator: settings.ComparisonOperator,
      Threshold: settings.Threshold,
      TreatMissingData: settings.TreatMissingData ?? 'missing',
      EvaluateLowSampleCountPercentile: '',
    },
  };
  // A subject has at most 100 characters.
  return {
    subject: `${alarm.state}: "${alarm.name}" in ${placeOf(alarm)}`.slice(0, 100),
    message: JSON.stringify(message),
  };
}

/** The event on the default bus. */
export function stateChangeEvent({ alarm, from, at }: Transition) {
  const { namespace, name, dimensions } = metricOf(alarm);
  const state = (value: AlarmState, reason: string, reasonData: string | undefined, time: number) => ({
    value,
    reason,
    ...(reasonData !== undefined && { reasonData }),
    timestamp: awsTime(time),
  });
  return {
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    resources: [alarm.arn],
    detail: {
      alarmName: alarm.name,
      state: state(alarm.state, alarm.reason, alarm.reasonData, at),
      previousState: state(from.state, from.reason, from.reasonData, from.updatedAt),
      configuration: {
        ...(alarm.settings.AlarmDescription !== undefined && { description: alarm.settings.AlarmDescription }),
        metrics: [
          {
            id: 'm1',
            metricStat: {
              metric: { namespace, name, dimensions },
              period: alarm.settings.Period,
              stat: statisticOf(alarm.settings),
            },
            returnData: true,
          },
        ],
      },
    },
  };
}
