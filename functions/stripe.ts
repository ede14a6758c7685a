import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { stripePaymentsTable } from '../adapters/dynamodb/stripe-payments-table.ts';
import { callStripe } from '../adapters/payments/stripe-client.ts';
import { stripeGateway } from '../adapters/payments/stripe-gateway.ts';
import { type CachedSecret, cachedSecret } from '../adapters/secrets/cached-secret.ts';
import { secretReader } from '../adapters/secrets/secrets-manager.ts';
import { systemClock } from '../adapters/system.ts';
import type { PaymentGateway } from '../domain/payment.ts';
import { environment } from './environment.ts';

const secrets = new SecretsManagerClient({});

/** The environment names the secret; what it holds is read when it is used. */
export const stripeSecret = (variable: string): CachedSecret =>
  cachedSecret(secretReader(secrets, environment(variable)), systemClock);

export const stripeCalls = () =>
  callStripe(stripeSecret('STRIPE_API_KEY_SECRET_NAME'), { url: process.env.STRIPE_API_URL });

export const stripeRecords = (client: DynamoDBDocumentClient) =>
  stripePaymentsTable(client, environment('STRIPE_PAYMENTS_TABLE'));

export const stripePayments = (client: DynamoDBDocumentClient): PaymentGateway =>
  stripeGateway({ call: stripeCalls(), records: stripeRecords(client), clock: systemClock });
