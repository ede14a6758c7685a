import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { Storage } from './storage.ts';

/** A mail that a service handed over for delivery: SNS to an e-mail subscription, or SES. */
export interface OutgoingMail {
  readonly from?: string;
  /** Addresses, at least one. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
}

/** As it lies in the mailbox. */
export interface Mail {
  readonly id: string;
  readonly from?: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
}

/** Where mail ends on one machine: nothing leaves it. */
export interface Mailbox {
  deliver(mail: OutgoingMail): Mail;
  /** The newest first. */
  list(): Mail[];
  get(id: string): Mail | undefined;
}

/** @param newId makes what tells two mails of the same millisecond apart */
export function createMailbox(storage: Storage, clock: Clock, newId: () => string = randomUUID): Mailbox {
  const mails = storage.table<Mail>('mailbox');
  let sequence = 0;
  /** All of them, once somebody looked: pages of the mailbox are asked for by the dozen. */
  let read: Mail[] | undefined;
  const all = (): readonly Mail[] => {
    read ??= [...mails.entries()].map(([, mail]) => mail);
    return read;
  };
  return {
    deliver({ from, to, subject, text, html }) {
      const sentAt = clock.now();
      // Keys are read in order: the time first, then what keeps the order within one millisecond.
      const id = `${String(sentAt).padStart(15, '0')}-${String(sequence++).padStart(8, '0')}-${newId()}`;
      const mail: Mail = {
        id,
        ...(from !== undefined && { from }),
        to,
        subject,
        text: text ?? '',
        ...(html !== undefined && { html }),
        sentAt,
      };
      mails.put(id, mail);
      read?.push(mail);
      return mail;
    },
    list: () => all().toReversed(),
    get: (id) => mails.get(id),
  };
}
