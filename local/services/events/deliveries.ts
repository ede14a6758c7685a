import { randomUUID } from 'node:crypto';
import { parseArn } from '../../aws/arn.ts';
import { type CallService, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import { type Destination, sendToTarget } from './target.ts';

export interface NewDelivery {
  readonly destination: Destination;
  /** Text that the target gets. */
  readonly input: string;
  /** The rule or schedule that sends it. */
  readonly senderArn: string;
  readonly retry: { readonly maximumAttempts: number; readonly maximumAgeSeconds: number };
  readonly deadLetterArn?: string;
}

interface Delivery extends NewDelivery {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly attempts: number;
  readonly dueAt: number;
}

/** What is to be sent is kept until it is: through restarts, with AWS's retries, to a dead-letter queue in the end. */
export interface Deliveries {
  /** Inside a transaction of the storage: kept if that succeeds. Call `wake` after it. */
  add(delivery: NewDelivery): void;
  /** Sends what is due. */
  wake(): void;
  /** Resolves when nothing is being sent just now. */
  idle(): Promise<void>;
  close(): void;
}

export type Outcome = 'delivered' | 'givenUp' | 'sentToDeadLetterQueue';

export interface DeliveriesOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly call: CallService;
  /** Told of what was given up and reached no dead-letter queue. */
  readonly report: (error: unknown, what: string) => void;
  /** Told of what became of each. */
  readonly onOutcome?: (senderArn: string, outcome: Outcome) => void;
  /** The collection in the storage. */
  readonly name: string;
}

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 15 * 60_000;

export function createDeliveries({
  storage,
  clock,
  call,
  report,
  onOutcome = () => {},
  name,
}: DeliveriesOptions): Deliveries {
  const pending = storage.table<Delivery>(name);
  const underWay = new Map<string, Promise<void>>();
  const timers = new Map<string, () => void>();
  let isClosed = false;

  function wake(): void {
    if (isClosed) return;
    for (const [key, delivery] of pending.entries()) {
      if (underWay.has(key) || timers.has(key)) continue;
      if (delivery.dueAt <= clock.now()) start(key, delivery);
      else wakeAt(key, delivery, delivery.dueAt);
    }
  }

  function wakeAt(key: string, { destination }: Delivery, at: number): void {
    const ring = () => {
      timers.delete(key);
      wake();
    };
    timers.set(key, clock.at(at, ring, { purpose: { kind: 'delivery', name: destination.Arn } }));
  }

  function start(key: string, delivery: Delivery): void {
    // Not at once: what is called may add deliveries and wake us before this one is known to be under way.
    const work = Promise.resolve()
      .then(() => attempt(delivery))
      .catch((error) => {
        report(error, `delivery to ${delivery.destination.Arn}`);
        // What became of it cannot be kept (the disk is full, say): not again at once, for ever.
        if (!isClosed) wakeAt(key, delivery, clock.now() + LONGEST_PAUSE);
      })
      .finally(() => {
        underWay.delete(key);
        if (pending.get(key)) wake();
      });
    underWay.set(key, work);
  }

  async function attempt(delivery: Delivery): Promise<void> {
    try {
      await sendToTarget(call, delivery.destination, delivery.input, delivery.id, clock.now());
      onOutcome(delivery.senderArn, 'delivered');
      if (!isClosed) pending.delete(delivery.id);
    } catch (error) {
      if (isClosed) return;
      await failed(delivery, error);
    }
  }

  async function failed(delivery: Delivery, error: unknown): Promise<void> {
    const attempts = delivery.attempts + 1;
    const dueAt = clock.now() + Math.min(FIRST_PAUSE * 2 ** delivery.attempts, LONGEST_PAUSE);
    const { maximumAttempts, maximumAgeSeconds } = delivery.retry;
    const reason = isPermanent(error)
      ? 'NonRetryable'
      : attempts > maximumAttempts
        ? 'MaximumRetryAttempts'
        : dueAt > delivery.createdAt + maximumAgeSeconds * 1000
          ? 'MaximumEventAgeInSeconds'
          : undefined;
    if (reason === undefined) return pending.put(delivery.id, { ...delivery, attempts, dueAt });
    onOutcome(delivery.senderArn, 'givenUp');
    await giveUp(delivery, error, reason);
    if (!isClosed) pending.delete(delivery.id);
  }

  async function giveUp(delivery: Delivery, error: unknown, condition: string): Promise<void> {
    const what = `delivery from ${delivery.senderArn} to ${delivery.destination.Arn}`;
    const target = delivery.deadLetterArn === undefined ? undefined : parseArn(delivery.deadLetterArn);
    if (!target) return report(error, what);
    const text = (StringValue: string) => ({ DataType: 'String', StringValue: StringValue || ' ' });
    const code = error instanceof ServiceError ? error.code : 'InternalFailure';
    const MessageAttributes = {
      RULE_ARN: text(delivery.senderArn),
      TARGET_ARN: text(delivery.destination.Arn),
      ERROR_CODE: text(code),
      ERROR_MESSAGE: text(error instanceof Error ? error.message : String(error)),
      EXHAUSTED_RETRY_CONDITION: text(condition),
      RETRY_ATTEMPTS: { DataType: 'Number', StringValue: String(delivery.attempts) },
    };
    const input = { QueueUrl: target.resource, MessageBody: delivery.input, MessageAttributes };
    await call('sqs', 'SendMessage', input, { account: target.account, region: target.region }).then(
      () => onOutcome(delivery.senderArn, 'sentToDeadLetterQueue'),
      (reason) => report(reason, what),
    );
  }

  return {
    add(delivery) {
      const now = clock.now();
      const id = randomUUID();
      pending.put(id, { ...delivery, id, createdAt: now, attempts: 0, dueAt: now });
    },
    wake,
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay.values());
    },
    close() {
      isClosed = true;
      for (const cancel of timers.values()) cancel();
    },
  };
}

/** What no retry helps against: the target is not there, or refuses the input. An execution of this name is already there. */
const isPermanent = (error: unknown): boolean =>
  error instanceof ServiceError && error.statusCode < 500 && !/Throttl|TooManyRequests|LimitExceeded/i.test(error.code);
