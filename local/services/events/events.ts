import { randomUUID } from 'node:crypto';
import type { Caller, CallService, Service } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import { type Metrics, NO_METRICS } from '../../metrics.ts';
import type { Storage } from '../../storage.ts';
import { compileSchedule, nextDue } from '../scheduler/schedule-expression.ts';
import { createTimers } from '../scheduler/timers.ts';
import { busOperations } from './bus-operations.ts';
import { createConnections } from './connections.ts';
import { createDeliveries } from './deliveries.ts';
import { dispatch, type EventDocument, isoSeconds, putEvents, sendToTargets } from './put-events.ts';
import { eventsResources } from './resources.ts';
import { countInvocation } from './rule-metrics.ts';
import { ruleOperations } from './rule-operations.ts';
import { DEFAULT_BUS, openRules } from './rules.ts';

export interface EventsOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly call: CallService;
  /** Absent: nobody looks. */
  readonly metrics?: Metrics;
  readonly report?: (error: unknown, what: string) => void;
}

/** EventBridge, with a way for this cloud's own services to say what happened. */
export interface EventsService extends Service {
  start(): void;
  close(): Promise<void>;
  /** An event of AWS itself, on the default bus: `aws.states` and the like, which PutEvents refuses. */
  emit(event: Pick<EventDocument, 'source' | 'detail-type' | 'resources' | 'detail'>, caller: Caller): void;
  /** Resolves when nothing is being delivered just now. */
  idle(): Promise<void>;
}

/** EventBridge: buses, rules by pattern or schedule, targets with retries and dead-letter queues. */
export function createEvents({
  storage,
  clock,
  call,
  metrics = NO_METRICS,
  report = () => {},
}: EventsOptions): EventsService {
  const rules = openRules(storage);
  const deliveries = createDeliveries({
    ...{ storage, clock, call, report, name: 'events/deliveries' },
    onOutcome: (ruleArn, outcome) => countInvocation(metrics, ruleArn, outcome),
  });
  const timers = createTimers(clock, ring);

  /** Arms, or stops, the timer of a rule with a schedule. */
  function arm(key: string): void {
    const rule = rules.rules.get(key);
    if (rule?.schedule === undefined || rule.state !== 'ENABLED') {
      timers.set(key, undefined);
      return;
    }
    const schedule = compileSchedule(rule.schedule);
    timers.set(key, nextDue(schedule, clock, rule.createdAt), {
      purpose: { kind: 'rule', name: rule.name },
      background: schedule.isFrequent ?? false,
    });
  }

  function ring(key: string): void {
    const rule = rules.rules.get(key);
    if (rule) {
      const { account, region } = rule;
      const about = { 'detail-type': 'Scheduled Event', source: 'aws.events', resources: [rule.arn], detail: {} };
      try {
        storage.transaction(() => sendToTargets(deliveries, rule, completeEvent(about, { account, region })));
      } finally {
        arm(key);
      }
      deliveries.wake();
    }
  }

  function completeEvent(
    about: Pick<EventDocument, 'source' | 'detail-type' | 'resources' | 'detail'>,
    { account, region }: Caller,
  ): EventDocument {
    return { version: '0', id: randomUUID(), account, time: isoSeconds(clock.now()), region, ...about };
  }

  const connections = createConnections({ storage, clock, call });
  const operations = {
    ...busOperations(rules, clock),
    ...connections.operations,
    ...ruleOperations(rules, clock, arm),
    PutEvents: (input: object, caller: Caller) => putEvents({ rules, storage, clock, deliveries }, input, caller),
  };

  return {
    name: 'events',
    operations,
    resources: { ...eventsResources(rules, operations), ...connections.resources },
    start() {
      for (const [key] of rules.rules.entries()) arm(key);
      deliveries.wake();
    },
    emit(about, caller) {
      storage.transaction(() => dispatch({ rules, deliveries }, completeEvent(about, caller), DEFAULT_BUS, caller));
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
