import { expect, test } from '@jest/globals';
import { type Books, checkInvariants } from '../../../scripts/demo/invariants.ts';

// A check that never fails proves nothing: here each one does.

const completed = {
  orderId: 'ord_1',
  status: 'completed',
  currency: 'EUR',
  total: 500,
  lines: [{ sku: 'a', quantity: 2 }],
  timeline: [],
};
const charge = { paymentKey: 'pay:ord_1', status: 'captured', captured: 500, refunds: {}, calls: {} };
const GOOD: Books = {
  orders: [completed],
  payments: [charge],
  products: [{ sku: 'a', stock: 8, reserved: 0, shipped: 2 }],
  initialStock: { a: 10 },
  lowestStock: 8,
};

const broken = (books: Partial<Books>) =>
  checkInvariants({ ...GOOD, ...books })
    .filter((finding) => finding.broken.length > 0)
    .map(({ invariant }) => invariant);

test('books in order break nothing', () => {
  expect(broken({})).toEqual([]);
});

test('stock that was negative on the way is found', () => {
  expect(broken({ lowestStock: -1 })).toEqual(['I2']);
});

test('stock that is lost, or left reserved, is found', () => {
  expect(broken({ products: [{ sku: 'a', stock: 7, reserved: 0, shipped: 2 }] })).toEqual(['I3']);
  expect(broken({ products: [{ sku: 'a', stock: 8, reserved: 1, shipped: 2 }] })).toEqual(['I3']);
});

test('money taken or still held for an order that was not completed is found', () => {
  const orders = [{ ...completed, status: 'rejected' }];
  const products = [{ sku: 'a', stock: 10, reserved: 0, shipped: 0 }];
  expect(broken({ orders, products })).toEqual(['I8']);
  expect(broken({ orders, products, payments: [{ ...charge, status: 'authorised', captured: 0 }] })).toEqual(['I8']);
  expect(broken({ orders, products, payments: [{ ...charge, refunds: { undo: 500 } }] })).toEqual([]);
});

test('a completed order that was not charged, charged twice, or charged another amount is found', () => {
  expect(broken({ payments: [] })).toEqual(['I9']);
  expect(broken({ payments: [charge, { ...charge, paymentKey: 'again:ord_1' }] })).toEqual(['I9']);
  expect(broken({ payments: [{ ...charge, captured: 499 }] })).toEqual(['I9']);
});

test('a line that shipped twice is found', () => {
  expect(broken({ products: [{ sku: 'a', stock: 6, reserved: 0, shipped: 4 }] })).toEqual(['I9']);
});
