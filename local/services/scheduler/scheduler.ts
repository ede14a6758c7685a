import { randomUUID } from 'node:crypto';
import type { CallService, Service } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import { createDeliveries } from '../events/deliveries.ts';
import { isoSeconds } from '../events/put-events.ts';
import { schedulerResources } from './resources.ts';
import { compileSchedule, nextDue } from './schedule-expression.ts';
import { scheduleOperations } from './schedule-operations.ts';
import { openSchedules, type Schedule } from './schedules.ts';
import { createTimers } from './timers.ts';

export interface SchedulerOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly call: CallService;
  readonly report?: (error: unknown, what: string) => void;
}

export interface SchedulerService extends Service {
  start(): void;
  close(): Promise<void>;
  /** Resolves when nothing is being delivered just now. */
  idle(): Promise<void>;
}

/**
 * EventBridge Scheduler: recurring and one-time schedules, in time zones. What was missed while nothing ran: a one-time
 * schedule fires late, a recurring one waits for its next time.
 */
export function createScheduler({ storage, clock, call, report = () => {} }: SchedulerOptions): SchedulerService {
  const store = openSchedules(storage);
  const deliveries = createDeliveries({ storage, clock, call, report, name: 'scheduler/deliveries' });
  const timers = createTimers(clock, ring);

  function arm(key: string): void {
    const schedule = store.schedules.get(key);
    timers.set(key, schedule && nextTime(schedule, clock), {
      ...(schedule && { purpose: { kind: 'schedule', name: schedule.name } }),
      background: (schedule && compileSchedule(schedule.expression, schedule.timezone).isFrequent) ?? false,
    });
  }

  function ring(key: string): void {
    const schedule = store.schedules.get(key);
    if (!schedule) return;
    const isOnce = compileSchedule(schedule.expression, schedule.timezone).once !== undefined;
    try {
      storage.transaction(() => {
        send(schedule);
        if (!isOnce) return;
        if (schedule.actionAfterCompletion === 'DELETE') store.schedules.delete(key);
        else store.schedules.put(key, { ...schedule, isCompleted: true });
      });
    } finally {
      // What could not be kept, because the disk is full, is lost this time, and comes again the next.
      if (!isOnce) arm(key);
    }
    deliveries.wake();
  }

  function send({ arn, target }: Schedule): void {
    const { Arn, RoleArn, Input, RetryPolicy = {}, DeadLetterConfig, SqsParameters, EventBridgeParameters } = target;
    const input = fill(Input ?? '{}', {
      'aws.scheduler.schedule-arn': arn,
      'aws.scheduler.scheduled-time': isoSeconds(clock.now()),
      'aws.scheduler.execution-id': randomUUID(),
      'aws.scheduler.attempt-number': '1',
    });
    deliveries.add({
      destination: { Arn, ...(RoleArn && { RoleArn }), ...(SqsParameters && { SqsParameters }) },
      input: EventBridgeParameters ? eventOf(EventBridgeParameters, input, arn) : input,
      senderArn: arn,
      retry: {
        maximumAttempts: RetryPolicy.MaximumRetryAttempts ?? 185,
        maximumAgeSeconds: RetryPolicy.MaximumEventAgeInSeconds ?? 86_400,
      },
      ...(DeadLetterConfig?.Arn && { deadLetterArn: DeadLetterConfig.Arn }),
    });
  }

  const operations = scheduleOperations(store, clock, arm);
  return {
    name: 'scheduler',
    operations,
    resources: schedulerResources(store, operations),
    start() {
      for (const [key] of store.schedules.entries()) arm(key);
      deliveries.wake();
    },
    idle: () => deliveries.idle(),
    async close() {
      timers.close();
      deliveries.close();
      await deliveries.idle();
    },
  };
}

function nextTime(schedule: Schedule, clock: Clock): number | undefined {
  const { state, isCompleted, startAt = 0, endAt = Number.POSITIVE_INFINITY, createdAt } = schedule;
  if (state !== 'ENABLED' || isCompleted) return undefined;
  const compiled = compileSchedule(schedule.expression, schedule.timezone);
  if (compiled.once !== undefined) return compiled.once;
  const from = { now: () => Math.max(clock.now(), startAt - 1), heading: () => headingUntil(endAt, clock) };
  const next = nextDue(compiled, from, Math.max(createdAt, startAt));
  return next !== undefined && next <= endAt ? next : undefined;
}

function headingUntil(endAt: number, clock: Clock): number | undefined {
  const heading = clock.heading();
  return heading && Math.min(heading, endAt);
}

const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/<(aws\.scheduler\.[a-z-]+)>/g, (placeholder, name) => values[name] ?? placeholder);

/** In the form in which a bus takes it over. */
const eventOf = (
  { DetailType, Source }: NonNullable<Schedule['target']['EventBridgeParameters']>,
  input: string,
  arn: string,
): string => JSON.stringify({ source: Source, 'detail-type': DetailType, detail: JSON.parse(input), resources: [arn] });
