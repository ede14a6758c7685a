import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { orderItem } from '../../adapters/dynamodb/order-item.ts';
import { productsTable } from '../../adapters/dynamodb/products-table.ts';
import { systemClock } from '../../adapters/system.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { policy } from '../policy.ts';
import { checkOrder } from './check-order.ts';

export const handler = asStep(
  checkOrder(productsTable(documentClient(), environment('PRODUCTS_TABLE')), policy, systemClock, orderItem),
);
