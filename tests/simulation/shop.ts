import type { Product } from '../../domain/catalogue.ts';
import { orderIdOf } from '../../domain/order.ts';
import type { Receipt } from '../../domain/receipt.ts';
import { instant } from '../../domain/time.ts';
import { httpEvent } from '../statemachines/browser.ts';
import type { Agenda } from './agenda.ts';
import type { Gateway } from './gateway.ts';
import type { Random } from './random.ts';
import type { StateMachines } from './state-machines.ts';
import type { Trace } from './trace.ts';
import type { Weather } from './weather.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const product = (sku: string, eur: number, warehouse: string): Product => ({
  ...{ sku, name: `Product ${sku}`, prices: { EUR: eur }, warehouse, stock: 0, reserved: 0, shipped: 0 },
});

/** From what nobody has to approve to what three people have to. */
export const PRODUCTS: readonly Product[] = [
  product('LAMP', 3_900, 'main'),
  product('DESK', 60_000, 'north'),
  product('PRESS', 1_850_000, 'heavy'),
  product('LOST-1', 2_000, 'far'),
];

const TOKENS = [
  ...Array(12).fill('tok_visa'),
  ...['tok_timeout_once', 'tok_fail_after_effect', 'tok_decline', 'tok_timeout'],
  ...['tok_capture_declined', 'tok_capture_unanswered'],
] as readonly string[];

/** What a client wanted, and what it was told. */
export interface Wish {
  readonly key: string;
  readonly orderId: string;
  readonly requestedBy: string;
  readonly risk: readonly string[];
  readonly receipts: Receipt[];
  /** When a cancellation was answered 202. */
  cancelledAt: number;
  /** Refunds that were answered 202, by their ids: minor units. */
  readonly refunds: Map<string, number>;
  /** How the order looked whenever it was looked at. */
  readonly seen: { readonly status: string; readonly endedAt?: string }[];
}

export interface ShopParts {
  readonly agenda: Agenda;
  readonly random: Random;
  readonly weather: Weather;
  readonly trace: Trace;
  readonly gateway: Gateway;
  readonly machines: () => StateMachines;
  /** Goods that came in, on the shelf. */
  readonly onGoods: (sku: string, quantity: number) => void;
}

/** Clients who order, ask again, change their minds, and want their money back; and who takes in stock. */
export class Shop {
  readonly wishes: Wish[] = [];
  readonly #parts: ShopParts;

  constructor(parts: ShopParts) {
    this.#parts = parts;
  }

  /** @param most orders of one seed */
  open(most: number): void {
    const { agenda, random } = this.#parts;
    const count = random.between(1, most);
    for (let index = 1; index <= count; index++) {
      agenda.in(random.chance(0.5) ? random.between(0, 5_000) : random.between(0, HOUR), () => this.#want(index));
    }
    const intakes = random.pick([0, 0, 1, 2]);
    for (let index = 1; index <= intakes; index++) {
      agenda.in(random.between(HOUR, 3 * DAY), () => this.#takeIn(random.pick(PRODUCTS), `intake-${index}`));
    }
  }

  #want(index: number): void {
    const { agenda, random } = this.#parts;
    const key = `key-${index}`;
    const isEvent = random.chance(0.25);
    const requestedBy = random.pick(['alice@example.com', 'alice@example.com', 'manager@example.com']);
    const risk = random.chance(0.15) ? [random.pick(['new-customer', 'export'])] : [];
    const skus = random.chance(0.35) ? ['LAMP', random.pick(['DESK', 'PRESS', 'LOST-1'])] : [];
    const order = {
      requestedBy,
      currency: 'EUR',
      lines: (skus.length > 0 ? skus : [random.pick(['LAMP', 'DESK', 'DESK', 'PRESS'])]).map((sku) => ({
        sku,
        quantity: random.between(1, 3),
      })),
      payment: { token: random.pick(TOKENS) },
      risk,
      ...(random.chance(0.2) && { backorder: true }),
      ...(random.chance(0.15) && { shipAt: instant(agenda.now + random.between(1, 72) * HOUR) }),
    };
    const orderId = orderIdOf(isEvent ? 'event:erp' : 'http:shop', key);
    const wish: Wish = {
      ...{
        key,
        orderId,
        requestedBy,
        risk,
        receipts: [],
        cancelledAt: Number.POSITIVE_INFINITY,
        refunds: new Map(),
        seen: [],
      },
    };
    this.wishes.push(wish);
    if (isEvent) this.#submit(key, order);
    else {
      this.#post(wish, order, random.pick([1, 1, 6]));
      if (random.chance(0.3)) agenda.in(random.between(0, 400), () => this.#post(wish, order, 4));
      if (random.chance(0.1)) agenda.in(random.between(HOUR, 2 * DAY), () => this.#post(wish, order, 1));
    }
    if (random.chance(0.3)) agenda.in(this.#moment(), () => this.#cancel(wish, 1));
    for (let look = random.between(0, 2); look > 0; look--) agenda.in(this.#moment(), () => this.#look(wish));
  }

  /** Soon, or in the middle of something, or days later. */
  #moment(): number {
    const { random } = this.#parts;
    return random.pick([random.between(0, 1_500), random.between(0, 4 * MINUTE), random.between(0, 4 * DAY)]);
  }

  #post(wish: Wish, order: object, attempt: number): void {
    const { agenda, random, gateway } = this.#parts;
    gateway.placeOrder(wish.key, order, ({ status, body }) => {
      if (status === 201) wish.receipts.push(JSON.parse(body) as Receipt);
      else if (status !== 422 && attempt < 6) {
        agenda.in(random.between(200, 60_000), () => this.#post(wish, order, attempt + 1));
      }
    });
  }

  /** The bus delivers at least once, in any order. */
  #submit(idempotencyKey: string, order: object): void {
    const { agenda, random, trace, machines, gateway } = this.#parts;
    const event = { 'detail-type': 'OrderSubmitted', source: 'erp', detail: { idempotencyKey, order } };
    const deliveries = random.between(1, 5);
    for (let count = 1; count <= deliveries; count++) {
      agenda.in(random.pick([random.between(1, 300), random.between(1, HOUR)]), () => {
        trace.say('event bus', () => `delivers OrderSubmitted ${idempotencyKey}, ${count} of ${deliveries}`);
        const placing = machines().start('place-order', `event-${idempotencyKey}-${count}`, event);
        if (placing) gateway.mayDie(placing);
      });
    }
  }

  #cancel(wish: Wish, attempt: number): void {
    const { agenda, random, gateway } = this.#parts;
    const event = httpEvent({ pathParameters: { orderId: wish.orderId } });
    gateway.call('shop', 'cancelOrder', event, ({ status }) => {
      if (status === 202) wish.cancelledAt = Math.min(wish.cancelledAt, agenda.now);
      if (isLost(status) && attempt < 4) agenda.in(random.between(500, 30_000), () => this.#cancel(wish, attempt + 1));
    });
  }

  #look(wish: Wish): void {
    const event = httpEvent({ pathParameters: { orderId: wish.orderId } });
    this.#parts.gateway.call('shop', 'getOrder', event, ({ status, body }) => {
      if (status === 200) wish.seen.push(JSON.parse(body));
    });
  }

  /** The customer sees that the order is on its way, which is when some don't want it any more. */
  onPick(orderId: string): void {
    const { agenda, random } = this.#parts;
    const wish = this.wishes.find((other) => other.orderId === orderId);
    if (wish && random.chance(0.12)) agenda.in(random.between(0, 60_000), () => this.#cancel(wish, 1));
  }

  /** The customer was told that the order is complete. */
  onComplete(orderId: string): void {
    const { agenda, random } = this.#parts;
    const wish = this.wishes.find((other) => other.orderId === orderId);
    if (!wish || !random.chance(0.5)) return;
    for (let index = random.between(1, 3); index > 0; index--) {
      const amount = random.pick([undefined, 1_000, 3_900, 60_000]);
      const refund = { requestedBy: 'support@example.com', reason: 'Damaged', ...(amount && { amount }) };
      const at = random.pick([random.between(0, 2_000), random.between(0, DAY)]);
      agenda.in(at, () => this.#refund(wish, refund, `refund-${index}`, 1));
    }
  }

  #refund(wish: Wish, refund: object, key: string, attempt: number): void {
    const { agenda, random, gateway } = this.#parts;
    const event = httpEvent({
      pathParameters: { orderId: wish.orderId },
      headers: { 'Idempotency-Key': key },
      body: JSON.stringify(refund),
    });
    gateway.call('shop', 'requestRefund', event, ({ status, body }) => {
      const again = isLost(status) ? attempt < 6 : status === 202 && random.chance(0.2);
      if (again) agenda.in(random.between(500, 60_000), () => this.#refund(wish, refund, key, attempt + 1));
      if (status !== 202) return;
      const { refundId, amount } = JSON.parse(body) as { refundId: string; amount: number };
      wish.refunds.set(refundId, amount);
    });
  }

  #takeIn({ sku, name, prices, warehouse }: Product, id: string): void {
    const { agenda, random, gateway, onGoods } = this.#parts;
    const intake = { id, quantity: random.between(1, 4) };
    onGoods(sku, intake.quantity);
    const event = httpEvent({
      pathParameters: { sku },
      body: JSON.stringify({ name, prices, warehouse, intake }),
    });
    const send = () =>
      gateway.call('stock clerk', 'putProduct', event, ({ status }) => {
        if (status !== 200 || random.chance(0.2)) agenda.in(random.between(1_000, 60_000), send);
      });
    send();
  }
}

const isLost = (status: number): boolean => status === 0 || status >= 500;
