import { SFNClient } from '@aws-sdk/client-sfn';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { ordersTable } from '../../adapters/dynamodb/orders-table.ts';
import { executionStarter } from '../../adapters/stepfunctions/execution-starter.ts';
import { systemClock } from '../../adapters/system.ts';
import { internal } from '../../domain/problem.ts';
import { asEndpoint } from '../as-endpoint.ts';
import { environment } from '../environment.ts';
import { problem } from '../web/json-response.ts';
import { cancelOrder } from './cancel-order.ts';

const orders = ordersTable(documentClient(), environment('ORDERS_TABLE'));
const startUndo = executionStarter(new SFNClient({}), environment('UNDO_ORDER_MACHINE_ARN'));

export const handler = asEndpoint(cancelOrder(orders, startUndo, systemClock), () => problem(internal));
