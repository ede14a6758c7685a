import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListEventBusesCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';

/** A payment as the sandbox gateway remembers it. Amounts in minor units. */
export interface PaymentRecord {
  readonly paymentKey: string;
  readonly status: string;
  readonly captured: number;
  readonly refunds: Readonly<Record<string, number>>;
  readonly calls: Readonly<Record<string, number>>;
}

/** Looks past the API, by AWS's own SDK: into the books, and onto the event bus. */
export class BackOffice {
  readonly #tables: DynamoDBDocumentClient;
  readonly #events: EventBridgeClient;
  readonly #prefix: string;

  /** @param prefix of names and tables: service and stage */
  constructor(endpoint: string, region: string, prefix = 'countersign-dev') {
    const client = { endpoint, region, credentials: { accessKeyId: 'demo', secretAccessKey: 'demo' } };
    this.#tables = DynamoDBDocumentClient.from(new DynamoDBClient(client));
    this.#events = new EventBridgeClient(client);
    this.#prefix = prefix;
  }

  async payments(table: string): Promise<PaymentRecord[]> {
    return this.#scan<PaymentRecord>(table);
  }

  async ordersBy(table: string, requestedBy: string): Promise<string[]> {
    const orders = await this.#scan<{ orderId: string; requestedBy?: string }>(table);
    return orders.filter((order) => order.requestedBy === requestedBy).map(({ orderId }) => orderId);
  }

  /** Hands an order in as an event, as another system of the company would. */
  async submitOrder(order: object, idempotencyKey: string): Promise<void> {
    const { EventBuses = [] } = await this.#events.send(new ListEventBusesCommand({ NamePrefix: this.#prefix }));
    const { FailedEntryCount, Entries } = await this.#events.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: EventBuses[0]?.Name,
            Source: 'procurement',
            DetailType: 'OrderSubmitted',
            Detail: JSON.stringify({ idempotencyKey, order }),
          },
        ],
      }),
    );
    if (FailedEntryCount !== 0) throw new Error(`the event bus refused the order: ${JSON.stringify(Entries)}`);
  }

  async #scan<T>(table: string): Promise<T[]> {
    const { Items = [] } = await this.#tables.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
    return Items as T[];
  }
}
