import { SNSClient } from '@aws-sdk/client-sns';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { ordersTable } from '../../adapters/dynamodb/orders-table.ts';
import { paymentEventsTable } from '../../adapters/dynamodb/payment-events-table.ts';
import { stripeEvents } from '../../adapters/payments/stripe-event.ts';
import { stripeNotices } from '../../adapters/payments/stripe-notices.ts';
import { operationsTopic } from '../../adapters/sns/operations-topic.ts';
import { systemClock } from '../../adapters/system.ts';
import { internal, notFound } from '../../domain/problem.ts';
import { asEndpoint } from '../as-endpoint.ts';
import { environment } from '../environment.ts';
import { stripeCalls, stripeRecords, stripeSecret } from '../stripe.ts';
import { problem } from '../web/json-response.ts';
import { stripeWebhook } from './stripe-webhook.ts';

const client = documentClient();

const webhook = stripeWebhook({
  verify: stripeEvents(stripeSecret('STRIPE_WEBHOOK_SECRET_NAME'), systemClock),
  noticesOf: stripeNotices({ call: stripeCalls(), records: stripeRecords(client) }),
  seen: paymentEventsTable(client, environment('PAYMENT_EVENTS_TABLE'), systemClock),
  orders: ordersTable(client, environment('ORDERS_TABLE')),
  operators: operationsTopic(new SNSClient({}), environment('OPERATIONS_TOPIC_ARN')),
});

/** A stage that isn't paid by Stripe has nothing to hear from it. */
const isPaidByStripe = environment('PAYMENTS') === 'stripe';

export const handler = asEndpoint(
  async (event) => (isPaidByStripe ? webhook(event) : problem(notFound('webhook'))),
  () => problem(internal),
);
