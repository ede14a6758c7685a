import { type Caller, refuseOthers, type Service, ServiceError, unsupported } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Metric } from '../../metrics.ts';
import type { Dimension } from './alarm.ts';
import type { MetricStore } from './metric-store.ts';
import { checkStatistic, combine, type Statistics, single, statistic } from './statistics.ts';

interface Datum {
  readonly MetricName: string;
  readonly Dimensions?: readonly Dimension[];
  readonly Timestamp?: Date | number;
  readonly Value?: number;
  readonly Values?: readonly number[];
  readonly Counts?: readonly number[];
  readonly StatisticValues?: {
    readonly SampleCount: number;
    readonly Sum: number;
    readonly Minimum: number;
    readonly Maximum: number;
  };
  readonly Unit?: string;
}

interface MetricInput {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value?: string }[];
}

interface StatisticsInput extends MetricInput {
  readonly StartTime?: Date | number;
  readonly EndTime?: Date | number;
  readonly Period?: number;
  readonly Statistics?: readonly string[];
  readonly ExtendedStatistics?: readonly string[];
}

interface DataQuery {
  readonly Id: string;
  readonly Label?: string;
  readonly ReturnData?: boolean;
  readonly Expression?: string;
  readonly MetricStat?: { readonly Metric: MetricInput; readonly Period: number; readonly Stat: string };
}

interface DataInput {
  readonly MetricDataQueries?: readonly DataQuery[];
  readonly StartTime?: Date | number;
  readonly EndTime?: Date | number;
  readonly ScanBy?: 'TimestampDescending' | 'TimestampAscending';
}

/** As many as AWS gives at a time. */
const MAX_DATAPOINTS = 1_440;
const MAX_METRICS = 500;

const QUERY = ['Id', 'Label', 'Expression', 'MetricStat', 'ReturnData', 'Period'];

export function metricOperations(metrics: MetricStore, clock: Clock): Service['operations'] {
  /** The periods of a span in which there is something, in order. Aligned to the period, as AWS does. */
  function periods(metric: Metric, from: number, to: number, seconds: number): [start: number, Statistics][] {
    if (!(seconds > 0 && seconds % 60 === 0)) {
      throw invalid(`This local cloud keeps metrics by the minute: a Period of ${seconds} seconds is not supported.`);
    }
    const period = seconds * 1000;
    const first = Math.floor(from / period) * period;
    if ((to - first) / period > MAX_DATAPOINTS) {
      throw new ServiceError(
        'InvalidParameterCombination',
        `You have requested up to ${Math.ceil((to - first) / period)} datapoints, which exceeds the limit of ${MAX_DATAPOINTS}.`,
      );
    }
    const found: [number, Statistics][] = [];
    for (let start = first; start < to; start += period) {
      const values = metrics.statistics(metric, start, start + period);
      if (values) found.push([start, values]);
    }
    return found;
  }

  return {
    PutMetricData(input: MetricInput & { readonly MetricData?: readonly Datum[] }, { account, region }: Caller) {
      refuseOthers('cloudwatch:PutMetricData', input, ['Namespace', 'MetricData'], ['StrictEntityValidation']);
      const { Namespace: namespace = '', MetricData = [] } = input;
      if (namespace === '' || namespace.startsWith('AWS/'))
        throw invalid(`The value ${namespace} for parameter Namespace is invalid.`);
      const checked = MetricData.map((datum) => ({ datum, statistics: statisticsOf(datum) }));
      for (const { datum, statistics } of checked) {
        const dimensions = asRecord(datum.Dimensions ?? []);
        const metric = { account, region, namespace, name: datum.MetricName, dimensions, unit: statistics.unit };
        metrics.put(metric, statistics, timeOf(datum.Timestamp) ?? clock.now());
      }
      return {};
    },

    ListMetrics(input: MetricInput & { readonly NextToken?: string }, { account, region }: Caller) {
      refuseOthers(
        'cloudwatch:ListMetrics',
        input,
        ['Namespace', 'MetricName', 'Dimensions', 'NextToken'],
        ['RecentlyActive'],
      );
      const { Namespace, MetricName, Dimensions = [], NextToken = '0' } = input;
      const found = metrics
        .list(account, region)
        .filter(({ namespace, name }) => (Namespace ?? namespace) === namespace && (MetricName ?? name) === name)
        .filter(({ dimensions }) =>
          Dimensions.every(
            ({ Name, Value }) => Object.hasOwn(dimensions, Name) && (Value ?? dimensions[Name]) === dimensions[Name],
          ),
        );
      const end = Number(NextToken) + MAX_METRICS;
      return {
        Metrics: found.slice(Number(NextToken), end).map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
        })),
        ...(found.length > end && { NextToken: String(end) }),
      };
    },

    GetMetricStatistics(input: StatisticsInput, caller: Caller) {
      const members = [
        'Namespace',
        'MetricName',
        'Dimensions',
        'StartTime',
        'EndTime',
        'Period',
        'Statistics',
        'ExtendedStatistics',
      ];
      refuseOthers('cloudwatch:GetMetricStatistics', input, members);
      const { StartTime, EndTime, Period = 60, Statistics = [], ExtendedStatistics = [] } = input;
      for (const name of [...Statistics, ...ExtendedStatistics]) checkStatistic(name);
      const found = periods(metricOf(input, caller), timeOf(StartTime) ?? 0, timeOf(EndTime) ?? clock.now(), Period);
      return {
        Label: input.MetricName,
        Datapoints: found.map(([start, values]) => ({
          Timestamp: new Date(start),
          Unit: values.unit,
          ...valuesOf(values, Statistics),
          ...(ExtendedStatistics.length > 0 && { ExtendedStatistics: valuesOf(values, ExtendedStatistics) }),
        })),
      };
    },

    GetMetricData(input: DataInput, caller: Caller) {
      refuseOthers(
        'cloudwatch:GetMetricData',
        input,
        ['MetricDataQueries', 'StartTime', 'EndTime', 'ScanBy'],
        ['MaxDatapoints', 'LabelOptions'],
      );
      const { MetricDataQueries = [], StartTime, EndTime, ScanBy = 'TimestampDescending' } = input;
      const results = MetricDataQueries.map((query) => {
        refuseOthers('a query of cloudwatch:GetMetricData', query, QUERY);
        const { Id, Label, Expression, MetricStat, ReturnData = true } = query;
        if (Expression !== undefined || !MetricStat) throw unsupported(`the expression ${Expression} of GetMetricData`);
        refuseOthers('cloudwatch:GetMetricData MetricStat', MetricStat, ['Metric', 'Period', 'Stat']);
        checkStatistic(MetricStat.Stat);
        const metric = metricOf(MetricStat.Metric, caller);
        const found = periods(
          metric,
          timeOf(StartTime) ?? 0,
          timeOf(EndTime) ?? clock.now(),
          MetricStat.Period,
        ).flatMap(([start, values]) => {
          const value = statistic(values, MetricStat.Stat);
          return value === undefined ? [] : [{ start, value }];
        });
        if (ScanBy === 'TimestampDescending') found.reverse();
        return {
          ReturnData,
          result: {
            Id,
            Label: Label ?? MetricStat.Metric.MetricName,
            Timestamps: found.map(({ start }) => new Date(start)),
            Values: found.map(({ value }) => value),
            StatusCode: 'Complete',
          },
        };
      });
      return {
        MetricDataResults: results.filter(({ ReturnData }) => ReturnData).map(({ result }) => result),
        Messages: [],
      };
    },
  };
}

const asRecord = (dimensions: readonly { readonly Name: string; readonly Value?: string }[]): Record<string, string> =>
  Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value ?? '']));

const metricOf = (
  { Namespace = '', MetricName = '', Dimensions = [] }: MetricInput,
  { account, region }: Caller,
): Metric => ({
  account,
  region,
  namespace: Namespace,
  name: MetricName,
  dimensions: asRecord(Dimensions),
});

const valuesOf = (values: Statistics, names: readonly string[]): Record<string, number | undefined> =>
  Object.fromEntries(names.map((name) => [name, statistic(values, name)]));

/** State machines give seconds, SDKs dates. */
const timeOf = (time: Date | number | undefined): number | undefined =>
  typeof time === 'number' ? time * 1000 : time?.getTime();

const invalid = (message: string): ServiceError => new ServiceError('InvalidParameterValue', message);

function statisticsOf({ Value, Values, Counts, StatisticValues, Unit: unit = 'None' }: Datum): Statistics {
  if (StatisticValues) {
    const { SampleCount, Sum, Minimum, Maximum } = StatisticValues;
    // All the same value: then it is known how they are spread.
    if (Minimum === Maximum) return single(Minimum, unit, SampleCount);
    return { count: SampleCount, sum: Sum, minimum: Minimum, maximum: Maximum, unit };
  }
  const values = Values ?? (Value === undefined ? [] : [Value]);
  if (values.length === 0)
    throw new ServiceError('MissingParameter', 'A datum needs Value, Values or StatisticValues.');
  let all: Statistics | undefined;
  for (const [index, value] of values.entries()) {
    if (!Number.isFinite(value)) throw invalid(`The value ${value} for parameter MetricData is invalid.`);
    all = combine(all, single(value, unit, Counts?.[index] ?? 1));
  }
  return all!;
}
