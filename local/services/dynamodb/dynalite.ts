// The parts of dynalite that are used, with types. Its actions and validations run on a store that we give them.
import { createRequire } from 'node:module';
import { ServiceError } from '../../aws/service.ts';

export type Item = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}

export interface IndexDescription {
  readonly IndexName: string;
  readonly KeySchema: readonly KeyElement[];
  readonly Projection: { readonly ProjectionType?: string; readonly NonKeyAttributes?: readonly string[] };
  readonly [member: string]: unknown;
}

/** A table as it is stored: what DescribeTable shows. */
export interface TableDescription {
  readonly TableName: string;
  readonly TableArn: string;
  readonly KeySchema: readonly KeyElement[];
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly GlobalSecondaryIndexes?: readonly IndexDescription[];
  readonly LocalSecondaryIndexes?: readonly IndexDescription[];
  readonly DeletionProtectionEnabled?: boolean;
  readonly [member: string]: unknown;
}

export type Callback<T = unknown> = (error: unknown, value?: T) => void;

export interface RangeOptions {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** A part of the store, in the shape of a Level database. */
export interface SubDb {
  get(key: string, callback: Callback): void;
  put(key: string, value: unknown, callback: Callback): void;
  del(key: string, callback: Callback): void;
  batch(operations: readonly { type: 'put' | 'del'; key: string; value?: unknown }[], callback: Callback): void;
  lock(key: string, work: (release: (callback: Callback) => Callback) => void): void;
  createKeyStream(options?: RangeOptions): NodeJS.ReadableStream;
  createValueStream(options?: RangeOptions): NodeJS.ReadableStream;
}

export interface DynaliteStore {
  readonly options: Readonly<Record<string, number>>;
  readonly tableDb: SubDb & { readonly awsAccountId: string; readonly awsRegion: string };
  getItemDb(table: string): SubDb;
  getIndexDb(type: string, table: string, index: string): SubDb;
  getTagDb(table: string): SubDb;
  getTable(
    name: string,
    checkStatus: boolean | Callback<TableDescription>,
    callback?: Callback<TableDescription>,
  ): void;
}

/** Parameters of an operation; the validation adds parsed expressions as `_condition` and the like. */
export type Parameters = Record<string, unknown>;

interface Validation {
  readonly types: Readonly<Record<string, unknown>>;
  readonly custom?: unknown;
}

interface IndexActions {
  readonly puts: readonly { readonly index: string; readonly key: string; readonly item: Item }[];
  readonly deletes: readonly { readonly index: string; readonly key: string }[];
}

const require = createRequire(import.meta.url);

const validations = require('dynalite/validations') as {
  checkTypes(parameters: Parameters, types: Validation['types']): Parameters;
  checkValidations(parameters: Parameters, types: Validation['types'], custom: unknown, store: DynaliteStore): void;
};

export const { createKey, validateKey, checkConditional, getIndexActions, itemSize } = require('dynalite/db') as {
  createKey(item: Item, table: TableDescription): string;
  validateKey(key: Item, table: TableDescription): unknown;
  checkConditional(parameters: Parameters, existing: Item | undefined): unknown;
  getIndexActions(
    indexes: readonly IndexDescription[],
    existing: Item | undefined,
    item: Item | undefined,
    table: TableDescription,
  ): IndexActions;
  itemSize(item: Item): number;
};

type Action = (store: DynaliteStore, parameters: Parameters, callback: Callback<object>) => void;

const fileName = (operation: string): string => operation[0]!.toLowerCase() + operation.slice(1);
const actionOf = (operation: string): Action => require(`dynalite/actions/${fileName(operation)}`);
const validationOf = (operation: string): Validation => require(`dynalite/validations/${fileName(operation)}`);

/** The parameters that dynalite knows of an operation. */
export const parameterNames = (operation: string): string[] => Object.keys(validationOf(operation).types);

/** @returns the parameters as the operation's action wants them. @throws ServiceError */
export function validate(operation: string, store: DynaliteStore, parameters: object): Parameters {
  const { types, custom } = validationOf(operation);
  checkExpressions(parameters);
  try {
    // A copy, because the check removes and adds members.
    const checked = validations.checkTypes(structuredClone(parameters) as Parameters, types);
    validations.checkValidations(checked, types, custom, store);
    return checked;
  } catch (error) {
    throw asServiceError(error);
  }
}

/** As long as DynamoDB takes, and as deep as dynalite's parser, which takes twice as long for each level, takes in no time. */
const LONGEST_EXPRESSION = 4_096;
const DEEPEST_EXPRESSION = 8;

/** @throws ServiceError for an expression that would keep the parser busy for long */
function checkExpressions(parameters: object): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (!name.endsWith('Expression') || typeof value !== 'string') continue;
    if (Buffer.byteLength(value) > LONGEST_EXPRESSION) {
      throw invalidExpression(name, 'Expression size has exceeded the maximum allowed size;');
    }
    let depth = 0;
    for (const character of value) {
      if (character === '(') depth += 1;
      if (character === ')') depth -= 1;
      if (depth > DEEPEST_EXPRESSION) {
        throw invalidExpression(name, `This local cloud takes ${DEEPEST_EXPRESSION} levels of parentheses;`);
      }
    }
  }
}

const invalidExpression = (name: string, reason: string): ServiceError =>
  new ServiceError('ValidationException', `Invalid ${name}: ${reason}`);

/** Runs an action on validated parameters. @throws ServiceError */
export async function perform(operation: string, store: DynaliteStore, parameters: Parameters): Promise<object> {
  return new Promise((resolve, reject) => {
    actionOf(operation)(store, parameters, (error, result) =>
      error ? reject(asServiceError(error)) : resolve(result || {}),
    );
  });
}

/** The same for what reads and writes single items: on our store, these are done when the call returns. */
export function performNow(operation: string, store: DynaliteStore, parameters: Parameters): object {
  let outcome: { error: unknown; result?: object } | undefined;
  actionOf(operation)(store, parameters, (error, result) => {
    outcome = { error, result };
  });
  if (!outcome) throw new Error(`${operation} did not complete at once`);
  if (outcome.error) throw asServiceError(outcome.error);
  return outcome.result || {};
}

/** dynalite's errors carry the answer's body. */
export function asServiceError(error: unknown): unknown {
  const body = (error as { body?: Record<string, string> } | null)?.body;
  if (!body) return error;
  return new ServiceError(body.__type!.replace(/^.*#/, ''), body.message ?? body.Message ?? '');
}
