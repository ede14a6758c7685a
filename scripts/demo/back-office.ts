import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListEventBusesCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListStateMachinesCommand,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';

/** A payment as the sandbox gateway remembers it. Amounts in minor units. */
export interface PaymentRecord {
  readonly paymentKey: string;
  readonly status: string;
  readonly captured: number;
  readonly refunds: Readonly<Record<string, number>>;
  /** How often each operation was called. */
  readonly calls: Readonly<Record<string, number>>;
}

/** What stack outputs name. */
export type Outputs = Readonly<Record<string, string>>;

/** Looks past the API, by AWS's own SDK: into the books, into executions, and onto the event bus. */
export class BackOffice {
  readonly #outputs: Outputs;
  readonly #tables: DynamoDBDocumentClient;
  readonly #events: EventBridgeClient;
  readonly #machines: SFNClient;

  /** @param endpoint of a local cloud, which takes any credentials; undefined: AWS, with those that its SDK finds */
  constructor(endpoint: string | undefined, region: string, outputs: Outputs) {
    const credentials = { accessKeyId: 'demo', secretAccessKey: 'demo' };
    const client = { region, ...(endpoint && { endpoint, credentials }) };
    this.#outputs = outputs;
    this.#tables = DynamoDBDocumentClient.from(new DynamoDBClient(client));
    this.#events = new EventBridgeClient(client);
    this.#machines = new SFNClient(client);
  }

  payments(): Promise<PaymentRecord[]> {
    return this.#scan<PaymentRecord>('SandboxPaymentsTableName');
  }

  async paymentsOf(orderId: string): Promise<PaymentRecord[]> {
    return (await this.payments()).filter(({ paymentKey }) => paymentKey.includes(orderId));
  }

  async countOrders(): Promise<number> {
    return (await this.#scan('OrdersTableName')).length;
  }

  async ordersBy(requestedBy: string): Promise<string[]> {
    const orders = await this.#scan<{ orderId: string; requestedBy?: string }>('OrdersTableName');
    return orders.filter((order) => order.requestedBy === requestedBy).map(({ orderId }) => orderId);
  }

  /** The states that an order's process has entered, in order. */
  async statesEntered(orderId: string): Promise<string[]> {
    return (await this.history(orderId)).flatMap(
      ({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? [],
    );
  }

  /** What an order's process has been through. */
  async history(orderId: string): Promise<HistoryEvent[]> {
    const executionArn = `${this.#outputs.ProcessOrderStateMachineArn?.replace(':stateMachine:', ':execution:')}:${orderId}`;
    const { events = [] } = await this.#machines.send(
      new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
    );
    return events;
  }

  /** Stops an order's process by hand, as somebody at the console of AWS might. */
  async stopProcessing(orderId: string): Promise<void> {
    const executions = this.#outputs.ProcessOrderStateMachineArn?.replace(':stateMachine:', ':execution:');
    await this.#machines.send(new StopExecutionCommand({ executionArn: `${executions}:${orderId}` }));
  }

  async stateMachineNames(): Promise<string[]> {
    const { stateMachines = [] } = await this.#machines.send(new ListStateMachinesCommand({}));
    return stateMachines.flatMap(({ name }) => name ?? []);
  }

  /** Hands an order in as an event, as another system of the company would. */
  async submitOrder(order: object, idempotencyKey: string): Promise<void> {
    const { EventBuses = [] } = await this.#events.send(new ListEventBusesCommand({}));
    const bus = EventBuses.find(({ Name }) => Name === this.#outputs.OrdersBusName);
    const { FailedEntryCount, Entries } = await this.#events.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: bus?.Name,
            Source: 'procurement',
            DetailType: 'OrderSubmitted',
            Detail: JSON.stringify({ idempotencyKey, order }),
          },
        ],
      }),
    );
    if (FailedEntryCount !== 0) throw new Error(`the event bus refused the order: ${JSON.stringify(Entries)}`);
  }

  async #scan<T>(output: string): Promise<T[]> {
    const { Items = [] } = await this.#tables.send(new ScanCommand({ TableName: this.#outputs[output] }));
    return Items as T[];
  }
}
