import type { Caller } from '../../aws/service.ts';
import { ServiceError } from '../../aws/service.ts';
import type { Storage, Table } from '../../storage.ts';
import type { FunctionRevision } from './runner.ts';

/** One state of a function: `$LATEST`, or a published version. */
export interface StoredRevision {
  readonly version: string;
  readonly revisionId: string;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
  readonly codeHash: string;
  readonly codeSha256: string;
  readonly codeSize: number;
  readonly configuration: FunctionConfiguration;
}

/** What CreateFunction and UpdateFunctionConfiguration set, with AWS's member names. */
export interface FunctionConfiguration {
  readonly Runtime: string;
  readonly Handler: string;
  readonly Role: string;
  readonly Description: string;
  readonly Timeout: number;
  readonly MemorySize: number;
  readonly Environment: Readonly<Record<string, string>>;
  readonly LogGroup: string;
  readonly LogFormat: 'Text' | 'JSON';
  readonly DeadLetterTargetArn?: string;
  readonly TracingMode: string;
  readonly EphemeralStorageSize: number;
  readonly Architectures: readonly string[];
}

export interface StoredAlias {
  readonly Name: string;
  readonly FunctionVersion: string;
  readonly Description: string;
  readonly RevisionId: string;
  /** Weights of further versions. */
  readonly AdditionalVersionWeights?: Readonly<Record<string, number>>;
}

export interface StoredEventInvokeConfig {
  readonly LastModified: number;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
  readonly OnSuccess?: string;
  readonly OnFailure?: string;
}

export interface FunctionRecord {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly latest: StoredRevision;
  /** The oldest first. */
  readonly versions: readonly StoredRevision[];
  readonly nextVersion: number;
  readonly aliases: Readonly<Record<string, StoredAlias>>;
  /** Statements of the resource policy, by qualifier (empty for none) and statement id. */
  readonly policies: Readonly<Record<string, Readonly<Record<string, object>>>>;
  /** By qualifier, `$LATEST` for none. */
  readonly eventInvokeConfigs: Readonly<Record<string, StoredEventInvokeConfig>>;
  readonly reservedConcurrency?: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** A function as a caller named it. */
export interface FunctionReference {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** A version, an alias or `$LATEST`. */
  readonly qualifier?: string;
}

const REFERENCE =
  /^(?:arn:[a-z-]+:lambda:(?<region>[a-z0-9-]+):(?<arnAccount>\d{12}):function:|(?<account>\d{12}):function:|function:)?(?<name>[A-Za-z0-9_-]{1,140})(?::(?<qualifier>\$LATEST|[A-Za-z0-9_-]+))?$/;

/**
 * @param functionName a name, a partial or a whole ARN, each with or without qualifier
 * @throws ServiceError ValidationException
 */
export function parseReference(
  functionName: unknown,
  qualifier: string | undefined,
  caller: Caller,
): FunctionReference {
  const groups = typeof functionName === 'string' ? REFERENCE.exec(functionName)?.groups : undefined;
  if (!groups) {
    throw new ServiceError(
      'ValidationException',
      `1 validation error detected: Value '${String(functionName)}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`,
    );
  }
  if (groups.qualifier && qualifier && groups.qualifier !== qualifier) {
    throw new ServiceError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  const given = qualifier ?? groups.qualifier;
  return {
    account: groups.arnAccount ?? groups.account ?? caller.account,
    region: groups.region ?? caller.region,
    name: groups.name!,
    ...(given !== undefined && { qualifier: given }),
  };
}

export const functionArn = ({
  region,
  account,
  name,
}: Pick<FunctionReference, 'region' | 'account' | 'name'>): string =>
  `arn:aws:lambda:${region}:${account}:function:${name}`;

export const qualifiedArn = (reference: FunctionReference): string =>
  reference.qualifier === undefined ? functionArn(reference) : `${functionArn(reference)}:${reference.qualifier}`;

export const functionNotFound = (arn: string): ServiceError =>
  new ServiceError('ResourceNotFoundException', `Function not found: ${arn}`, 404, { Type: 'User' });

/** All functions, by account, region and name. */
export class FunctionRecords {
  readonly #table: Table<FunctionRecord>;

  constructor(storage: Storage) {
    this.#table = storage.table('lambda-functions');
  }

  find(reference: FunctionReference): FunctionRecord | undefined {
    return this.#table.get(keyOf(reference));
  }

  /** @throws ServiceError ResourceNotFoundException */
  get(reference: FunctionReference): FunctionRecord {
    const record = this.find(reference);
    if (!record) throw functionNotFound(qualifiedArn(reference));
    return record;
  }

  put(record: FunctionRecord): void {
    this.#table.put(keyOf(record), record);
  }

  delete(reference: FunctionReference): void {
    this.#table.delete(keyOf(reference));
  }

  list({ account, region }: Caller): FunctionRecord[] {
    return [...this.#table.entries(`${account}/${region}/`)].map(([, record]) => record);
  }
}

const keyOf = ({ account, region, name }: Pick<FunctionReference, 'account' | 'region' | 'name'>): string =>
  `${account}/${region}/${name}`;

/**
 * The revision that a qualifier means; an alias with weights draws one.
 * @param dice a number in [0, 1)
 * @throws ServiceError ResourceNotFoundException
 */
export function revisionOf(record: FunctionRecord, reference: FunctionReference, dice: number): StoredRevision {
  const { qualifier = '$LATEST' } = reference;
  if (qualifier === '$LATEST') return record.latest;
  const alias = record.aliases[qualifier];
  const version = alias ? drawVersion(alias, dice) : qualifier;
  const revision = record.versions.find((candidate) => candidate.version === version);
  if (!revision) throw functionNotFound(qualifiedArn(reference));
  return revision;
}

function drawVersion({ FunctionVersion, AdditionalVersionWeights = {} }: StoredAlias, dice: number): string {
  let sum = 0;
  for (const [version, weight] of Object.entries(AdditionalVersionWeights)) {
    sum += weight;
    if (dice < sum) return version;
  }
  return FunctionVersion;
}

/** What a runner needs of a stored revision. */
export function runnable(
  record: FunctionRecord,
  { version, revisionId, codeHash, configuration }: StoredRevision,
): FunctionRevision {
  const { reservedConcurrency } = record;
  return {
    functionArn: functionArn(record),
    functionName: record.name,
    version,
    revisionId,
    codeHash,
    runtime: configuration.Runtime,
    handler: configuration.Handler,
    role: configuration.Role,
    environment: configuration.Environment,
    memorySize: configuration.MemorySize,
    timeout: configuration.Timeout,
    logGroup: configuration.LogGroup,
    logFormat: configuration.LogFormat,
    ...(reservedConcurrency !== undefined && { reservedConcurrency }),
  };
}
