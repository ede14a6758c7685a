import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import { pageOf } from '../../storage/page-of.ts';
import type { Storage } from '../../storage.ts';
import {
  getIndexActions,
  type IndexDescription,
  parameterNames,
  perform,
  type TableDescription,
  validate,
} from './dynalite.ts';
import type { Store } from './store.ts';

interface TableInput {
  readonly TableName?: string;
  readonly StreamSpecification?: { readonly StreamEnabled?: boolean };
  readonly DeletionProtectionEnabled?: boolean;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly [member: string]: unknown;
}

interface UpdateInput extends TableInput {
  readonly TableName: string;
  readonly AttributeDefinitions?: TableDescription['AttributeDefinitions'];
  readonly BillingMode?: string;
  readonly ProvisionedThroughput?: object;
  readonly GlobalSecondaryIndexUpdates?: readonly {
    readonly Create?: IndexDescription;
    readonly Delete?: { readonly IndexName: string };
    readonly Update?: { readonly IndexName: string; readonly ProvisionedThroughput?: object };
  }[];
}

/** Change nothing on one machine. */
const ACCEPTED = [
  'SSESpecification',
  'TableClass',
  'OnDemandThroughput',
  'WarmThroughput',
  'GlobalTableWitnessUpdates',
];

/** Tables are there, and gone, at once. */
export function tableOperations(
  storage: Storage,
  clock: Clock,
  storeOf: (caller: Caller) => Store,
): Service['operations'] {
  const passOn = (operation: string) => (input: object, caller: Caller) => {
    refuseOthers(`dynamodb:${operation}`, input, parameterNames(operation));
    const store = storeOf(caller);
    return perform(operation, store, validate(operation, store, input));
  };

  return {
    DescribeTable: passOn('DescribeTable'),
    ListTables(input: object, caller: Caller) {
      refuseOthers('dynamodb:ListTables', input, parameterNames('ListTables'));
      const store = storeOf(caller);
      const checked = validate('ListTables', store, input);
      const { Limit = 100, ExclusiveStartTableName: after } = checked as {
        Limit?: number;
        ExclusiveStartTableName?: string;
      };
      const { items, next } = pageOf(store.tables, { prefix: '', after, limit: Limit });
      return {
        TableNames: items.map(({ TableName }) => TableName),
        ...(next !== undefined && { LastEvaluatedTableName: next }),
      };
    },
    TagResource: passOn('TagResource'),
    UntagResource: passOn('UntagResource'),
    ListTagsOfResource: passOn('ListTagsOfResource'),

    async CreateTable(input: TableInput, caller: Caller) {
      const { Tags = [], DeletionProtectionEnabled = false, StreamSpecification, ...rest } = input;
      refuseStreams(StreamSpecification);
      refuseOthers('dynamodb:CreateTable', rest, parameterNames('CreateTable'), ACCEPTED);
      const store = storeOf(caller);
      const parameters = validate('CreateTable', store, rest);
      // dynalite makes a table active later, on its own time: that write is left out.
      let isOpen = true;
      const { tableDb } = store;
      const put: typeof tableDb.put = (key, value, callback) =>
        isOpen ? tableDb.put(key, value, callback) : callback(null);
      const { TableDescription: created } = (await perform(
        'CreateTable',
        { ...store, tableDb: { ...tableDb, put } },
        parameters,
      )) as {
        TableDescription: TableDescription;
      };
      isOpen = false;
      const now = clock.now() / 1000;
      const table = {
        ...created,
        CreationDateTime: now,
        TableStatus: 'ACTIVE',
        DeletionProtectionEnabled,
        ...(created.BillingModeSummary !== undefined && {
          BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST', LastUpdateToPayPerRequestDateTime: now },
        }),
        ...(created.GlobalSecondaryIndexes && { GlobalSecondaryIndexes: created.GlobalSecondaryIndexes.map(active) }),
      };
      storage.transaction(() => {
        store.tables.put(table.TableName, table);
        for (const { Key, Value } of Tags) store.tags(table.TableName).put(Key, Value);
      });
      return { TableDescription: table };
    },

    DeleteTable(input: { readonly TableName: string }, caller: Caller) {
      const store = storeOf(caller);
      validate('DeleteTable', store, input);
      const table = findTable(store, input.TableName);
      if (table.DeletionProtectionEnabled) {
        throw new ServiceError(
          'ValidationException',
          `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`,
        );
      }
      storage.transaction(() => {
        const name = table.TableName;
        const indexes = [
          ...(table.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => store.index('global', name, IndexName)),
          ...(table.LocalSecondaryIndexes ?? []).map(({ IndexName }) => store.index('local', name, IndexName)),
        ];
        for (const part of [store.items(name), store.tags(name), store.expiries(name), ...indexes]) {
          for (const [key] of part.entries()) part.delete(key);
        }
        store.timeToLive.delete(name);
        store.tables.delete(name);
      });
      return { TableDescription: { ...table, TableStatus: 'DELETING' } };
    },
  };
}

export const updateTableOperation = (
  storage: Storage,
  clock: Clock,
  storeOf: (caller: Caller) => Store,
): Service['operations'] => ({
  UpdateTable(input: UpdateInput, caller: Caller) {
    const supported = [
      'TableName',
      'AttributeDefinitions',
      'BillingMode',
      'ProvisionedThroughput',
      'GlobalSecondaryIndexUpdates',
      'DeletionProtectionEnabled',
      'StreamSpecification',
    ];
    refuseOthers('dynamodb:UpdateTable', input, supported, ACCEPTED);
    refuseStreams(input.StreamSpecification);
    const store = storeOf(caller);
    return storage.transaction(() => {
      let table = withSettings(findTable(store, input.TableName), input, clock.now() / 1000);
      for (const update of input.GlobalSecondaryIndexUpdates ?? []) table = withIndex(store, table, update);
      store.tables.put(table.TableName, table);
      return { TableDescription: table };
    });
  },
});

export function findTable(store: Store, name: string): TableDescription {
  const table = store.tables.get(name);
  if (!table)
    throw new ServiceError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
  return table;
}

function refuseStreams(specification: TableInput['StreamSpecification']): void {
  if (!specification || specification.StreamEnabled === false) return;
  throw new ServiceError(
    'UnsupportedParameterException',
    'This local cloud does not support StreamSpecification of DynamoDB tables.',
  );
}

const active = (index: IndexDescription): IndexDescription => ({ ...index, IndexStatus: 'ACTIVE' });

function withSettings(table: TableDescription, input: UpdateInput, now: number): TableDescription {
  const onDemand = { BillingMode: 'PAY_PER_REQUEST', LastUpdateToPayPerRequestDateTime: now };
  return {
    ...table,
    ...(input.AttributeDefinitions && { AttributeDefinitions: mergeDefinitions(table, input.AttributeDefinitions) }),
    ...(input.DeletionProtectionEnabled !== undefined && {
      DeletionProtectionEnabled: input.DeletionProtectionEnabled,
    }),
    ...(input.BillingMode && {
      BillingModeSummary: input.BillingMode === 'PAY_PER_REQUEST' ? onDemand : { BillingMode: input.BillingMode },
    }),
    ...(input.ProvisionedThroughput && {
      ProvisionedThroughput: { NumberOfDecreasesToday: 0, ...input.ProvisionedThroughput },
    }),
  };
}

function mergeDefinitions({ AttributeDefinitions }: TableDescription, more: TableDescription['AttributeDefinitions']) {
  const kept = AttributeDefinitions.filter(
    (one) => !more.some(({ AttributeName }) => AttributeName === one.AttributeName),
  );
  return [...kept, ...more];
}

type IndexUpdate = NonNullable<UpdateInput['GlobalSecondaryIndexUpdates']>[number];

function withIndex(store: Store, table: TableDescription, { Create, Delete, Update }: IndexUpdate): TableDescription {
  const indexes = table.GlobalSecondaryIndexes ?? [];
  const named = Create ?? Delete ?? Update;
  if (!named)
    throw new ServiceError(
      'ValidationException',
      'One or more parameter values were invalid: Only one global secondary index update per index is allowed simultaneously.',
    );
  const exists = indexes.some(({ IndexName }) => IndexName === named.IndexName);
  if (Create && exists) {
    throw new ServiceError(
      'ValidationException',
      `One or more parameter values were invalid: Duplicate index name: ${named.IndexName}`,
    );
  }
  if (!Create && !exists) throw new ServiceError('ResourceNotFoundException', 'Requested resource not found');
  const index = store.index('global', table.TableName, named.IndexName);
  if (Create) {
    const created = active({
      ...Create,
      IndexArn: `${table.TableArn}/index/${Create.IndexName}`,
      IndexSizeBytes: 0,
      ItemCount: 0,
    });
    for (const [, item] of store.items(table.TableName).entries()) {
      for (const put of getIndexActions([created], undefined, item, table).puts) index.put(put.key, put.item);
    }
    return { ...table, GlobalSecondaryIndexes: [...indexes, created] };
  }
  if (Update) {
    const { ProvisionedThroughput } = Update;
    return {
      ...table,
      GlobalSecondaryIndexes: indexes.map((one) =>
        one.IndexName === named.IndexName ? { ...one, ProvisionedThroughput } : one,
      ),
    };
  }
  for (const [key] of index.entries()) index.delete(key);
  return { ...table, GlobalSecondaryIndexes: indexes.filter(({ IndexName }) => IndexName !== named.IndexName) };
}
