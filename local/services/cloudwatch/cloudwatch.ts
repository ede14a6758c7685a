import { physicalName } from '../../aws/physical-name.ts';
import { type Caller, type ResourceType, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import { metricOperations } from './metrics.ts';

interface AlarmInput {
  readonly AlarmName?: string;
  readonly AlarmNames?: readonly string[];
  readonly AlarmNamePrefix?: string;
  readonly [member: string]: unknown;
}

interface Alarm {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly updatedAt: number;
}

interface DashboardInput {
  readonly DashboardName?: string;
  readonly DashboardNames?: readonly string[];
  readonly DashboardBody?: string;
}

/** CloudWatch: metrics are added up by the minute; alarms and dashboards are kept and shown, alarms never evaluated. */
export function createCloudWatch({ storage, clock }: { readonly storage: Storage; readonly clock: Clock }): Service {
  const alarms = storage.table<Alarm>('cloudwatch/alarms');
  const dashboards = storage.table<string>('cloudwatch/dashboards');
  const prefix = ({ account, region }: Caller) => `${account}/${region}/`;
  const alarmArn = ({ account, region }: Caller, name: string) =>
    `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;

  const operations: Service['operations'] = {
    ...metricOperations(storage, clock),

    PutMetricAlarm({ AlarmName = '', ...settings }: AlarmInput, caller: Caller) {
      if (!AlarmName) throw new ServiceError('ValidationError', 'AlarmName is required.');
      alarms.put(prefix(caller) + AlarmName, { name: AlarmName, settings, updatedAt: clock.now() });
      return {};
    },

    DescribeAlarms({ AlarmNames, AlarmNamePrefix = '' }: AlarmInput, caller: Caller) {
      const all = [...alarms.entries(prefix(caller) + AlarmNamePrefix)].map(([, alarm]) => alarm);
      const found = all.filter(({ name }) => !AlarmNames || AlarmNames.includes(name));
      return {
        MetricAlarms: found.map(({ name, settings, updatedAt }) => ({
          ...settings,
          AlarmName: name,
          AlarmArn: alarmArn(caller, name),
          AlarmConfigurationUpdatedTimestamp: new Date(updatedAt),
          StateUpdatedTimestamp: new Date(updatedAt),
          StateValue: 'INSUFFICIENT_DATA',
          StateReason: 'This local cloud does not evaluate alarms.',
        })),
      };
    },

    DeleteAlarms({ AlarmNames = [] }: AlarmInput, caller: Caller) {
      for (const name of AlarmNames) alarms.delete(prefix(caller) + name);
      return {};
    },

    PutDashboard({ DashboardName = '', DashboardBody = '' }: DashboardInput, caller: Caller) {
      try {
        JSON.parse(DashboardBody);
      } catch {
        throw new ServiceError('InvalidParameterInput', 'The field DashboardBody must be a valid JSON object');
      }
      dashboards.put(prefix(caller) + DashboardName, DashboardBody);
      return { DashboardValidationMessages: [] };
    },

    GetDashboard({ DashboardName = '' }: DashboardInput, caller: Caller) {
      const DashboardBody = dashboards.get(prefix(caller) + DashboardName);
      if (DashboardBody === undefined)
        throw new ServiceError('ResourceNotFound', `Dashboard ${DashboardName} does not exist`, 404);
      return {
        DashboardName,
        DashboardBody,
        DashboardArn: `arn:aws:cloudwatch::${caller.account}:dashboard/${DashboardName}`,
      };
    },

    ListDashboards: (_input: DashboardInput, caller: Caller) => ({
      DashboardEntries: [...dashboards.entries(prefix(caller))].map(([key]) => ({
        DashboardName: key.slice(prefix(caller).length),
      })),
    }),

    DeleteDashboards({ DashboardNames = [] }: DashboardInput, caller: Caller) {
      for (const name of DashboardNames) dashboards.delete(prefix(caller) + name);
      return {};
    },
  };

  return { name: 'monitoring', operations, resources: cloudWatchResources(operations, alarmArn) };
}

const ALARM_PROPERTIES = [
  'AlarmName',
  'AlarmDescription',
  'ActionsEnabled',
  'AlarmActions',
  'OKActions',
  'InsufficientDataActions',
  'ComparisonOperator',
  'DatapointsToAlarm',
  'Dimensions',
  'EvaluateLowSampleCountPercentile',
  'EvaluationPeriods',
  'ExtendedStatistic',
  'MetricName',
  'Metrics',
  'Namespace',
  'Period',
  'Statistic',
  'Threshold',
  'ThresholdMetricId',
  'TreatMissingData',
  'Unit',
];

/** `AWS::CloudWatch::Alarm`, `CompositeAlarm` and `Dashboard`. */
function cloudWatchResources(
  operations: Service['operations'],
  alarmArn: (caller: Caller, name: string) => string,
): Readonly<Record<string, ResourceType>> {
  return {
    'AWS::CloudWatch::Alarm': {
      supported: ALARM_PROPERTIES,
      accepted: ['Tags'],
      async apply(properties, deployment) {
        const AlarmName = String(properties.AlarmName ?? physicalName(deployment, 255));
        const { Tags: _, ...settings } = properties;
        await operations.PutMetricAlarm!({ ...settings, AlarmName }, deployment);
        return { ref: AlarmName, attributes: { Arn: alarmArn(deployment, AlarmName) } };
      },
    },
    'AWS::CloudWatch::CompositeAlarm': {
      supported: ['AlarmName'],
      accepted: [
        'AlarmRule',
        'AlarmDescription',
        'ActionsEnabled',
        'AlarmActions',
        'OKActions',
        'InsufficientDataActions',
        'Tags',
      ],
      apply({ AlarmName }, deployment) {
        const name = String(AlarmName ?? physicalName(deployment, 255));
        return { ref: name, attributes: { Arn: alarmArn(deployment, name) } };
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
