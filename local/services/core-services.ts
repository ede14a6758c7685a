import type { CallService, Service } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import type { Mailbox } from '../mailbox.ts';
import type { Storage } from '../storage.ts';
import { createCloudWatch } from './cloudwatch/cloudwatch.ts';
import type { MetricStore } from './cloudwatch/metric-store.ts';
import { createDynamodb } from './dynamodb/dynamodb.ts';
import { createEcr } from './ecr/ecr.ts';
import { createEvents, type EventsService } from './events/events.ts';
import { createIam } from './iam/iam.ts';
import { createKms } from './kms/kms.ts';
import { createLogs } from './logs/logs.ts';
import { createS3 } from './s3/s3.ts';
import { createScheduler, type SchedulerService } from './scheduler/scheduler.ts';
import { createSecretsManager } from './secretsmanager/secretsmanager.ts';
import { createSes } from './ses/ses.ts';
import { createSns } from './sns/sns.ts';
import { createSqs } from './sqs/sqs.ts';
import { createSsm } from './ssm/ssm.ts';
import { createSts } from './sts/sts.ts';

export interface CoreServicesOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly call: CallService;
  readonly metrics: MetricStore;
  readonly mailbox: Pick<Mailbox, 'deliver'>;
  /** Where this cloud is reached: `http://127.0.0.1:4566`. */
  readonly url: () => string;
  /** Told of what failed with nobody to tell: a delivery given up. */
  readonly report: (error: unknown, what: string) => void;
}

export interface CoreServices {
  readonly all: readonly Service[];
  readonly events: EventsService;
  readonly scheduler: SchedulerService;
  /** Resumes what was under way when the process ended. */
  start(): void;
  close(): Promise<void>;
}

/** The services that need nothing but storage and time. */
export function createCoreServices(options: CoreServicesOptions): CoreServices {
  const events = createEvents(options);
  const scheduler = createScheduler(options);
  const sqs = createSqs(options);
  const cloudWatch = createCloudWatch({ ...options, events });
  return {
    all: [
      events,
      scheduler,
      cloudWatch,
      createDynamodb(options),
      createEcr(),
      createIam(options),
      createKms(options),
      createLogs(options),
      createS3(options),
      createSecretsManager(options),
      createSes(options),
      createSns(options),
      sqs,
      createSsm(options),
      createSts(options),
    ],
    events,
    scheduler,
    start() {
      events.start();
      scheduler.start();
      cloudWatch.start();
    },
    async close() {
      await sqs.close();
      await cloudWatch.close();
      await events.close();
      await scheduler.close();
    },
  };
}
