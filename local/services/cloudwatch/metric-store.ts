import type { Clock } from '../../clock.ts';
import type { Metric, Metrics } from '../../metrics.ts';
import type { Storage } from '../../storage.ts';
import { levelStatistics } from './level-statistics.ts';
import { combine, type Statistics, single } from './statistics.ts';

/** Since when a level is what it is: a value, or an age that grows. Times in milliseconds since 1970. */
export type Level = { readonly value: number } | { readonly since: number } | { readonly nothing: true };

export interface MetricStore extends Metrics {
  /** Values of one minute that were added up by who puts them. */
  put(metric: Metric, statistics: Statistics, at: number): void;
  /** All metrics that ever had a value, by account and region. */
  list(account: string, region: string): Metric[];
  /** What there is of the whole minutes of a span, up to now; undefined if nothing. Milliseconds, the end excluded. */
  statistics(metric: Metric, from: number, to: number): Statistics | undefined;
  /**
   * The first end of a minute after `end` at which windows of `periods` periods that end there may show something else than
   * at `end`, though nothing is put any more.
   * @param period milliseconds
   * @param threshold an age matters when it crosses it
   */
  nextChange(
    metric: Metric,
    end: number,
    window: { readonly period: number; readonly periods: number; readonly threshold: number },
  ): number | undefined;
  /** Calls back with the key of each metric that gets values. */
  onChange(listener: (key: string) => void): void;
  /** Writes what is still in memory. */
  flush(): void;
}

export const MINUTE = 60_000;
/** CloudWatch keeps values of minutes for 15 days. */
const KEPT = 15 * 24 * 60 * MINUTE;

const toKey = (time: number): string => String(time).padStart(15, '0');
const minuteOf = (time: number): number => Math.floor(time / MINUTE) * MINUTE;

export const metricKey = ({ account, region, namespace, name, dimensions }: Metric): string =>
  `${account}/${region}/${JSON.stringify([namespace, name, ...Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))])}`;

/**
 * Metrics by the minute, and levels by their changes: a queue that stays as it is costs nothing. Values are gathered in memory
 * and written when somebody looks, or a minute later: a process that is killed loses the last minute, never the rest.
 */
export function createMetricStore(
  storage: Storage,
  clock: Clock,
  report: (error: unknown, what: string) => void = () => {},
): MetricStore {
  const metrics = storage.table<Metric>('cloudwatch/metrics');
  const minutesOf = (key: string) => storage.table<Statistics>(`cloudwatch/minutes/${key}`);
  const levelsOf = (key: string) => storage.table<Level>(`cloudwatch/levels/${key}`);
  const gathered = new Map<string, { metric: Metric; minutes: Map<number, Statistics> }>();
  const listeners: ((key: string) => void)[] = [];
  let gatheredSince = 0;

  function put(metric: Metric, statistics: Statistics, at: number): void {
    const key = metricKey(metric);
    if (gathered.size === 0) gatheredSince = clock.now();
    const { minutes } = gathered.get(key) ?? { minutes: new Map<number, Statistics>() };
    gathered.set(key, { metric, minutes });
    minutes.set(minuteOf(at), combine(minutes.get(minuteOf(at)), statistics));
    for (const listener of listeners) listener(key);
    if (clock.now() - gatheredSince > MINUTE) unlessFull(flush);
  }

  /** Whoever does something else is not told that it cannot be counted. */
  function unlessFull(write: () => void): void {
    try {
      write();
    } catch (error) {
      report(error, 'CloudWatch');
    }
  }

  function flush(): void {
    if (gathered.size === 0) return;
    const oldest = toKey(minuteOf(clock.now()) - KEPT);
    storage.transaction(() => {
      for (const [key, { metric, minutes }] of gathered) {
        if (!metrics.get(key)) metrics.put(key, metric);
        const table = minutesOf(key);
        for (const [minute, added] of minutes) table.put(toKey(minute), combine(table.get(toKey(minute)), added));
        for (const [old] of table.range({ lt: oldest })) table.delete(old);
      }
    });
    gathered.clear();
  }

  function setLevel(metric: Metric, level: Level): void {
    const key = metricKey(metric);
    const levels = levelsOf(key);
    const [latest] = levels.range({ reverse: true });
    if (JSON.stringify(latest?.[1]) === JSON.stringify(level) || (!latest && 'nothing' in level)) return;
    storage.transaction(() => {
      if (!metrics.get(key)) metrics.put(key, metric);
      levels.put(toKey(clock.now()), level);
    });
    for (const listener of listeners) listener(key);
  }

  /** The changes of a level in a span, and the one that it began with. */
  function levelChanges(key: string, from: number, to: number): [at: number, level: Level][] {
    const levels = levelsOf(key);
    const before = [...take(levels.range({ lte: toKey(from), reverse: true }), 1)];
    return [...before, ...levels.range({ gt: toKey(from), lt: toKey(to) })].map(([at, level]) => [Number(at), level]);
  }

  return {
    put,
    flush,
    record: (metric, value, at = clock.now()) => put(metric, single(value, metric.unit ?? 'None'), at),
    level: (metric, value) => unlessFull(() => setLevel(metric, { value })),
    age: (metric, since) => unlessFull(() => setLevel(metric, since === undefined ? { nothing: true } : { since })),
    list(account, region) {
      flush();
      return [...metrics.entries(`${account}/${region}/`)].map(([, metric]) => metric);
    },
    statistics(metric, from, to) {
      flush();
      const key = metricKey(metric);
      if (!metrics.get(key)) return undefined;
      let found: Statistics | undefined;
      for (const [, minute] of minutesOf(key).range({ gte: toKey(from), lt: toKey(to) }))
        found = combine(found, minute);
      const end = Math.min(to, minuteOf(clock.now()));
      const level = levelStatistics(levelChanges(key, from, end), from, end, metric.unit ?? 'None');
      return level ? combine(found, level) : found;
    },
    nextChange(metric, end, { period, periods, threshold }) {
      const key = metricKey(metric);
      if (!metrics.get(key)) return undefined;
      const from = end - periods * period;
      const times: number[] = [];
      for (const [minute] of minutesOf(key).range({ gte: toKey(from), lt: toKey(end) })) {
        const age = end - (Number(minute) + MINUTE);
        times.push(end + period - (age % period));
      }
      for (const [at, level] of levelChanges(key, from, end)) {
        const relevant = 'since' in level ? [at, level.since + threshold * 1000] : [at];
        for (const time of relevant) if (time >= from) times.push(Math.max(end, minuteOf(time)) + MINUTE);
      }
      return times.length === 0 ? undefined : Math.min(...times);
    },
    onChange: (listener) => listeners.push(listener),
  };
}

function* take<T>(items: Iterable<T>, count: number): Iterable<T> {
  let left = count;
  for (const item of items) {
    if (left-- <= 0) return;
    yield item;
  }
}
