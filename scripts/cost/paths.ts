import { linkIn, type Shop } from '../demo/shop.ts';

/** A way that an order can go. */
export interface Path {
  readonly title: string;
  /** Does what people do, and asks nothing: questions would be counted. @returns the order's id */
  readonly play: (shop: Shop) => Promise<string>;
}

const MANAGER = 'manager@example.com';
const CHEAP = { sku: 'cost-lamp', quantity: 2 };
const DEAR = { sku: 'cost-desk', quantity: 3 };

export const CATALOGUE = {
  'cost-lamp': { name: 'Desk lamp', prices: { EUR: 4_900 }, warehouse: 'main' },
  'cost-shade': { name: 'Shade', prices: { EUR: 1_900 }, warehouse: 'north' },
  'cost-desk': { name: 'Standing desk', prices: { EUR: 49_900 }, warehouse: 'main' },
};

const order = (lines: readonly object[], more: object = {}) => ({
  ...{ requestedBy: 'ada@example.com', currency: 'EUR', lines, payment: { token: 'tok_visa' } },
  ...more,
});

async function decided(shop: Shop, key: string, decision: 'approve' | 'reject'): Promise<string> {
  const orderId = await shop.place(order([DEAR]), key);
  await shop.decide(linkIn(await shop.mailTo(MANAGER, orderId)), decision);
  return orderId;
}

export const PATHS: readonly Path[] = [
  { title: 'nobody is asked', play: (shop) => shop.place(order([CHEAP]), 'cost-1') },
  {
    title: 'nobody is asked, two shipments',
    play: (shop) => shop.place(order([CHEAP, { sku: 'cost-shade', quantity: 1 }]), 'cost-2'),
  },
  { title: 'one approver, approved', play: (shop) => decided(shop, 'cost-3', 'approve') },
  { title: 'one approver, rejected', play: (shop) => decided(shop, 'cost-4', 'reject') },
  {
    title: 'payment declined',
    play: (shop) => shop.place(order([CHEAP], { payment: { token: 'tok_decline' } }), 'cost-5'),
  },
  { title: 'out of stock', play: (shop) => shop.place(order([{ sku: 'cost-lamp', quantity: 500 }]), 'cost-6') },
  {
    title: 'cancelled while waiting',
    async play(shop) {
      const orderId = await shop.place(order([DEAR]), 'cost-7');
      await shop.mailTo(MANAGER, orderId);
      await shop.cancel(orderId, 'Bought elsewhere');
      return orderId;
    },
  },
];
