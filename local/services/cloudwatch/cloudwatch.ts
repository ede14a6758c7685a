import type { ResourceType, Service } from '../../aws/service.ts';

/**
 * CloudWatch, only as far as templates name it: nothing is measured on one machine, so alarms and dashboards are accepted and
 * never change. Its API is not here; who asks is told so.
 */
export function createCloudwatch(): Service {
  return {
    name: 'monitoring',
    operations: {},
    resources: { 'AWS::CloudWatch::Alarm': alarm, 'AWS::CloudWatch::Dashboard': dashboard },
  };
}

const alarm: ResourceType = {
  supported: ['AlarmName'],
  accepted: [
    'ActionsEnabled',
    'AlarmActions',
    'AlarmDescription',
    'ComparisonOperator',
    'DatapointsToAlarm',
    'Dimensions',
    'EvaluateLowSampleCountPercentile',
    'EvaluationPeriods',
    'ExtendedStatistic',
    'InsufficientDataActions',
    'MetricName',
    'Metrics',
    'Namespace',
    'OKActions',
    'Period',
    'Statistic',
    'Tags',
    'Threshold',
    'ThresholdMetricId',
    'TreatMissingData',
    'Unit',
  ],
  apply({ AlarmName }, { account, region, stackName, logicalId }) {
    const name = String(AlarmName ?? `${stackName}-${logicalId}`);
    return { ref: name, attributes: { Arn: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}` } };
  },
};

const dashboard: ResourceType = {
  supported: ['DashboardName'],
  accepted: ['DashboardBody'],
  apply: ({ DashboardName }, { stackName, logicalId }) => ({
    ref: String(DashboardName ?? `${stackName}-${logicalId}`),
    attributes: {},
  }),
};
