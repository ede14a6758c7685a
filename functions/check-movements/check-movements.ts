import { differencesOf, type Movement, type OrderMovements } from '../../domain/movement.ts';
import type { PaymentGateway } from '../../domain/payment.ts';
import type { Orders } from '../../domain/ports.ts';

/** What a batch of orders comes to. */
export interface CheckedMovements {
  readonly orders: number;
  readonly movements: readonly Movement[];
  /** A sentence for each difference between the movements, the orders and the payment provider. */
  readonly differences: readonly string[];
}

/** @param Items a batch of the day's orders, as a Distributed Map hands them over */
export const checkMovements =
  (orders: Pick<Orders, 'find'>, payments: Pick<PaymentGateway, 'find'>) =>
  async ({ Items }: { readonly Items: readonly OrderMovements[] }): Promise<CheckedMovements> => {
    const differences: string[] = [];
    // One after the other: many batches are checked at once, and payment providers count requests per second.
    for (const item of Items) {
      // The record is read first: what is ahead of it at the provider is then explained by a refund under way.
      const order = await orders.find(item.orderId);
      differences.push(...differencesOf(item, order, await payments.find(item.orderId)));
    }
    return {
      orders: Items.length,
      movements: Items.flatMap(({ movements }) => movements),
      differences,
    };
  };
