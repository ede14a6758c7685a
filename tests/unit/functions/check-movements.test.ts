import { expect, test } from '@jest/globals';
import { checkMovements } from '../../../functions/check-movements/check-movements.ts';

const ids = ['ord_1', 'ord_2', 'ord_3'];

test('the payment provider is asked about one order after the other: many batches are checked at once', async () => {
  const order: string[] = [];
  const payments = {
    find: async (paymentKey: string) => {
      order.push(`ask ${paymentKey}`);
      await new Promise(setImmediate);
      order.push(`answer ${paymentKey}`);
      return { paymentKey, status: 'none', authorised: undefined, captured: 0, refunded: 0 } as const;
    },
  };
  const check = checkMovements({ find: async () => undefined }, payments);
  const { orders, differences } = await check({ Items: ids.map((orderId) => ({ orderId, movements: [] })) });
  expect(order).toEqual(ids.flatMap((id) => [`ask ${id}`, `answer ${id}`]));
  expect(orders).toBe(3);
  expect(differences).toEqual(ids.map((id) => `${id}: money moved for an order that is not there`));
});
