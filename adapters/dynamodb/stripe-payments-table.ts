import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { StripePaymentRecords } from '../payments/stripe-gateway.ts';
import type { StripePaymentRecord } from '../payments/stripe-payment.ts';
import { isConditionFailure } from './document-client.ts';

export function stripePaymentsTable(client: DynamoDBDocumentClient, table: string): StripePaymentRecords {
  async function find(paymentKey: string): Promise<StripePaymentRecord> {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: { paymentKey }, ConsistentRead: true }));
    return (Item as StripePaymentRecord | undefined) ?? { paymentKey };
  }

  async function set(
    paymentKey: string,
    name: keyof StripePaymentRecord,
    value: unknown,
    condition?: string,
  ): Promise<StripePaymentRecord> {
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName: table,
          Key: { paymentKey },
          UpdateExpression: 'SET #name = :value',
          ConditionExpression: condition,
          ExpressionAttributeNames: { '#name': name },
          ExpressionAttributeValues: { ':value': value },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return Attributes as StripePaymentRecord;
    } catch (error) {
      if (isConditionFailure(error)) return find(paymentKey);
      throw error;
    }
  }

  return {
    find,
    begin: (paymentKey, request) =>
      set(paymentKey, 'request', request, 'attribute_not_exists(#name) AND attribute_not_exists(voided)'),
    setIntent: (paymentKey, intentId) => set(paymentKey, 'intentId', intentId),
    markVoided: (paymentKey) => set(paymentKey, 'voided', true),
  };
}
