import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { ordersTable } from '../../adapters/dynamodb/orders-table.ts';
import { systemClock } from '../../adapters/system.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { closeRefund } from './close-refund.ts';

export const handler = asStep(closeRefund(ordersTable(documentClient(), environment('ORDERS_TABLE')), systemClock));
