import type { Clock } from '../../clock.ts';
import type { Metric, Metrics } from '../../metrics.ts';
import type { Queue } from './queue.ts';

const MINUTE = 60_000;

/**
 * Tells CloudWatch how long queues are, as AWS/SQS does: looked at when a minute is over in which something changed, or in which
 * a message became visible. A queue that stays as it is is not looked at.
 */
export function createQueueMetrics(metrics: Metrics, clock: Clock, open: (key: string) => Queue | undefined) {
  const timers = new Map<string, () => void>();

  function look(key: string): void {
    timers.delete(key);
    const queue = open(key);
    if (!queue) return;
    const { account, region, name } = queue.record;
    const metric = (metricName: string, unit: string): Metric => ({
      ...{ account, region, namespace: 'AWS/SQS', name: metricName, dimensions: { QueueName: name }, unit },
    });
    const { visible, inFlight, delayed, oldest } = queue.counts();
    metrics.level(metric('ApproximateNumberOfMessagesVisible', 'Count'), visible);
    metrics.level(metric('ApproximateNumberOfMessagesNotVisible', 'Count'), inFlight);
    metrics.level(metric('ApproximateNumberOfMessagesDelayed', 'Count'), delayed);
    metrics.age(metric('ApproximateAgeOfOldestMessage', 'Seconds'), oldest);
    const next = inFlight + delayed > 0 ? queue.nextVisible() : undefined;
    if (next !== undefined) lookAt(key, Math.ceil(next / MINUTE) * MINUTE);
  }

  function lookAt(key: string, at: number): void {
    if (!timers.has(key))
      timers.set(
        key,
        clock.at(at, () => look(key), { background: true }),
      );
  }

  return {
    changed(key: string): void {
      timers.get(key)?.();
      timers.delete(key);
      lookAt(key, Math.floor(clock.now() / MINUTE) * MINUTE + MINUTE);
    },
    close(): void {
      for (const cancel of timers.values()) cancel();
    },
  };
}
