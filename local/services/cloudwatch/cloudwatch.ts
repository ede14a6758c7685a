import { refusalWith } from '../../aws/constraints.ts';
import type { CallService, Service } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import { createDeliveries } from '../events/deliveries.ts';
import type { EventsService } from '../events/events.ts';
import { openAlarms } from './alarm.ts';
import { createAlarmHistory } from './alarm-history.ts';
import { actionsFor, notice, stateChangeEvent, type Transition } from './alarm-notice.ts';
import { alarmOperations } from './alarm-operations.ts';
import { createAlarmWatch } from './alarm-watch.ts';
import { dashboardOperations } from './dashboards.ts';
import { metricOperations } from './metric-operations.ts';
import type { MetricStore } from './metric-store.ts';
import { cloudWatchResources } from './resources.ts';

export interface CloudWatchOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly call: CallService;
  readonly metrics: MetricStore;
  readonly events: Pick<EventsService, 'emit'>;
  readonly report?: (error: unknown, what: string) => void;
}

export interface CloudWatchService extends Service {
  start(): void;
  close(): Promise<void>;
}

/** As long as CloudWatch goes on trying to reach a topic is not documented; an hour is enough for a process that restarts. */
const RETRY = { maximumAttempts: 24, maximumAgeSeconds: 3600 };

/** CloudWatch: metrics by the minute, alarms that are evaluated and tell SNS topics and the event bus, dashboards. */
export function createCloudWatch(options: CloudWatchOptions): CloudWatchService {
  const { storage, clock, call, metrics, events, report = () => {} } = options;
  const alarms = openAlarms(storage);
  const history = createAlarmHistory(storage, clock);
  const deliveries = createDeliveries({ storage, clock, call, report, name: 'cloudwatch/actions' });

  function tell(transition: Transition): void {
    const { alarm } = transition;
    const { subject, message } = notice(transition);
    for (const topic of actionsFor(alarm, alarm.state)) {
      deliveries.add({
        destination: { Arn: topic, Subject: subject },
        input: message,
        senderArn: alarm.arn,
        retry: RETRY,
      });
      history.action(alarm, topic);
    }
    events.emit(stateChangeEvent(transition), { account: alarm.account, region: alarm.region });
  }

  const watch = createAlarmWatch({
    storage,
    clock,
    alarms,
    history,
    metrics,
    onTransition: tell,
    afterTransitions: () => deliveries.wake(),
    report,
  });
  const operations = {
    ...metricOperations(metrics, clock),
    ...alarmOperations({ storage, clock, alarms, history, watch }),
    ...dashboardOperations(storage, clock),
  };
  return {
    name: 'monitoring',
    refuse: refusalWith('ValidationError'),
    operations,
    resources: cloudWatchResources(operations),
    start() {
      watch.start();
      deliveries.wake();
    },
    async close() {
      watch.close();
      deliveries.close();
      await deliveries.idle();
      metrics.flush();
    },
  };
}
