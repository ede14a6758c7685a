import { type BrokenConstraint, pascalName } from '../../aws/constraints.ts';
import type { CallService, Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Mailbox } from '../../mailbox.ts';
import { type Metrics, NO_METRICS } from '../../metrics.ts';
import type { Storage } from '../../storage.ts';
import { publishOperations } from './publish.ts';
import { snsResources } from './resources.ts';
import { subscriptionOperations } from './subscription-operations.ts';
import { topicOperations } from './topic-operations.ts';
import { invalidParameter, openTopics } from './topics.ts';

export interface SnsOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly call: CallService;
  readonly mailbox: Pick<Mailbox, 'deliver'>;
  /** Absent: nobody looks. */
  readonly metrics?: Metrics;
  readonly report?: (error: unknown, what: string) => void;
}

/** SNS: standard and FIFO topics; subscribers are SQS queues, Lambda functions and e-mail addresses. */
export function createSns({
  storage,
  clock,
  call,
  mailbox,
  metrics = NO_METRICS,
  report = () => {},
}: SnsOptions): Service {
  const topics = openTopics(storage);
  const operations = {
    ...topicOperations(topics),
    ...subscriptionOperations(topics),
    ...publishOperations(topics, storage, clock, { call, mailbox, metrics, report }),
  };
  return { name: 'sns', refuse, operations, resources: snsResources(topics, operations) };
}

function refuse([first]: readonly BrokenConstraint[]): ServiceError {
  const { value, constraint } = first!;
  const reason = value === null ? 'no value for required parameter' : `must ${constraint}`;
  return invalidParameter(`${pascalName(first!)} Reason: ${reason}`);
}
