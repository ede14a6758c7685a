import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { ordersTable } from '../../adapters/dynamodb/orders-table.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { policy } from '../policy.ts';
import { prepareRefund } from './prepare-refund.ts';

export const handler = asStep(prepareRefund(ordersTable(documentClient(), environment('ORDERS_TABLE')), policy));
