import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { SeenEvents } from '../../domain/payment-notice.ts';
import type { Clock } from '../../domain/ports.ts';
import { isConditionFailure } from './document-client.ts';

const MINUTE = 60_000;
/** Stripe repeats an event for three days; a person may send one again for thirty. */
const KEPT = 35 * 86_400_000;

/** The attribute `expiresAt` (seconds since 1970) is the table's time to live. */
export function paymentEventsTable(client: DynamoDBDocumentClient, table: string, clock: Clock): SeenEvents {
  return {
    async claim(eventId) {
      const now = clock();
      try {
        await client.send(
          new UpdateCommand({
            TableName: table,
            Key: { eventId },
            UpdateExpression: 'SET claimedUntil = :until, expiresAt = :expiry',
            ConditionExpression:
              'attribute_not_exists(eventId) OR (attribute_not_exists(doneAt) AND claimedUntil <= :now)',
            ExpressionAttributeValues: {
              ':until': now + MINUTE,
              ':now': now,
              ':expiry': Math.floor((now + KEPT) / 1_000),
            },
          }),
        );
        return 'claimed';
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
      const { Item } = await client.send(new GetCommand({ TableName: table, Key: { eventId }, ConsistentRead: true }));
      return Item?.doneAt === undefined ? 'busy' : 'done';
    },

    async finish(eventId) {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: { eventId },
          UpdateExpression: 'SET doneAt = :now',
          ExpressionAttributeValues: { ':now': clock() },
        }),
      );
    },
  };
}
