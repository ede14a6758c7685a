import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { openOrders } from '../../adapters/dynamodb/open-orders.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { findOpenOrders } from './find-open-orders.ts';

export const handler = asStep(findOpenOrders(openOrders(documentClient(), environment('ORDERS_TABLE'))));
