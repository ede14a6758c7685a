import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { PaymentRecords } from '../payments/sandbox-gateway.ts';
import type { PaymentRecord } from '../payments/sandbox-payment.ts';
import { isConditionFailure } from './document-client.ts';

export const sandboxPaymentsTable = (client: DynamoDBDocumentClient, table: string): PaymentRecords => ({
  async find(paymentKey) {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: { paymentKey }, ConsistentRead: true }));
    return Item as PaymentRecord | undefined;
  },

  async save(record) {
    const isNew = record.revision === 1;
    try {
      await client.send(
        new PutCommand({
          TableName: table,
          Item: { ...record },
          ConditionExpression: isNew ? 'attribute_not_exists(paymentKey)' : 'revision = :previous',
          ...(!isNew && { ExpressionAttributeValues: { ':previous': record.revision - 1 } }),
        }),
      );
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  },
});
