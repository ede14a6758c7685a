import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { sandboxPaymentsTable } from '../adapters/dynamodb/sandbox-payments-table.ts';
import { sandboxGateway } from '../adapters/payments/sandbox-gateway.ts';
import type { PaymentGateway } from '../domain/payment.ts';
import { environment } from './environment.ts';

/** The gateway of this stage. Stripe's library is loaded only where it is used: a sandbox starts without it. */
export async function paymentGateway(client: DynamoDBDocumentClient): Promise<PaymentGateway> {
  const chosen = environment('PAYMENTS');
  if (chosen === 'sandbox') {
    return sandboxGateway(sandboxPaymentsTable(client, environment('SANDBOX_PAYMENTS_TABLE')));
  }
  if (chosen === 'stripe') return (await import('./stripe.ts')).stripePayments(client);
  throw new Error(`PAYMENTS is ${chosen}, neither sandbox nor stripe.`);
}
