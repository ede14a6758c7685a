import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { ordersTable } from '../../adapters/dynamodb/orders-table.ts';
import { stockTables } from '../../adapters/dynamodb/stock-tables.ts';
import { systemClock } from '../../adapters/system.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { completeOrder } from './complete-order.ts';

const client = documentClient();
const orders = ordersTable(client, environment('ORDERS_TABLE'));
const stock = stockTables(client, {
  products: environment('PRODUCTS_TABLE'),
  reservations: environment('RESERVATIONS_TABLE'),
});

export const handler = asStep(completeOrder(orders, stock, systemClock));
