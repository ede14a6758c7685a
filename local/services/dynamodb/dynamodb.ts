import { checkInput } from '../../aws/check-input.ts';
import { fromJson } from '../../aws/json-shapes.ts';
import { operationModel } from '../../aws/model.ts';
import type { Caller, Operation, Service } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import { itemOperations } from './items.ts';
import { dynamodbResources } from './resources.ts';
import { createStore, type Store } from './store.ts';
import { tableOperations, updateTableOperation } from './tables.ts';
import { deleteExpired, timeToLiveOperations } from './time-to-live.ts';
import { transactionOperations } from './transactions.ts';

export interface DynamodbOptions {
  readonly storage: Storage;
  readonly clock: Clock;
}

/**
 * DynamoDB: dynalite's validations and actions on our storage, with transactions and time to live added. What a request
 * changes is one transaction of the storage: all of it or nothing survives a crash. Blobs are base64 text, in and out.
 */
export function createDynamodb({ storage, clock }: DynamodbOptions): Service {
  const stores = new Map<string, Store>();
  const storeOf = ({ account, region }: Caller): Store => {
    const key = `${account}/${region}`;
    const store = stores.get(key) ?? createStore(storage, account, region);
    stores.set(key, store);
    return store;
  };
  const operations = {
    ...tableOperations(storage, clock, storeOf),
    ...checkedByModel(updateTableOperation(storage, clock, storeOf)),
    ...itemOperations(storage, storeOf),
    ...checkedByModel(timeToLiveOperations(storage, storeOf)),
    ...checkedByModel(transactionOperations(storage, clock, storeOf)),
  };
  /** Before each: expired items go, and what names a table by its ARN, or gives bytes, is as dynalite wants it. */
  const prepared =
    (operation: Operation): Operation =>
    (input, caller) => {
      deleteExpired(storage, clock, storeOf(caller));
      return operation(normalize(input), caller);
    };
  return {
    name: 'dynamodb',
    rawJson: true,
    checksInput: true,
    operations: Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, prepared(operation)])),
    resources: dynamodbResources(operations),
  };
}

/** What dynalite has no part in, which checks all that it has. */
const checkedByModel = (operations: Service['operations']): Service['operations'] =>
  Object.fromEntries(
    Object.entries(operations).map(([name, operation]): [string, Operation] => [
      name,
      (input, caller) => {
        fromJson(operationModel('dynamodb', name)!.input, input);
        checkInput({ name: 'dynamodb' }, name, input);
        return operation(input, caller);
      },
    ]),
  );

function normalize(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(normalize);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, name === 'TableName' ? tableName(member) : normalize(member)]),
  );
}

const tableName = (name: unknown): unknown =>
  typeof name === 'string' ? name.replace(/^arn:aws:dynamodb:[^:]*:\d*:table\//, '') : name;
