import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { createRemembered, type Remembered } from '../../storage/remembered.ts';
import type { Storage, Table } from '../../storage.ts';
import type { Message } from './messages.ts';
import { numberOf, type QueueAttributes, redrivePolicy } from './queue-attributes.ts';

export interface QueueRecord {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly attributes: QueueAttributes;
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** How many messages it ever got. */
  readonly sequence: number;
}

export const isFifo = ({ attributes }: QueueRecord): boolean => attributes.FifoQueue === 'true';

export type NewMessage = Omit<Message, 'id' | 'sentAt' | 'visibleAt' | 'receiveCount' | 'sequenceNumber'> & {
  readonly delaySeconds?: number;
};

const DEDUPLICATION_INTERVAL = 5 * 60_000;

/** The messages of one queue, by their numbers; a receipt handle names a number and a receipt. */
export class Queue {
  readonly key: string;
  readonly #records: Table<QueueRecord>;
  readonly #messages: Table<Message>;
  readonly #seen: Remembered<Message>;
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #changed: () => void;

  /** @param changed told whenever there are more or fewer messages, or others visible */
  constructor(key: string, storage: Storage, clock: Clock, changed: () => void) {
    this.#changed = changed;
    this.key = key;
    this.#storage = storage;
    this.#clock = clock;
    this.#records = storage.table('sqs/queues');
    this.#messages = storage.table(`sqs/messages/${key}`);
    this.#seen = createRemembered(storage, `sqs/deduplication/${key}`, clock, DEDUPLICATION_INTERVAL);
  }

  get exists(): boolean {
    return this.#records.get(this.key) !== undefined;
  }

  get record(): QueueRecord {
    return this.#records.get(this.key)!;
  }

  change(change: Partial<QueueRecord>): void {
    this.#records.put(this.key, { ...this.record, ...change });
  }

  /** @returns the message, or the one that it repeats */
  send({ delaySeconds, ...content }: NewMessage): Message {
    return this.#storage.transaction(() => {
      const { record } = this;
      const now = this.#clock.now();
      const seenKey = deduplicationKey(record, content);
      const seen = seenKey === undefined ? undefined : this.#seen.get(seenKey);
      if (seen) return seen;
      const sequence = record.sequence + 1;
      const delay = delaySeconds ?? numberOf(record.attributes, 'DelaySeconds');
      const message: Message = {
        ...content,
        id: randomUUID(),
        sentAt: now,
        visibleAt: now + delay * 1000,
        receiveCount: 0,
        ...(isFifo(record) && { sequenceNumber: String(18_850_000_000_000_000_000n + BigInt(sequence)) }),
      };
      this.#append(message, sequence);
      if (seenKey !== undefined) this.#seen.put(seenKey, message);
      return message;
    });
  }

  #append(message: Message, sequence: number): void {
    this.change({ sequence });
    this.#messages.put(String(sequence).padStart(15, '0'), message);
    this.#changed();
  }

  /** Takes over a message that another queue gave up on. */
  adopt(message: Message, source: string): void {
    const { receipt: _, ...rest } = message;
    const adopted = { ...rest, receivedElsewhere: message.receiveCount, deadLetterSource: source };
    this.#append({ ...adopted, visibleAt: this.#clock.now() }, this.record.sequence + 1);
  }

  /**
   * @param giveUp moves a message to the dead-letter queue; false if there is none, and it is received like others
   * @returns visible messages with their receipt handles, which are now invisible for the timeout
   */
  receive(
    limit: number,
    timeoutSeconds: number | undefined,
    giveUp: (message: Message, targetArn: string) => boolean,
  ): [Message, handle: string][] {
    return this.#storage.transaction(() => {
      const { record } = this;
      const now = this.#clock.now();
      const timeout = timeoutSeconds ?? numberOf(record.attributes, 'VisibilityTimeout');
      const retention = numberOf(record.attributes, 'MessageRetentionPeriod') * 1000;
      const redrive = redrivePolicy(record.attributes);
      const received: [Message, string][] = [];
      let isChanged = false;
      const heldGroups = new Set<string | undefined>();
      for (const [key, message] of this.#messages.entries()) {
        if (received.length === limit) break;
        if (message.sentAt + retention <= now) {
          this.#messages.delete(key);
          isChanged = true;
        } else if (message.visibleAt > now) {
          // In a FIFO queue, what comes after a message in flight has to wait for it.
          if (isFifo(record)) heldGroups.add(message.groupId);
        } else if (heldGroups.has(message.groupId) && isFifo(record)) {
          // waits
        } else if (
          redrive &&
          message.receiveCount - (message.receivedElsewhere ?? 0) >= redrive.maxReceiveCount &&
          giveUp(message, redrive.deadLetterTargetArn)
        ) {
          this.#messages.delete(key);
          isChanged = true;
        } else {
          isChanged = true;
          const receipt = randomUUID();
          const taken = {
            ...message,
            receipt,
            receiveCount: message.receiveCount + 1,
            firstReceivedAt: message.firstReceivedAt ?? now,
            visibleAt: now + timeout * 1000,
          };
          this.#messages.put(key, taken);
          received.push([taken, Buffer.from(`${key}/${receipt}`).toString('base64')]);
        }
      }
      if (isChanged) this.#changed();
      return received;
    });
  }

  /**
   * Moves the messages that nobody has just now. As new ones there: they begin to count again how often they were received.
   * @param destinationOf undefined: it stays
   * @returns how many
   */
  moveAll(destinationOf: (message: Message) => Queue | undefined): number {
    const now = this.#clock.now();
    let moved = 0;
    for (const [key, message] of this.#messages.entries()) {
      const destination = message.visibleAt > now ? undefined : destinationOf(message);
      // What it gave up on itself would come round again and again.
      if (!destination || destination.key === this.key) continue;
      this.#messages.delete(key);
      destination.takeBack(message);
      moved += 1;
    }
    if (moved > 0) this.#changed();
    return moved;
  }

  takeBack(message: Message): void {
    const { receipt: _, deadLetterSource: __, firstReceivedAt: ___, receivedElsewhere: ____, ...rest } = message;
    const now = this.#clock.now();
    this.#append({ ...rest, sentAt: now, visibleAt: now, receiveCount: 0 }, this.record.sequence + 1);
  }

  /** When the next message becomes visible that is not now. */
  nextVisible(): number | undefined {
    const now = this.#clock.now();
    let next: number | undefined;
    for (const [, { visibleAt }] of this.#messages.entries()) {
      if (visibleAt > now && (next === undefined || visibleAt < next)) next = visibleAt;
    }
    return next;
  }

  /** @returns undefined if the handle is none; `gone` if its message is deleted or was received again since */
  find(handle: string): { key: string; message: Message } | 'gone' | undefined {
    const [, key, receipt] = /^(\d{15})\/([0-9a-f-]{36})$/.exec(Buffer.from(handle, 'base64').toString()) ?? [];
    if (key === undefined) return undefined;
    const message = this.#messages.get(key);
    return message?.receipt === receipt ? { key, message: message! } : 'gone';
  }

  delete(key: string): void {
    this.#messages.delete(key);
    this.#changed();
  }

  setVisibleAt(key: string, message: Message, visibleAt: number): void {
    this.#messages.put(key, { ...message, visibleAt });
    this.#changed();
  }

  /** @returns also when the oldest message was sent, if there is any */
  counts(): { visible: number; inFlight: number; delayed: number; oldest?: number } {
    const now = this.#clock.now();
    const counts: ReturnType<Queue['counts']> = { visible: 0, inFlight: 0, delayed: 0 };
    for (const [, { visibleAt, receiveCount, sentAt }] of this.#messages.entries()) {
      counts.oldest = Math.min(counts.oldest ?? sentAt, sentAt);
      if (visibleAt <= now) counts.visible += 1;
      else if (receiveCount > 0) counts.inFlight += 1;
      else counts.delayed += 1;
    }
    return counts;
  }

  purge(): void {
    this.#storage.transaction(() => {
      for (const [key] of this.#messages.entries()) this.#messages.delete(key);
      this.#seen.clear();
    });
    this.#changed();
  }
}

function deduplicationKey(
  record: QueueRecord,
  { deduplicationId, body, groupId }: Omit<NewMessage, 'delaySeconds'>,
): string | undefined {
  if (!isFifo(record)) return undefined;
  const id = deduplicationId ?? createHash('sha256').update(body).digest('hex');
  return record.attributes.DeduplicationScope === 'messageGroup' ? `${groupId}/${id}` : id;
}
