import type { BackOffice } from './back-office.ts';
import { linkIn, type Order, type Shop, until } from './shop.ts';

export const CATALOGUE = {
  'desk-lamp': { name: 'Desk lamp', prices: { EUR: 4_900 }, stock: 20 },
  'standing-desk': { name: 'Standing desk', prices: { EUR: 64_900 }, stock: 20 },
  'meeting-table': { name: 'Meeting table', prices: { EUR: 189_000 }, stock: 2 },
} as const;

export interface Story {
  readonly title: string;
  /** How it must end. */
  readonly expected: string;
  /** @returns the order when it has ended */
  play(shop: Shop, office: BackOffice): Promise<Order>;
}

const MANAGER = 'manager@example.com';
const DIRECTOR = 'director@example.com';
const DAY = 24 * 60 * 60;

const order = (sku: keyof typeof CATALOGUE, quantity: number, token = 'tok_visa') => ({
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
];
