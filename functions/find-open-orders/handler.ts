import { approvalsTable } from '../../adapters/dynamodb/approvals-table.ts';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { openOrders } from '../../adapters/dynamodb/open-orders.ts';
import { systemClock } from '../../adapters/system.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { gauge } from '../metrics.ts';
import { findOpenOrders } from './find-open-orders.ts';

const client = documentClient();

export const handler = asStep(
  findOpenOrders({
    orders: openOrders(client, environment('ORDERS_TABLE')),
    approvals: approvalsTable(client, { approvals: environment('APPROVALS_TABLE'), audit: '' }),
    clock: systemClock,
    measure: gauge,
  }),
);
