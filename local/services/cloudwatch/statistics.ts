import { ServiceError } from '../../aws/service.ts';

/** What CloudWatch keeps of the values of a period. */
export interface Statistics {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly unit: string;
  /** How many values are in each bucket, for percentiles; absent where only a statistic set was put. */
  readonly buckets?: Readonly<Record<string, number>>;
}

/** Neighbouring buckets differ by one percent: so exact is a percentile. */
const GROWTH = Math.log(1.01);
const ZERO = 'zero';

const bucketOf = (value: number): string => (value === 0 ? ZERO : String(Math.round(Math.log(value) / GROWTH)));
const middleOf = (bucket: string): number => (bucket === ZERO ? 0 : Math.exp(Number(bucket) * GROWTH));

/** @param times how often the value occurred */
export function single(value: number, unit: string, times = 1): Statistics {
  const kept = { count: times, sum: value * times, minimum: value, maximum: value, unit };
  // As on AWS, there are no percentiles of negative values.
  return value < 0 ? kept : { ...kept, buckets: { [bucketOf(value)]: times } };
}

export function combine(a: Statistics | undefined, b: Statistics): Statistics {
  if (!a) return b;
  const { buckets, ...rest } = b;
  return {
    ...rest,
    count: a.count + b.count,
    sum: a.sum + b.sum,
    minimum: Math.min(a.minimum, b.minimum),
    maximum: Math.max(a.maximum, b.maximum),
    ...(a.buckets && buckets && { buckets: mergeBuckets(a.buckets, buckets) }),
  };
}

function mergeBuckets(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) {
  const merged: Record<string, number> = { ...a };
  for (const [bucket, count] of Object.entries(b)) merged[bucket] = (merged[bucket] ?? 0) + count;
  return merged;
}

/**
 * @param name `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, `p99`, `p99.9`
 * @returns undefined for a percentile of which too little is known
 * @throws ServiceError InvalidParameterValue for another statistic
 */
export function statistic(values: Statistics, name: string): number | undefined {
  switch (name) {
    case 'Sum':
      return values.sum;
    case 'Average':
      return values.sum / values.count;
    case 'Minimum':
      return values.minimum;
    case 'Maximum':
      return values.maximum;
    case 'SampleCount':
      return values.count;
    default:
      return percentile(values, percentOf(name));
  }
}

/** @throws ServiceError InvalidParameterValue if it is not a statistic that is known here */
export function checkStatistic(name: string): void {
  if (!['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'].includes(name)) percentOf(name);
}

function percentOf(name: string): number {
  const percent = Number(/^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(name)?.[1]);
  if (percent >= 0 && percent <= 100) return percent;
  throw new ServiceError('InvalidParameterValue', `This local cloud does not support the statistic ${name}.`);
}

function percentile({ buckets, count, minimum, maximum }: Statistics, percent: number): number | undefined {
  if (!buckets) return undefined;
  const inOrder = Object.entries(buckets).sort(([a], [b]) => middleOf(a) - middleOf(b));
  let below = 0;
  for (const [bucket, size] of inOrder) {
    below += size;
    if (below >= (percent / 100) * count) return Math.min(Math.max(middleOf(bucket), minimum), maximum);
  }
  return maximum;
}
