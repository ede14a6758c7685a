import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { ordersTable } from '../../adapters/dynamodb/orders-table.ts';
import { stockTables } from '../../adapters/dynamodb/stock-tables.ts';
import { systemClock } from '../../adapters/system.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { orderPolicy, policy } from '../policy.ts';
import { reserveStock } from './reserve-stock.ts';

const client = documentClient();
const orders = ordersTable(client, environment('ORDERS_TABLE'));
const stock = stockTables(client, {
  products: environment('PRODUCTS_TABLE'),
  reservations: environment('RESERVATIONS_TABLE'),
});

export const handler = asStep(reserveStock(orders, stock, { approvals: policy, orders: orderPolicy }, systemClock));
