import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { productsTable } from '../../adapters/dynamodb/products-table.ts';
import { stockTables } from '../../adapters/dynamodb/stock-tables.ts';
import { memoryStock } from '../../adapters/memory/memory-stock.ts';
import type { Catalogue } from '../../domain/catalogue.ts';
import type { Stock } from '../../domain/stock.ts';
import { type LocalTables, localTables } from './local-tables.ts';

let tables: LocalTables;
beforeAll(async () => {
  tables = await localTables();
});
afterAll(() => tables.close());

const IMPLEMENTATIONS: readonly [string, () => Promise<{ stock: Stock; catalogue: Catalogue }>][] = [
  ['memory', async () => memoryStock()],
  [
    'DynamoDB',
    async () => {
      const { Products, Reservations } = await tables.create();
      return {
        catalogue: productsTable(tables.documents, Products),
        stock: stockTables(tables.documents, { products: Products, reservations: Reservations }),
      };
    },
  ],
];

describe.each(IMPLEMENTATIONS)('stock and catalogue in %s', (_, create) => {
  let stock: Stock;
  let catalogue: Catalogue;
  const counts = async (sku: string) => {
    const [product] = await catalogue.find([sku]);
    return product && [product.stock, product.reserved, product.shipped];
  };
  const put = (sku: string, quantity: number) =>
    catalogue.put(sku, { name: sku, prices: { EUR: 100 }, warehouse: 'main', intake: { id: 'first', quantity } });

  beforeEach(async () => {
    ({ stock, catalogue } = await create());
    await put('A', 5);
    await put('B', 1);
  });

  const A2 = [{ sku: 'A', quantity: 2 }];
  const BOTH = [...A2, { sku: 'B', quantity: 1 }];

  test('an order that asks for more than there is holds nothing, of any line', async () => {
    const lines = [...A2, { sku: 'B', quantity: 2 }];
    await expect(stock.reserve('o1', lines)).rejects.toMatchObject({
      name: 'OutOfStockError',
      message: 'Out of stock: B',
    });
    expect([await counts('A'), await counts('B')]).toEqual([
      [5, 0, 0],
      [1, 0, 0],
    ]);
    expect(await stock.reservations('o1')).toEqual([]);
  });

  test('an order for what does not exist is out of stock', async () => {
    await expect(stock.reserve('o1', [{ sku: 'X', quantity: 1 }])).rejects.toMatchObject({ name: 'OutOfStockError' });
  });

  test('reserving again holds nothing more', async () => {
    await stock.reserve('o1', BOTH);
    await stock.reserve('o1', BOTH);
    expect([await counts('A'), await counts('B')]).toEqual([
      [3, 2, 0],
      [0, 1, 0],
    ]);
  });

  test('releasing puts back once', async () => {
    await stock.reserve('o1', BOTH);
    await stock.release('o1', BOTH);
    await stock.release('o1', BOTH);
    expect([await counts('A'), await counts('B')]).toEqual([
      [5, 0, 0],
      [1, 0, 0],
    ]);
    expect((await stock.reservations('o1')).map(({ sku, status }) => [sku, status])).toEqual([
      ['A', 'released'],
      ['B', 'released'],
    ]);
  });

  test('a reservation that arrives after its release finds itself released, and holds nothing', async () => {
    await stock.release('o1', BOTH);
    await expect(stock.reserve('o1', BOTH)).rejects.toMatchObject({ name: 'ReservationClosedError' });
    expect(await counts('A')).toEqual([5, 0, 0]);
  });

  test('shipping takes away once', async () => {
    await stock.reserve('o1', BOTH);
    await stock.ship('o1');
    await stock.ship('o1');
    expect([await counts('A'), await counts('B')]).toEqual([
      [3, 0, 2],
      [0, 0, 1],
    ]);
  });

  test('what was shipped cannot be released, nor reserved again', async () => {
    await stock.reserve('o1', A2);
    await stock.ship('o1');
    await expect(stock.release('o1', A2)).rejects.toMatchObject({ name: 'ReservationClosedError' });
    await expect(stock.reserve('o1', A2)).rejects.toMatchObject({ name: 'ReservationClosedError' });
    expect(await counts('A')).toEqual([3, 0, 2]);
  });

  test('what was released, or never held, cannot be shipped', async () => {
    await expect(stock.ship('o1')).rejects.toMatchObject({ name: 'ReservationClosedError' });
    await stock.reserve('o1', A2);
    await stock.release('o1', A2);
    await expect(stock.ship('o1')).rejects.toMatchObject({ name: 'ReservationClosedError' });
  });

  test('of many orders for the last pieces only as many are met as there are pieces', async () => {
    const orders = Array.from({ length: 8 }, (_, index) => stock.reserve(`o${index}`, A2));
    const results = await Promise.allSettled(orders);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await counts('A')).toEqual([1, 4, 0]);
  });

  test('forty lines fit into one order', async () => {
    const lines = Array.from({ length: 40 }, (_, index) => ({
      sku: `S${String(index).padStart(2, '0')}`,
      quantity: 1,
    }));
    for (const { sku } of lines) await put(sku, 1);
    await stock.reserve('o1', lines);
    expect(await stock.reservations('o1')).toHaveLength(40);
    await stock.ship('o1');
    expect(await counts('S39')).toEqual([0, 0, 1]);
  });

  test('an intake counts once, and a change of name or price counts none', async () => {
    await put('A', 5);
    expect(await counts('A')).toEqual([5, 0, 0]);
    const change = { name: 'New', prices: { JPY: 7 }, warehouse: 'north' };
    const product = await catalogue.put('A', change);
    expect(product).toEqual({ sku: 'A', ...change, stock: 5, reserved: 0, shipped: 0 });
    await catalogue.put('A', { ...change, intake: { id: 'second', quantity: 2 } });
    expect(await counts('A')).toEqual([7, 0, 0]);
  });

  test('a product without an intake has no stock', async () => {
    await catalogue.put('C', { name: 'C', prices: { EUR: 1 }, warehouse: 'main' });
    expect(await counts('C')).toEqual([0, 0, 0]);
  });

  test('products are found by SKU, and listed in its order', async () => {
    expect((await catalogue.find(['B', 'X', 'A', 'A'])).map(({ sku }) => sku).sort()).toEqual(['A', 'B']);
    expect((await catalogue.list()).map(({ sku }) => sku)).toEqual(['A', 'B']);
  });

  test('of an order, what was not shipped is put back, once, and the rest has left', async () => {
    await put('A', 5);
    await put('C', 5);
    await stock.reserve('o1', [
      { sku: 'A', quantity: 2 },
      { sku: 'C', quantity: 3 },
    ]);
    for (let time = 1; time <= 2; time++) await stock.ship('o1', ['C']);
    expect([await counts('A'), await counts('C')]).toEqual([
      [3, 0, 2],
      [5, 0, 0],
    ]);
    await expect(stock.ship('o1')).rejects.toMatchObject({ name: 'ReservationClosedError' });
  });
});
