import type { BackOffice } from './back-office.ts';
import { codeIn, linkIn, type Order, type Shop, until } from './shop.ts';

/** `later`: what comes in during the demo. */
export const CATALOGUE: Readonly<Record<string, CatalogueEntry>> = {
  'desk-lamp': { name: 'Desk lamp', prices: { EUR: 4_900 }, stock: 20 },
  'standing-desk': { name: 'Standing desk', prices: { EUR: 64_900 }, stock: 20 },
  'meeting-table': { name: 'Meeting table', prices: { EUR: 189_000 }, stock: 2 },
  'visitor-chair': { name: 'Visitor chair', prices: { EUR: 9_900 }, stock: 1, later: 3 },
  'server-rack': { name: 'Server rack', prices: { EUR: 2_600_000 }, stock: 3 },
  // The simulated warehouse never finds what begins with LOST-.
  'LOST-globe': { name: 'Globe', prices: { EUR: 7_900 }, stock: 5, warehouse: 'cellar' },
};

interface CatalogueEntry {
  readonly name: string;
  readonly prices: Record<string, number>;
  readonly stock: number;
  readonly later?: number;
  readonly warehouse?: string;
}

export interface Story {
  readonly title: string;
  /** How it must end. */
  readonly expected: string;
  /** @returns the order when it has ended */
  play(shop: Shop, office: BackOffice): Promise<Order>;
}

const MANAGER = 'manager@example.com';
const DIRECTOR = 'director@example.com';
const DEPUTY = 'deputy@example.com';
const FINANCE = ['cfo@example.com', 'treasurer@example.com'];
const DAY = 24 * 60 * 60;

const order = (sku: string, quantity: number, token = 'tok_visa') => ({
  requestedBy: 'ada@example.com',
  currency: 'EUR',
  lines: [{ sku, quantity }],
  payment: { token },
});

export const STORIES: readonly Story[] = [
  {
    title: 'A small order needs nobody',
    expected: 'completed',
    play: async (shop) => shop.ended(await shop.place(order('desk-lamp', 2), 'demo-small')),
  },
  {
    title: 'A large order waits for its approver, who follows the link in the mail',
    expected: 'completed',
    async play(shop) {
      const orderId = await shop.place(
        { ...order('standing-desk', 4), reason: 'Four new colleagues' },
        'demo-approved',
      );
      await shop.decide(linkIn(await shop.mailTo(MANAGER, orderId)), 'approve');
      return shop.ended(orderId);
    },
  },
  {
    title: 'A large order is rejected: its stock is free again, and no money was taken',
    expected: 'rejected',
    async play(shop) {
      const orderId = await shop.place(order('standing-desk', 5), 'demo-rejected');
      await shop.decide(linkIn(await shop.mailTo(MANAGER, orderId)), 'reject');
      return shop.ended(orderId);
    },
  },
  {
    title: 'Nobody decides: a reminder, an escalation, and expiry, by turning the clock three days',
    expected: 'expired',
    async play(shop) {
      const orderId = await shop.place(order('standing-desk', 3), 'demo-expired');
      await shop.mailTo(MANAGER, orderId);
      await shop.advanceClock(DAY);
      await shop.mailTo(MANAGER, orderId, /^Reminder/);
      await shop.advanceClock(DAY);
      await shop.mailTo(DIRECTOR, orderId, /^Escalated/);
      await shop.advanceClock(DAY);
      return shop.ended(orderId);
    },
  },
  {
    title: 'An approver hands the decision over to a colleague: the old link is dead, the colleague’s decides',
    expected: 'completed',
    async play(shop) {
      const orderId = await shop.place(order('standing-desk', 2), 'demo-handed-over');
      const link = linkIn(await shop.mailTo(MANAGER, orderId));
      await shop.handOver(link, DEPUTY);
      if ((await fetch(link)).status !== 404) throw new Error('the link of who handed over still works');
      await shop.decide(linkIn(await shop.mailTo(DEPUTY, orderId, /^Handed over/)), 'approve');
      return shop.ended(orderId);
    },
  },
  {
    title:
      'So large an order that the link alone decides nothing: each of its three approvers needs a code from a second mail',
    expected: 'completed',
    async play(shop) {
      const orderId = await shop.place(order('server-rack', 2), 'demo-code');
      for (const approver of [MANAGER, ...FINANCE]) {
        const link = linkIn(await shop.mailTo(approver, orderId));
        await shop.requestCode(link);
        const code = codeIn(await shop.mailTo(approver, orderId, /^Your code/));
        const wrong = await shop.decide(
          link,
          'approve',
          code.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)),
        );
        if (wrong.status !== 403) throw new Error(`a wrong code was answered with ${wrong.status}`);
        await shop.decide(link, 'approve', code);
      }
      return shop.ended(orderId);
    },
  },
  {
    title: 'A payment is declined',
    expected: 'payment-declined',
    play: async (shop) => shop.ended(await shop.place(order('desk-lamp', 1, 'tok_decline'), 'demo-declined')),
  },
  {
    title: 'There is not enough in stock',
    expected: 'out-of-stock',
    play: async (shop) => shop.ended(await shop.place(order('meeting-table', 3), 'demo-out-of-stock')),
  },
  {
    title: 'An order comes as an event, not over HTTP',
    expected: 'completed',
    async play(shop, office) {
      const requestedBy = 'procurement@example.com';
      await office.submitOrder({ ...order('desk-lamp', 3), requestedBy }, 'demo-event');
      const orderId = await until('the submitted order', async () => (await office.ordersBy(requestedBy))[0]);
      return shop.ended(orderId);
    },
  },
  {
    title: 'An order is cancelled while its approver thinks: the link is dead, and nothing is left of it',
    expected: 'cancelled',
    async play(shop) {
      const orderId = await shop.place(order('standing-desk', 3), 'demo-cancelled');
      const link = linkIn(await shop.mailTo(MANAGER, orderId));
      await shop.cancel(orderId, 'Bought elsewhere');
      const ended = await shop.ended(orderId);
      await shop.mailTo(MANAGER, orderId, /^No longer needed/);
      if ((await fetch(link)).status !== 404) throw new Error('the link of a cancelled order still works');
      return ended;
    },
  },
  {
    title: 'A cancellation that comes too late: the order is complete, and the answer says so',
    expected: 'completed',
    async play(shop) {
      const orderId = await shop.place(order('desk-lamp', 1), 'demo-too-late');
      await shop.ended(orderId);
      const status = await shop.cancel(orderId, 'Changed my mind');
      if (status !== 409) throw new Error(`a completed order was cancelled with ${status}`);
      return shop.order(orderId);
    },
  },
  {
    title: 'An order waits for stock, which comes in',
    expected: 'completed',
    async play(shop) {
      const orderId = await shop.place({ ...order('visitor-chair', 3), backorder: true }, 'demo-backorder');
      await shop.orderWhen(orderId, ({ status }) => status === 'backordered');
      const { name, prices, later = 0 } = CATALOGUE['visitor-chair'] as CatalogueEntry;
      await shop.stockUp('visitor-chair', { name, prices }, later, 'second');
      await shop.advanceClock(DAY / 4);
      return shop.ended(orderId);
    },
  },
  {
    title: 'One of two shipments is not on its shelf: the rest is sent, and only the rest is charged',
    expected: 'completed',
    async play(shop) {
      const lines = [...order('desk-lamp', 2).lines, ...order('LOST-globe', 1).lines];
      return shop.ended(await shop.place({ ...order('desk-lamp', 2), lines }, 'demo-partial'));
    },
  },
  {
    title: 'A complete order is refunded: a part at once, the rest after its manager agreed',
    expected: 'completed',
    async play(shop) {
      const orderId = await shop.place(order('standing-desk', 1), 'demo-refund');
      await shop.ended(orderId);
      const refund = { reason: 'A scratch', requestedBy: 'clerk@example.com' };
      await shop.refund(orderId, { ...refund, amount: 5_000 }, 'demo-refund-part');
      await shop.refund(orderId, { ...refund, reason: 'Sent back' }, 'demo-refund-rest');
      await shop.decide(linkIn(await shop.mailTo(MANAGER, orderId, /Refund/)), 'approve');
      return shop.orderWhen(orderId, ({ refunds = [] }) => refunds.every(({ status }) => status === 'refunded'));
    },
  },
  {
    title: 'Somebody stops an execution by hand: recovery notices, and gives stock and money back',
    expected: 'failed',
    async play(shop, office) {
      const shipAt = '2027-03-01T08:00:00Z';
      const orderId = await shop.place({ ...order('desk-lamp', 2), shipAt }, 'demo-recovery');
      await shop.orderWhen(orderId, ({ status }) => status === 'fulfilling');
      await office.stopProcessing(orderId);
      return shop.ended(orderId);
    },
  },
];
