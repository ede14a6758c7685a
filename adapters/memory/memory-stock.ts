import type { Catalogue, Product, ProductChange } from '../../domain/catalogue.ts';
import { OutOfStockError, ReservationClosedError } from '../../domain/errors.ts';
import type { Reservation, Stock } from '../../domain/stock.ts';

/** Catalogue and stock over the same products. Nothing awaits inside an operation, so each is atomic. */
export function memoryStock(initial: readonly Product[] = []): {
  readonly catalogue: Catalogue;
  readonly stock: Stock;
} {
  const products = new Map(initial.map((product) => [product.sku, product]));
  const intakes = new Set<string>();
  const held = new Map<string, Reservation>();

  const of = (orderId: string) => [...held.values()].filter((reservation) => reservation.orderId === orderId);
  const move = (sku: string, change: Partial<Record<'stock' | 'reserved' | 'shipped', number>>) => {
    const product = products.get(sku);
    if (!product) return;
    const sum = (key: 'stock' | 'reserved' | 'shipped') => product[key] + (change[key] ?? 0);
    products.set(sku, { ...product, stock: sum('stock'), reserved: sum('reserved'), shipped: sum('shipped') });
  };
  const hold = (reservation: Reservation) => held.set(`${reservation.orderId}\n${reservation.sku}`, reservation);
  const closed = (orderId: string) => new ReservationClosedError(`The reservation of ${orderId} was settled before.`);

  const stock: Stock = {
    async reserve(orderId, lines) {
      const before = of(orderId);
      if (before.some(({ status }) => status !== 'reserved')) throw closed(orderId);
      if (before.length > 0) return;
      const missing = lines.filter(({ sku, quantity }) => (products.get(sku)?.stock ?? 0) < quantity);
      if (missing.length > 0) throw new OutOfStockError(`Out of stock: ${missing.map(({ sku }) => sku).join(', ')}`);
      for (const { sku, quantity } of lines) {
        hold({ orderId, sku, quantity, status: 'reserved' });
        move(sku, { stock: -quantity, reserved: quantity });
      }
    },
    async release(orderId, lines) {
      const before = of(orderId);
      if (before.some(({ status }) => status === 'shipped')) throw closed(orderId);
      for (const reservation of before.filter(({ status }) => status === 'reserved')) {
        hold({ ...reservation, status: 'released' });
        move(reservation.sku, { stock: reservation.quantity, reserved: -reservation.quantity });
      }
      const known = new Set(before.map(({ sku }) => sku));
      for (const { sku, quantity } of lines) {
        if (!known.has(sku)) hold({ orderId, sku, quantity, status: 'released' });
      }
    },
    async ship(orderId, unshipped = []) {
      const before = of(orderId);
      const stays = ({ sku }: Reservation) => unshipped.includes(sku);
      const given = before.some((reservation) => reservation.status === 'released' && !stays(reservation));
      if (before.length === 0 || given) throw closed(orderId);
      for (const reservation of before.filter(({ status }) => status === 'reserved')) {
        const { sku, quantity } = reservation;
        hold({ ...reservation, status: stays(reservation) ? 'released' : 'shipped' });
        move(sku, { [stays(reservation) ? 'stock' : 'shipped']: quantity, reserved: -quantity });
      }
    },
    reservations: async (orderId) => of(orderId).sort((a, b) => (a.sku < b.sku ? -1 : 1)),
  };

  const catalogue: Catalogue = {
    find: async (skus) => [...new Set(skus)].flatMap((sku) => products.get(sku) ?? []),
    list: async () => [...products.values()].sort((a, b) => (a.sku < b.sku ? -1 : 1)),
    async put(sku, { intake, ...change }: ProductChange) {
      const counts = intake && !intakes.has(`${sku}\n${intake.id}`) ? intake.quantity : 0;
      if (intake) intakes.add(`${sku}\n${intake.id}`);
      const { stock: before = 0, reserved = 0, shipped = 0 } = products.get(sku) ?? {};
      const product = { sku, ...change, stock: before + counts, reserved, shipped };
      products.set(sku, product);
      return product;
    },
  };
  return { catalogue, stock };
}
