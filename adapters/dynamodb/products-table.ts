import { BatchGetCommand, type DynamoDBDocumentClient, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Catalogue, Product, ProductChange } from '../../domain/catalogue.ts';
import { isConditionFailure } from './document-client.ts';

type Item = Record<string, unknown>;

export function productsTable(client: DynamoDBDocumentClient, table: string): Catalogue {
  async function find(skus: readonly string[]): Promise<readonly Product[]> {
    const found: Product[] = [];
    let keys: Item[] = [...new Set(skus)].map((sku) => ({ sku }));
    while (keys.length > 0) {
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys: keys } } }),
      );
      found.push(...(Responses?.[table] ?? []).map(toProduct));
      keys = UnprocessedKeys?.[table]?.Keys ?? [];
    }
    return found;
  }

  async function list(): Promise<readonly Product[]> {
    const products: Product[] = [];
    let from: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new ScanCommand({ TableName: table, ExclusiveStartKey: from }),
      );
      products.push(...Items.map(toProduct));
      from = LastEvaluatedKey;
    } while (from);
    return products.sort((a, b) => (a.sku < b.sku ? -1 : 1));
  }

  async function put(sku: string, { intake, ...change }: ProductChange): Promise<Product> {
    const values = { ':name': change.name, ':prices': change.prices, ':warehouse': change.warehouse, ':zero': 0 };
    const describe =
      '#name = :name, prices = :prices, warehouse = :warehouse, ' +
      'reserved = if_not_exists(reserved, :zero), shipped = if_not_exists(shipped, :zero)';
    const write = async (update: object) => {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName: table,
          Key: { sku },
          ExpressionAttributeNames: { '#name': 'name' },
          ReturnValues: 'ALL_NEW',
          ...(update as { UpdateExpression: string }),
        }),
      );
      return toProduct(Attributes as Item);
    };
    const withoutIntake = {
      UpdateExpression: `SET ${describe}, stock = if_not_exists(stock, :zero)`,
      ExpressionAttributeValues: values,
    };
    if (!intake) return write(withoutIntake);
    try {
      return await write({
        UpdateExpression: `SET ${describe}, stock = if_not_exists(stock, :zero) + :quantity ADD intakes :intakes`,
        ConditionExpression: 'NOT contains(intakes, :intake)',
        ExpressionAttributeValues: {
          ...values,
          ':quantity': intake.quantity,
          ':intakes': new Set([intake.id]),
          ':intake': intake.id,
        },
      });
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
      return write(withoutIntake);
    }
  }

  return { find, list, put };
}

const toProduct = ({ intakes: _, ...product }: Item): Product => product as unknown as Product;
