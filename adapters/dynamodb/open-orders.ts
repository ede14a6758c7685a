import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { OpenOrders } from '../../domain/ports.ts';

/** By the index `open`, in which an order is as long as it has the attribute of that name: to its end, and while it is refunded. */
export const openOrders = (client: DynamoDBDocumentClient, table: string): OpenOrders => ({
  async open() {
    const found: string[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'open',
          KeyConditionExpression: '#open = :yes',
          ExpressionAttributeNames: { '#open': 'open' },
          ExpressionAttributeValues: { ':yes': 'yes' },
          ExclusiveStartKey: from,
        }),
      );
      found.push(...Items.map(({ orderId }) => String(orderId)));
      from = LastEvaluatedKey;
    } while (from);
    return found;
  },
});
