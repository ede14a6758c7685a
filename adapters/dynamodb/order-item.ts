import { marshall } from '@aws-sdk/util-dynamodb';
import type { Order } from '../../domain/order.ts';
import type { Receipt } from '../../domain/receipt.ts';

/** The item that `place-order` records, in DynamoDB's own JSON. `receipt` is what the client is answered, now and on every repeat. */
export const orderItem = (order: Order, receipt: Receipt): object =>
  marshall({ ...order, open: 'yes', receipt: JSON.stringify(receipt) }, { removeUndefinedValues: true });
