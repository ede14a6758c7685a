import { readFileSync } from 'node:fs';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { parse } from 'yaml';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { createEndpoint } from '../../local/aws/endpoint.ts';
import { createManualClock } from '../../local/manual-clock.ts';
import { createDynamodb } from '../../local/services/dynamodb/dynamodb.ts';
import { openStorage } from '../../local/storage/open-storage.ts';
import { directClients } from './direct-clients.ts';

const TABLES = [
  'Orders',
  'Products',
  'Reservations',
  'Approvals',
  'ApprovalAudit',
  'SandboxPayments',
  'Movements',
  'StripePayments',
  'PaymentEvents',
] as const;

interface Resource {
  readonly Properties: Pick<
    CreateTableCommandInput,
    'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes' | 'BillingMode'
  >;
}

export interface LocalTables {
  readonly client: DynamoDBClient;
  readonly documents: DynamoDBDocumentClient;
  /** Creates the tables anew, as they are deployed. @returns their names by what they hold */
  create(): Promise<Readonly<Record<(typeof TABLES)[number], string>>>;
  close(): Promise<void>;
}

/** DynamoDB of the local cloud, reached by the real client, with the keys and indexes of infra/tables.yml. */
export async function localTables(): Promise<LocalTables> {
  const storage = openStorage();
  const service = createDynamodb({ storage, clock: manualClock() });
  const endpoint = await createEndpoint({ services: [service] });
  const client = new DynamoDBClient({
    endpoint: endpoint.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  return tablesOf({
    client,
    documents: documentClient(client),
    async close() {
      client.destroy();
      await endpoint.close();
      storage.close();
    },
  });
}

/** The same tables without the way over HTTP, for thousands of orders: see `directClients`. */
export function directTables(): LocalTables {
  const storage = openStorage();
  const clients = directClients(createDynamodb({ storage, clock: manualClock() }));
  return tablesOf({ ...clients, close: async () => storage.close() });
}

const manualClock = () => createManualClock(Date.UTC(2026, 10, 22));

function tablesOf({ client, documents, close }: Omit<LocalTables, 'create'>): LocalTables {
  const text = readFileSync(new URL('../../infra/tables.yml', import.meta.url), 'utf8');
  // References of CloudFormation are not resolved: nothing that is read here has any.
  const { Resources } = parse(text, { logLevel: 'silent' }) as { Resources: Record<string, Resource> };
  let generation = 0;
  return {
    ...{ client, documents, close },
    async create() {
      generation += 1;
      const names = {} as Record<(typeof TABLES)[number], string>;
      for (const table of TABLES) {
        const properties = Resources[`${table}Table`]?.Properties;
        if (!properties) throw new Error(`infra/tables.yml has no ${table}Table`);
        const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = properties;
        names[table] = `${table}-${generation}`;
        await client.send(
          new CreateTableCommand({
            TableName: names[table],
            AttributeDefinitions,
            KeySchema,
            GlobalSecondaryIndexes,
            BillingMode: 'PAY_PER_REQUEST',
          }),
        );
      }
      return names;
    },
  };
}
