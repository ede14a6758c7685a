import { physicalName } from '../../aws/physical-name.ts';
import type { ResourceType, Service } from '../../aws/service.ts';
import { alarmArn } from './alarm.ts';

const NUMBERS = ['Period', 'EvaluationPeriods', 'DatapointsToAlarm', 'Threshold'];

/** `AWS::CloudWatch::Alarm` and `Dashboard`. */
export function cloudWatchResources(operations: Service['operations']): Readonly<Record<string, ResourceType>> {
  return {
    'AWS::CloudWatch::Alarm': {
      supported: [
        'AlarmName',
        'AlarmDescription',
        'ActionsEnabled',
        'AlarmActions',
        'OKActions',
        'InsufficientDataActions',
        'ComparisonOperator',
        'DatapointsToAlarm',
        'Dimensions',
        'EvaluationPeriods',
        'ExtendedStatistic',
        'MetricName',
        'Namespace',
        'Period',
        'Statistic',
        'Threshold',
        'TreatMissingData',
      ],
      accepted: ['Tags'],
      async apply({ Tags: _, AlarmName: given, ...properties }, deployment) {
        const AlarmName = String(given ?? physicalName(deployment, 255));
        // Templates may have `"3"` for 3.
        const settings = Object.fromEntries(
          Object.entries(properties).map(([name, value]) => [name, NUMBERS.includes(name) ? Number(value) : value]),
        );
        await operations.PutMetricAlarm!({ ...settings, AlarmName }, deployment);
        return { ref: AlarmName, attributes: { Arn: alarmArn(AlarmName, deployment) } };
      },
    },
    'AWS::CloudWatch::Dashboard': {
      supported: ['DashboardName', 'DashboardBody'],
      async apply({ DashboardName: given, DashboardBody }, deployment) {
        const DashboardName = String(given ?? physicalName(deployment, 255));
        await operations.PutDashboard!({ DashboardName, DashboardBody: String(DashboardBody) }, deployment);
        return { ref: DashboardName, attributes: {} };
      },
    },
  };
}
