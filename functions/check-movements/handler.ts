import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { ordersTable } from '../../adapters/dynamodb/orders-table.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { paymentGateway } from '../payments.ts';
import { checkMovements } from './check-movements.ts';

const client = documentClient();
const orders = ordersTable(client, environment('ORDERS_TABLE'));
const payments = await paymentGateway(client);

export const handler = asStep(checkMovements(orders, payments));
