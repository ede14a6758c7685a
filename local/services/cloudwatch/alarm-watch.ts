import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import { type Alarm, type Alarms, alarmKey, metricOf, statisticOf } from './alarm.ts';
import type { AlarmHistory } from './alarm-history.ts';
import { awsTime, type Transition } from './alarm-notice.ts';
import { type Datapoint, evaluateAlarm, LOOK_BACK, type Verdict } from './evaluate-alarm.ts';
import { type MetricStore, MINUTE, metricKey } from './metric-store.ts';
import { statistic } from './statistics.ts';

export interface AlarmWatchOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly alarms: Alarms;
  readonly history: AlarmHistory;
  readonly metrics: MetricStore;
  /** Told of every change of a state, inside the transaction that keeps it. */
  readonly onTransition: (transition: Transition) => void;
  /** Told after it. */
  readonly afterTransitions: () => void;
  readonly report: (error: unknown, what: string) => void;
}

export interface AlarmWatch {
  /** Evaluates every alarm at the end of this minute, and from then on when its metric changes. */
  start(): void;
  /** Evaluates one at the end of this minute: it is new, or was changed. */
  soon(alarm: Alarm): void;
  /** Gives an alarm a state, and tells whom it concerns if it is another than before. */
  setState(alarm: Alarm, state: Pick<Alarm, 'state' | 'reason' | 'reasonData'>): void;
  close(): void;
}

/**
 * Evaluates alarms as CloudWatch does, at the ends of minutes, but only at those where the result can be another one: when a
 * value was put, or when one leaves the periods that the alarm looks at. One timer for all of them. A clock that is moved by a
 * month over nothing evaluates nothing.
 */
export function createAlarmWatch(options: AlarmWatchOptions): AlarmWatch {
  const { storage, clock, alarms, history, metrics, report } = options;
  /** When each is to be evaluated next. */
  const due = new Map<string, number>();
  /** Alarms by the metric that they look at. */
  const byMetric = new Map<string, Set<string>>();
  let timer: { at: number; cancel: () => void } | undefined;

  const keyOf = (alarm: Alarm): string => alarmKey(alarm.name, alarm);
  const endOfMinute = (): number => Math.floor(clock.now() / MINUTE) * MINUTE + MINUTE;

  function evaluateAt(key: string, at: number): void {
    due.set(key, Math.min(due.get(key) ?? at, at));
    if (timer && timer.at <= at) return;
    timer?.cancel();
    timer = { at, cancel: clock.at(at, ring, { background: true }) };
  }

  function ring(): void {
    timer = undefined;
    const now = Math.floor(clock.now() / MINUTE) * MINUTE;
    for (const [key, at] of [...due]) {
      if (at > now) continue;
      due.delete(key);
      try {
        evaluate(key, now);
      } catch (error) {
        report(error, `alarm ${key}`);
        evaluateAt(key, now + 5 * MINUTE);
      }
    }
    const next = Math.min(...due.values());
    const [key] = [...due].find(([, at]) => at === next) ?? [];
    if (key !== undefined) evaluateAt(key, next);
  }

  function evaluate(key: string, end: number): void {
    const alarm = alarms.table.get(key);
    if (!alarm) return;
    const { Period, EvaluationPeriods, Threshold } = alarm.settings;
    const [period, periods] = [Period * 1000, EvaluationPeriods + LOOK_BACK];
    const range = Array.from({ length: periods }, (_, index) => datapoint(alarm, end - (periods - index) * period));
    const verdict = evaluateAlarm(alarm.settings, range);
    if (verdict && verdict.state !== alarm.state) {
      setState(alarm, { ...verdict, reasonData: reasonData(alarm, verdict, end) });
    }
    const next = metrics.nextChange(metricOf(alarm), end, { period, periods, threshold: Threshold });
    if (next !== undefined) evaluateAt(key, next);
  }

  function datapoint(alarm: Alarm, start: number): Datapoint {
    const found = metrics.statistics(metricOf(alarm), start, start + alarm.settings.Period * 1000);
    const value = found && statistic(found, statisticOf(alarm.settings));
    return { start, ...(found && value !== undefined && { value, count: found.count }) };
  }

  const setState: AlarmWatch['setState'] = (alarm, { state, reason, reasonData: data }) => {
    const at = clock.now();
    const changed: Alarm = { ...alarm, state, reason, reasonData: data, updatedAt: at };
    storage.transaction(() => {
      alarms.table.put(keyOf(alarm), changed);
      if (state === alarm.state) return;
      history.stateUpdate(changed, alarm);
      options.onTransition({ alarm: changed, from: alarm, at });
    });
    options.afterTransitions();
  };

  function soon(alarm: Alarm): void {
    const watched = metricKey(metricOf(alarm));
    byMetric.set(watched, (byMetric.get(watched) ?? new Set()).add(keyOf(alarm)));
    evaluateAt(keyOf(alarm), endOfMinute());
  }

  metrics.onChange((metric) => {
    for (const key of byMetric.get(metric) ?? []) evaluateAt(key, endOfMinute());
  });

  return {
    start() {
      for (const [, alarm] of alarms.table.entries()) soon(alarm);
    },
    soon,
    setState,
    close: () => timer?.cancel(),
  };
}

/** What CloudWatch gives as the data behind a reason. */
function reasonData({ settings }: Alarm, { evaluated }: Verdict, end: number): string {
  return JSON.stringify({
    version: '1.0',
    queryDate: awsTime(end),
    ...(evaluated[0] && { startDate: awsTime(evaluated[0].start) }),
    statistic: statisticOf(settings),
    period: settings.Period,
    recentDatapoints: evaluated.map(({ value }) => value),
    threshold: settings.Threshold,
    evaluatedDatapoints: evaluated
      .map(({ start, value, count }) => ({ timestamp: awsTime(start), sampleCount: count, value }))
      .reverse(),
  });
}
