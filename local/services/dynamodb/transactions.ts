import { createHash } from 'node:crypto';
import { type Caller, refuseOthers, type Service, ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import { createRemembered, type Remembered } from '../../storage/remembered.ts';
import type { Storage } from '../../storage.ts';
import {
  asServiceError,
  checkConditional,
  createKey,
  type Item,
  itemSize,
  performNow,
  type TableDescription,
  validate,
  validateKey,
} from './dynalite.ts';
import { existingItem } from './items.ts';
import type { Store } from './store.ts';

const MAX_ACTIONS = 100;
const MAX_BYTES = 4 * 1024 * 1024;
/** How long a repeated ClientRequestToken is recognised. */
const TOKEN_LIFETIME = 10 * 60_000;

type Kind = 'Put' | 'Update' | 'Delete' | 'ConditionCheck';
const OPERATIONS: Readonly<Record<Kind, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'DeleteItem',
};
const COMMON = [
  'TableName',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnValuesOnConditionCheckFailure',
];
const MEMBERS: Readonly<Record<Kind, readonly string[]>> = {
  Put: [...COMMON, 'Item'],
  Update: [...COMMON, 'Key', 'UpdateExpression'],
  Delete: [...COMMON, 'Key'],
  ConditionCheck: [...COMMON, 'Key'],
};

type Action = Readonly<Record<string, unknown>> & {
  readonly TableName: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
};

interface WriteInput {
  readonly TransactItems?: readonly Readonly<Partial<Record<Kind, Action>>>[];
  readonly ClientRequestToken?: string;
}

interface GetInput {
  readonly TransactItems?: readonly { readonly Get?: Action & { readonly Key: Item } }[];
}

interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

/** Thrown inside the storage's transaction, to undo it. */
class Cancelled extends Error {
  readonly reasons: readonly CancellationReason[];
  constructor(reasons: readonly CancellationReason[]) {
    super('cancelled');
    this.reasons = reasons;
  }
}

/**
 * `TransactWriteItems` and `TransactGetItems`, which dynalite lacks: its own actions, run inside one transaction of the
 * storage. Nothing runs between them, so no other request sees half of it and no conflict can arise.
 */
export function transactionOperations(
  storage: Storage,
  clock: Clock,
  storeOf: (caller: Caller) => Store,
): Service['operations'] {
  const tokens = createRemembered<string>(storage, 'dynamodb/transaction-tokens', clock, TOKEN_LIFETIME);

  return {
    TransactWriteItems(input: WriteInput, caller: Caller) {
      refuseOthers(
        'dynamodb:TransactWriteItems',
        input,
        ['TransactItems', 'ClientRequestToken'],
        ['ReturnConsumedCapacity', 'ReturnItemCollectionMetrics'],
      );
      const store = storeOf(caller);
      const actions = parseActions(input);
      const prepared = actions.map((action) => prepare(store, action));
      checkTogether(prepared);
      try {
        storage.transaction(() => {
          if (isRepeat(tokens, input, caller)) return;
          const reasons = prepared.map((action) => attempt(store, action));
          if (reasons.some(({ Code }) => Code !== 'None')) throw new Cancelled(reasons);
        });
      } catch (error) {
        throw error instanceof Cancelled ? cancellation(error.reasons) : error;
      }
      return {};
    },

    TransactGetItems(input: GetInput, caller: Caller) {
      refuseOthers('dynamodb:TransactGetItems', input, ['TransactItems'], ['ReturnConsumedCapacity']);
      const store = storeOf(caller);
      const { TransactItems = [] } = input;
      checkCount(TransactItems.length);
      const gets = TransactItems.map(({ Get }) => {
        if (!Get) throw invalid('TransactItems can only contain Get');
        refuseOthers('a Get of dynamodb:TransactGetItems', Get, [
          'TableName',
          'Key',
          'ProjectionExpression',
          'ExpressionAttributeNames',
        ]);
        return validate('GetItem', store, Get);
      });
      return { Responses: gets.map((get) => performNow('GetItem', store, get)) };
    },
  };
}

interface ParsedAction {
  readonly kind: Kind;
  readonly action: Action;
}

interface PreparedAction extends ParsedAction {
  readonly parameters: Record<string, unknown>;
  readonly table: TableDescription;
  /** Which item of which table: no other action may name it. */
  readonly target: string;
}

function parseActions({ TransactItems = [] }: WriteInput): ParsedAction[] {
  checkCount(TransactItems.length);
  return TransactItems.map((item) => {
    const kinds = Object.keys(item).filter((kind) => item[kind as Kind]) as Kind[];
    const [kind] = kinds;
    if (kind === undefined || kinds.length > 1) {
      throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
    }
    if (!Object.hasOwn(MEMBERS, kind)) throw invalid(`TransactItems cannot contain ${kind}`);
    const action = item[kind]!;
    refuseOthers(`a ${kind} of dynamodb:TransactWriteItems`, action, MEMBERS[kind]);
    return { kind, action };
  });
}

function checkCount(count: number): void {
  if (count >= 1 && count <= MAX_ACTIONS) return;
  const rule = count === 0 ? 'greater than or equal to 1' : `less than or equal to ${MAX_ACTIONS}`;
  throw invalid(
    `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length ${rule}`,
  );
}

function prepare(store: Store, { kind, action }: ParsedAction): PreparedAction {
  const { ReturnValuesOnConditionCheckFailure: _, ...rest } = action;
  const parameters = validate(OPERATIONS[kind], store, rest);
  const table = store.tables.get(action.TableName);
  if (!table) throw new ServiceError('ResourceNotFoundException', 'Requested resource not found');
  const key = (kind === 'Put' ? parameters.Item : parameters.Key) as Item;
  const keyOnly = Object.fromEntries(
    table.KeySchema.map(({ AttributeName }) => [AttributeName, key[AttributeName]]),
  ) as Item;
  const wrongKey = validateKey(kind === 'Put' ? keyOnly : key, table);
  if (wrongKey && kind !== 'Put') throw asServiceError(wrongKey);
  const target = wrongKey ? JSON.stringify(keyOnly) : createKey(keyOnly, table);
  return { kind, action, parameters, table, target: `${action.TableName}/${target}` };
}

function checkTogether(actions: readonly PreparedAction[]): void {
  if (new Set(actions.map(({ target }) => target)).size < actions.length) {
    throw invalid('Transaction request cannot include multiple operations on one item');
  }
  const bytes = actions.reduce((sum, { parameters }) => sum + itemSize((parameters.Item ?? parameters.Key) as Item), 0);
  if (bytes > MAX_BYTES) throw invalid('Transaction request size exceeds 4 MB');
}

/** Does one action; what it changed is undone by the caller if any reason is not None. */
function attempt(store: Store, { kind, action, parameters, table }: PreparedAction): CancellationReason {
  const existing = existingItem(store, table, parameters);
  try {
    if (kind === 'ConditionCheck') {
      const failed = checkConditional(parameters, existing);
      if (failed) throw asServiceError(failed);
    } else performNow(OPERATIONS[kind], store, parameters);
    return { Code: 'None' };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.code === 'ConditionalCheckFailedException') {
      const shown = action.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && existing;
      return { Code: 'ConditionalCheckFailed', Message: error.message, ...(shown && { Item: existing }) };
    }
    if (error.code === 'ValidationException') return { Code: 'ValidationError', Message: error.message };
    throw error;
  }
}

function cancellation(reasons: readonly CancellationReason[]): ServiceError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new ServiceError('TransactionCanceledException', message, 400, { CancellationReasons: reasons });
}

/** @returns whether this request was applied before. @throws ServiceError IdempotentParameterMismatchException */
function isRepeat(
  tokens: Remembered<string>,
  { ClientRequestToken, TransactItems }: WriteInput,
  { account, region }: Caller,
): boolean {
  if (!ClientRequestToken) return false;
  if (ClientRequestToken.length > 36) {
    throw invalid(
      `1 validation error detected: Value '${ClientRequestToken}' at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36`,
    );
  }
  const key = `${account}/${region}/${ClientRequestToken}`;
  const digest = createHash('sha256').update(JSON.stringify(TransactItems)).digest('hex');
  const known = tokens.get(key);
  if (known !== undefined && known !== digest) {
    throw new ServiceError(
      'IdempotentParameterMismatchException',
      'Idempotent parameter mismatch for client request token',
    );
  }
  if (known === undefined) tokens.put(key, digest);
  return known !== undefined;
}

const invalid = (message: string): ServiceError => new ServiceError('ValidationException', message);
