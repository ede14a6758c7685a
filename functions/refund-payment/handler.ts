import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { ordersTable } from '../../adapters/dynamodb/orders-table.ts';
import { sandboxPaymentsTable } from '../../adapters/dynamodb/sandbox-payments-table.ts';
import { sandboxGateway } from '../../adapters/payments/sandbox-gateway.ts';
import { systemClock } from '../../adapters/system.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { policy } from '../policy.ts';
import { refundPayment } from './refund-payment.ts';

const client = documentClient();
const orders = ordersTable(client, environment('ORDERS_TABLE'), environment('MOVEMENTS_TABLE'));
const payments = sandboxGateway(sandboxPaymentsTable(client, environment('SANDBOX_PAYMENTS_TABLE')));

export const handler = asStep(refundPayment(orders, payments, policy, systemClock));
