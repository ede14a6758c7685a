import { SFNClient } from '@aws-sdk/client-sfn';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { ordersTable } from '../../adapters/dynamodb/orders-table.ts';
import { executionStarter } from '../../adapters/stepfunctions/execution-starter.ts';
import { systemClock } from '../../adapters/system.ts';
import { internal } from '../../domain/problem.ts';
import { asEndpoint } from '../as-endpoint.ts';
import { environment } from '../environment.ts';
import { policy } from '../policy.ts';
import { problem } from '../web/json-response.ts';
import { requestRefund } from './request-refund.ts';

const orders = ordersTable(documentClient(), environment('ORDERS_TABLE'));
const start = executionStarter(new SFNClient({}), environment('REFUND_ORDER_MACHINE_ARN'));

export const handler = asEndpoint(requestRefund({ orders, policy, start, clock: systemClock }), () =>
  problem(internal),
);
