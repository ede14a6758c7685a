import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Movement } from '../../domain/movement.ts';
import type { Movements } from '../../domain/ports.ts';

/** By day, and within it by order: one movement is one item, however often it is written. */
export const movementItem = (movement: Movement): Record<string, unknown> => ({
  ...movement,
  movement: `${movement.orderId}#${movement.reference}`,
});

export const movementsTable = (client: DynamoDBDocumentClient, table: string): Movements => ({
  async on(day) {
    const found: Movement[] = [];
    const query = {
      TableName: table,
      KeyConditionExpression: '#day = :day',
      ExpressionAttributeNames: { '#day': 'day' },
      ExpressionAttributeValues: { ':day': day },
      ConsistentRead: true,
    };
    for await (const { Items = [] } of paginateQuery({ client }, query)) {
      for (const { movement: _, ...item } of Items) found.push(item as Movement);
    }
    return found;
  },
});
