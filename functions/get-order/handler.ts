import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { ordersTable } from '../../adapters/dynamodb/orders-table.ts';
import { internal } from '../../domain/problem.ts';
import { asEndpoint } from '../as-endpoint.ts';
import { environment } from '../environment.ts';
import { problem } from '../web/json-response.ts';
import { getOrder } from './get-order.ts';

export const handler = asEndpoint(getOrder(ordersTable(documentClient(), environment('ORDERS_TABLE'))), () =>
  problem(internal),
);
