import type { PaymentRecord } from './back-office.ts';
import type { Order, OrderLine, Product } from './shop.ts';

export interface Books {
  readonly orders: readonly Order[];
  readonly payments: readonly PaymentRecord[];
  readonly products: readonly Product[];
  /** What was taken in, by SKU. */
  readonly initialStock: Readonly<Record<string, number>>;
  /** The lowest stock of any product that was seen on the way. */
  readonly lowestStock: number;
}

export interface Finding {
  /** As in the design: I2, I3, I8, I9. */
  readonly invariant: string;
  readonly says: string;
  /** What contradicts it; empty if it holds. */
  readonly broken: readonly string[];
}

/** Checks stock and money from outside, when all orders have ended. */
export function checkInvariants(books: Books): Finding[] {
  return [
    { invariant: 'I2', says: 'stock was never negative', broken: negativeStock(books) },
    {
      invariant: 'I3',
      says: 'initial stock = stock + shipped, and nothing is left reserved',
      broken: lostStock(books),
    },
    { invariant: 'I8', says: 'an order that was not completed cost nothing', broken: wronglyCharged(books) },
    {
      invariant: 'I9',
      says: 'a completed order was charged once, and each of its lines shipped once',
      broken: notSettled(books),
    },
  ];
}

function negativeStock({ products, lowestStock }: Books): string[] {
  const now = products.filter(({ stock }) => stock < 0).map(({ sku, stock }) => `${sku} has ${stock}`);
  return lowestStock < 0 ? [...now, `a stock of ${lowestStock} was seen`] : now;
}

function lostStock({ products, initialStock }: Books): string[] {
  return products
    .filter(({ sku, stock, reserved, shipped }) => reserved !== 0 || stock + shipped !== initialStock[sku])
    .map(
      ({ sku, stock, reserved, shipped }) =>
        `${sku}: ${initialStock[sku]} taken in, ${stock} there, ${reserved} reserved, ${shipped} shipped`,
    );
}

function wronglyCharged({ orders, payments }: Books): string[] {
  return orders
    .filter(({ status }) => status !== 'completed')
    .flatMap((order) => paymentsOf(order, payments).map((payment) => ({ order, payment })))
    .filter(({ payment }) => payment.status === 'authorised' || netOf(payment) !== 0)
    .map(
      ({ order, payment }) =>
        `${order.orderId} is ${order.status}, its payment ${payment.status} with ${netOf(payment)} taken`,
    );
}

function notSettled({ orders, payments, products }: Books): string[] {
  const completed = orders.filter(({ status }) => status === 'completed');
  const charges = completed
    .map((order) => ({ order, taken: paymentsOf(order, payments).map(netOf) }))
    .filter(({ order, taken }) => taken.length !== 1 || taken[0] !== paidFor(order))
    .map(({ order, taken }) => `${order.orderId} costs ${paidFor(order)}, and ${JSON.stringify(taken)} was taken`);
  const sold = (sku: string) =>
    completed
      .flatMap(shippedLines)
      .filter((line) => line.sku === sku)
      .reduce((sum, { quantity }) => sum + quantity, 0);
  const shipments = products
    .filter(({ sku, shipped }) => shipped !== sold(sku))
    .map(({ sku, shipped }) => `${sku}: ${sold(sku)} sold, ${shipped} shipped`);
  return [...charges, ...shipments];
}

/** What was charged, without what was given back since. */
const paidFor = ({ charged, total, refunds = [] }: Order): number =>
  refunds.reduce((rest, { amount, status }) => (status === 'refunded' ? rest - amount : rest), charged ?? total);

/** All lines, but those of shipments that failed. */
const shippedLines = ({ lines, shipments }: Order): readonly OrderLine[] =>
  shipments?.flatMap((shipment) => (shipment.status === 'shipped' ? shipment.lines : [])) ?? lines;

const paymentsOf = ({ orderId }: Order, payments: readonly PaymentRecord[]) =>
  payments.filter(({ paymentKey }) => paymentKey.includes(orderId));

/** What the customer has paid in the end, in minor units. */
const netOf = ({ captured, refunds }: PaymentRecord): number =>
  captured - Object.values(refunds).reduce((sum, refund) => sum + refund, 0);
