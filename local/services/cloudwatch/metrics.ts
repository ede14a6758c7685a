import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';

interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

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

/** What was put in one minute. */
interface Minute {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly unit: string;
}

interface MetricInput {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly MetricData?: readonly Datum[];
  readonly Dimensions?: readonly Dimension[];
  readonly StartTime?: Date | number;
  readonly EndTime?: Date | number;
  readonly Period?: number;
}

const MINUTE = 60_000;

export function metricOperations(storage: Storage, clock: Clock): Service['operations'] {
  const metrics = storage.table<{ namespace: string; name: string; dimensions: readonly Dimension[] }>(
    'cloudwatch/metrics',
  );
  const keyOf = ({ account, region }: Caller, namespace: string, name: string, dimensions: readonly Dimension[]) =>
    `${account}/${region}/${JSON.stringify([namespace, name, ...[...dimensions].sort((a, b) => (a.Name < b.Name ? -1 : 1)).map(({ Name, Value }) => [Name, Value])])}`;
  const minutesOf = (key: string) => storage.table<Minute>(`cloudwatch/minutes/${key}`);

  return {
    PutMetricData(input: MetricInput, caller: Caller) {
      refuseOthers('cloudwatch:PutMetricData', input, ['Namespace', 'MetricData'], ['StrictEntityValidation']);
      const { Namespace: namespace = '', MetricData = [] } = input;
      if (namespace === '' || namespace.startsWith('AWS/')) {
        throw new ServiceError('InvalidParameterValue', `The value ${namespace} for parameter Namespace is invalid.`);
      }
      storage.transaction(() => {
        for (const datum of MetricData) {
          const dimensions = datum.Dimensions ?? [];
          const key = keyOf(caller, namespace, datum.MetricName, dimensions);
          metrics.put(key, { namespace, name: datum.MetricName, dimensions });
          const minutes = minutesOf(key);
          const minute = minuteKey(timeOf(datum.Timestamp) ?? clock.now());
          minutes.put(minute, add(minutes.get(minute), statisticsOf(datum)));
        }
      });
      return {};
    },

    ListMetrics({ Namespace, MetricName }: MetricInput, { account, region }: Caller) {
      const all = [...metrics.entries(`${account}/${region}/`)].map(([, metric]) => metric);
      const found = all.filter(
        ({ namespace, name }) => (Namespace ?? namespace) === namespace && (MetricName ?? name) === name,
      );
      return {
        Metrics: found.map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: dimensions,
        })),
      };
    },

    GetMetricStatistics(input: MetricInput, caller: Caller) {
      refuseOthers(
        'cloudwatch:GetMetricStatistics',
        input,
        ['Namespace', 'MetricName', 'Dimensions', 'StartTime', 'EndTime', 'Period', 'Statistics'],
        ['Unit'],
      );
      const { Namespace = '', MetricName = '', Dimensions = [], Period = 60 } = input;
      const periods = new Map<number, Minute>();
      const range = {
        gte: minuteKey(timeOf(input.StartTime) ?? 0),
        lt: minuteKey(timeOf(input.EndTime) ?? clock.now()),
      };
      for (const [key, minute] of minutesOf(keyOf(caller, Namespace, MetricName, Dimensions)).range(range)) {
        const start = Math.floor(Number(key) / (Period * 1000)) * Period * 1000;
        periods.set(start, add(periods.get(start), minute));
      }
      const Datapoints = [...periods].map(([start, { count, sum, minimum, maximum, unit }]) => ({
        Timestamp: new Date(start),
        SampleCount: count,
        Sum: sum,
        Average: sum / count,
        Minimum: minimum,
        Maximum: maximum,
        Unit: unit,
      }));
      return { Label: MetricName, Datapoints };
    },
  };
}

const minuteKey = (time: number): string => String(Math.floor(time / MINUTE) * MINUTE).padStart(15, '0');

const timeOf = (time: Date | number | undefined): number | undefined =>
  typeof time === 'number' ? time * 1000 : time?.getTime();

function statisticsOf({ Value, Values, Counts, StatisticValues, Unit: unit = 'None' }: Datum): Minute {
  if (StatisticValues) {
    const { SampleCount, Sum, Minimum, Maximum } = StatisticValues;
    return { count: SampleCount, sum: Sum, minimum: Minimum, maximum: Maximum, unit };
  }
  const values = Values ?? (Value === undefined ? [] : [Value]);
  if (values.length === 0)
    throw new ServiceError('MissingParameter', 'A datum needs Value, Values or StatisticValues.');
  const counts = values.map((_, index) => Counts?.[index] ?? 1);
  return {
    count: counts.reduce((total, count) => total + count, 0),
    sum: values.reduce((total, value, index) => total + value * counts[index]!, 0),
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    unit,
  };
}

const add = (a: Minute | undefined, b: Minute): Minute =>
  a
    ? {
        ...b,
        count: a.count + b.count,
        sum: a.sum + b.sum,
        minimum: Math.min(a.minimum, b.minimum),
        maximum: Math.max(a.maximum, b.maximum),
      }
    : b;
