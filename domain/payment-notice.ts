import type { NoticeKey, Order, TimelineEntry } from './order.ts';
import type { Instant } from './time.ts';

/** Something that happened to a payment without our doing: the customer disputes it, the hold ran out, somebody refunded it by hand. */
export interface PaymentNotice {
  /** Of what happened, not of the message that tells it: it is recorded once, however often it is told. */
  readonly noticeId: string;
  readonly paymentKey: string;
  readonly at: Instant;
  /** A sentence for people, without anything of the customer. */
  readonly what: string;
}

export interface OrderNotices {
  find(orderId: string): Promise<Order | undefined>;
  /** Adds an entry to the timeline, once, also of an order that has ended. Nothing changes if there is no such order. */
  addNotice(orderId: string, key: NoticeKey, entry: TimelineEntry): Promise<void>;
}

/** Tells the people who look after the service. */
export interface Operators {
  /** @param subject one line */
  tell(subject: string, text: string): Promise<void>;
}

/** Which messages of the provider were dealt with. Each is one conditional write; what is old enough is forgotten. */
export interface SeenEvents {
  /**
   * Takes a message on, for a minute: whoever took it may have failed.
   * @returns `done` if it was dealt with, `busy` if somebody else is at it
   */
  claim(eventId: string): Promise<'claimed' | 'done' | 'busy'>;
  finish(eventId: string): Promise<void>;
}

/** Writes a notice down on the order and tells the operators, once. They are told first: better twice than never. */
export async function recordNotice(orders: OrderNotices, operators: Operators, notice: PaymentNotice): Promise<void> {
  const { noticeId, paymentKey, at, what } = notice;
  const key: NoticeKey = `notice-${noticeId}`;
  const order = await orders.find(paymentKey);
  if (order?.timeline[key]) return;
  await operators.tell(
    `Payment of ${paymentKey}`,
    `${what}\n\nOrder: ${paymentKey}${order ? '' : ' (not found)'}\nReference at the payment provider: ${noticeId}\nWhen: ${at}`,
  );
  await orders.addNotice(paymentKey, key, { at, what });
}
