import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Storage } from '../../storage.ts';
import {
  createKey,
  type Item,
  type Parameters,
  parameterNames,
  perform,
  performNow,
  type TableDescription,
  validate,
} from './dynalite.ts';
import type { Store } from './store.ts';

const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'];
const READS = ['GetItem', 'BatchGetItem', 'Query', 'Scan'];

/** Reading and writing items: dynalite's actions. A write changes item and indexes in one transaction. */
export function itemOperations(storage: Storage, storeOf: (caller: Caller) => Store): Service['operations'] {
  const write = (operation: string) => (input: ConditionalInput, caller: Caller) => {
    const { ReturnValuesOnConditionCheckFailure: shown, ...rest } = input;
    refuseOthers(`dynamodb:${operation}`, rest, parameterNames(operation));
    const store = storeOf(caller);
    const parameters = validate(operation, store, rest);
    return storage.transaction(() => {
      const table = shown === 'ALL_OLD' ? store.tables.get(String(parameters.TableName)) : undefined;
      const existing = table && existingItem(store, table, parameters);
      try {
        return performNow(operation, store, parameters);
      } catch (error) {
        if (!existing || !(error instanceof ServiceError) || error.code !== 'ConditionalCheckFailedException')
          throw error;
        throw new ServiceError(error.code, error.message, error.statusCode, { Item: existing });
      }
    });
  };

  const read = (operation: string) => (input: object, caller: Caller) => {
    refuseOthers(`dynamodb:${operation}`, input, parameterNames(operation));
    const store = storeOf(caller);
    return perform(operation, store, validate(operation, store, input));
  };

  return Object.fromEntries([...WRITES.map((name) => [name, write(name)]), ...READS.map((name) => [name, read(name)])]);
}

interface ConditionalInput {
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE';
}

/** The item that an action is about, if its key is complete. */
export function existingItem(store: Store, table: TableDescription, parameters: Parameters): Item | undefined {
  const key = (parameters.Key ?? parameters.Item) as Item | undefined;
  const isComplete =
    key &&
    table.KeySchema.every(({ AttributeName: name }) => {
      const type = table.AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
      return type !== undefined && key[name]?.[type] !== undefined;
    });
  return isComplete ? store.items(table.TableName).get(createKey(key, table)) : undefined;
}
