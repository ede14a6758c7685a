import type { Caller } from '../../../aws/service.ts';
import { refuseOthers, ServiceError } from '../../../aws/service.ts';
import type { ConfigurationInput } from '../configuration.ts';
import { configure, describeConfiguration } from '../configuration.ts';
import type { FunctionRecord, StoredRevision } from '../function-record.ts';
import { functionArn, parseReference, qualifiedArn, revisionOf } from '../function-record.ts';
import type { LambdaContext } from '../lambda-context.ts';
import type { CodeInput } from './code-input.ts';
import { codeMembers, zipOf } from './code-input.ts';
import { page } from './page.ts';
import { publish, requireRevision } from './versions.ts';

interface CreateFunctionInput extends ConfigurationInput {
  readonly FunctionName: string;
  readonly Code: CodeInput;
  readonly Publish?: boolean;
  readonly Tags?: Readonly<Record<string, string>>;
}

interface NameInput {
  readonly FunctionName: string;
  readonly Qualifier?: string;
}

const CONFIGURATION = [
  'Runtime',
  'Handler',
  'Role',
  'Description',
  'Timeout',
  'MemorySize',
  'Environment',
  'LoggingConfig',
  'DeadLetterConfig',
  'TracingConfig',
  'EphemeralStorage',
  'Architectures',
  'PackageType',
  'Layers',
  'FileSystemConfigs',
  'ImageConfig',
];
/** Networks and keys mean nothing on one machine; SnapStart is only about how fast a function starts. */
const ACCEPTED = ['VpcConfig', 'KMSKeyArn', 'SnapStart', 'CodeSigningConfigArn'];

export function functionOperations(context: LambdaContext) {
  const { records, clock, runner, code } = context;

  /** Stores a new state of `$LATEST`. */
  function revise(record: FunctionRecord, change: Partial<StoredRevision>): FunctionRecord {
    const latest: StoredRevision = {
      ...record.latest,
      ...change,
      lastModified: clock.now(),
      revisionId: context.newId(),
    };
    const revised = { ...record, latest };
    records.put(revised);
    runner.retire(functionArn(record), '$LATEST');
    return revised;
  }

  const answer = (
    record: FunctionRecord,
    revision: StoredRevision,
    isQualified = revision.version !== '$LATEST',
  ): object =>
    describeConfiguration(
      record,
      revision,
      isQualified ? `${functionArn(record)}:${revision.version}` : functionArn(record),
    );

  function publishIf(wanted: boolean | undefined, record: FunctionRecord): object {
    if (!wanted) return answer(record, record.latest);
    const published = publish(record, context);
    records.put(published.record);
    return answer(published.record, published.revision);
  }

  return {
    async CreateFunction(input: CreateFunctionInput, caller: Caller) {
      refuseOthers('the Code of CreateFunction', input.Code, ['S3Bucket', 'S3Key', 'ZipFile']);
      refuseOthers('CreateFunction', input, ['FunctionName', 'Code', 'Publish', 'Tags', ...CONFIGURATION], ACCEPTED);
      const reference = parseReference(input.FunctionName, undefined, caller);
      if (records.find(reference)) {
        throw new ServiceError('ResourceConflictException', `Function already exist: ${reference.name}`, 409, {
          Type: 'User',
        });
      }
      const configuration = configure(reference.name, input);
      const stored = code.put(await zipOf(input.Code, context, caller));
      const record: FunctionRecord = {
        name: reference.name,
        account: reference.account,
        region: reference.region,
        latest: {
          version: '$LATEST',
          revisionId: context.newId(),
          lastModified: clock.now(),
          ...codeMembers(stored),
          configuration,
        },
        versions: [],
        nextVersion: 1,
        aliases: {},
        policies: {},
        eventInvokeConfigs: {},
        tags: input.Tags ?? {},
      };
      records.put(record);
      return publishIf(input.Publish, record);
    },

    async UpdateFunctionCode(
      input: CodeInput & { FunctionName: string; Publish?: boolean; DryRun?: boolean; Architectures?: string[] },
      caller: Caller,
    ) {
      refuseOthers('UpdateFunctionCode', input, [
        'FunctionName',
        'ZipFile',
        'S3Bucket',
        'S3Key',
        'Publish',
        'DryRun',
        'Architectures',
      ]);
      const record = records.get(parseReference(input.FunctionName, undefined, caller));
      const stored = code.put(await zipOf(input, context, caller));
      if (input.DryRun) return answer(record, { ...record.latest, ...codeMembers(stored) });
      return publishIf(input.Publish, revise(record, codeMembers(stored)));
    },

    UpdateFunctionConfiguration(
      input: ConfigurationInput & { FunctionName: string; RevisionId?: string },
      caller: Caller,
    ) {
      refuseOthers('UpdateFunctionConfiguration', input, ['FunctionName', 'RevisionId', ...CONFIGURATION], ACCEPTED);
      const record = records.get(parseReference(input.FunctionName, undefined, caller));
      requireRevision(record.latest.revisionId, input.RevisionId);
      const revised = revise(record, { configuration: configure(record.name, input, record.latest.configuration) });
      return answer(revised, revised.latest);
    },

    GetFunctionConfiguration({ FunctionName, Qualifier }: NameInput, caller: Caller) {
      const reference = parseReference(FunctionName, Qualifier, caller);
      const record = records.get(reference);
      return describeConfiguration(record, revisionOf(record, reference, 1), qualifiedArn(reference));
    },

    GetFunction({ FunctionName, Qualifier }: NameInput, caller: Caller) {
      const reference = parseReference(FunctionName, Qualifier, caller);
      const record = records.get(reference);
      const revision = revisionOf(record, reference, 1);
      return {
        Configuration: describeConfiguration(record, revision, qualifiedArn(reference)),
        Code: {
          RepositoryType: 'S3',
          Location: `${caller.endpoint ?? 'local:'}/_lambda/code/${revision.codeHash}.zip`,
        },
        ...(Object.keys(record.tags).length > 0 && { Tags: record.tags }),
        ...(record.reservedConcurrency !== undefined && {
          Concurrency: { ReservedConcurrentExecutions: record.reservedConcurrency },
        }),
      };
    },

    DeleteFunction({ FunctionName, Qualifier }: NameInput, caller: Caller) {
      const reference = parseReference(FunctionName, Qualifier, caller);
      const record = records.get(reference);
      if (reference.qualifier === undefined) {
        records.delete(reference);
        runner.retire(functionArn(record));
        return {};
      }
      if (reference.qualifier === '$LATEST') {
        throw new ServiceError(
          'InvalidParameterValueException',
          '$LATEST version cannot be deleted without deleting the function.',
        );
      }
      records.put({ ...record, versions: record.versions.filter(({ version }) => version !== reference.qualifier) });
      runner.retire(functionArn(record), reference.qualifier);
      return {};
    },

    ListFunctions(input: { FunctionVersion?: 'ALL'; Marker?: string; MaxItems?: number }, caller: Caller) {
      refuseOthers('ListFunctions', input, ['FunctionVersion', 'Marker', 'MaxItems']);
      const { FunctionVersion, Marker, MaxItems = 50 } = input;
      const all = records
        .list(caller)
        .flatMap((record) => [
          answer(record, record.latest, FunctionVersion === 'ALL'),
          ...(FunctionVersion === 'ALL' ? record.versions.map((revision) => answer(record, revision)) : []),
        ]);
      const { items, next } = page(all, Marker, Math.min(MaxItems, 50));
      return { Functions: items, ...(next && { NextMarker: next }) };
    },

    PutFunctionConcurrency(
      { FunctionName, ReservedConcurrentExecutions }: NameInput & { ReservedConcurrentExecutions: number },
      caller: Caller,
    ) {
      const record = records.get(parseReference(FunctionName, undefined, caller));
      records.put({ ...record, reservedConcurrency: ReservedConcurrentExecutions });
      return { ReservedConcurrentExecutions };
    },

    GetFunctionConcurrency({ FunctionName }: NameInput, caller: Caller) {
      const { reservedConcurrency } = records.get(parseReference(FunctionName, undefined, caller));
      return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
    },

    DeleteFunctionConcurrency({ FunctionName }: NameInput, caller: Caller) {
      const { reservedConcurrency: _, ...record } = records.get(parseReference(FunctionName, undefined, caller));
      records.put(record);
      return {};
    },

    ListTags({ Resource }: { Resource: string }, caller: Caller) {
      return { Tags: records.get(parseReference(Resource, undefined, caller)).tags };
    },

    TagResource({ Resource, Tags }: { Resource: string; Tags: Record<string, string> }, caller: Caller) {
      const record = records.get(parseReference(Resource, undefined, caller));
      records.put({ ...record, tags: { ...record.tags, ...Tags } });
      return {};
    },

    UntagResource({ Resource, TagKeys }: { Resource: string; TagKeys: string[] }, caller: Caller) {
      const record = records.get(parseReference(Resource, undefined, caller));
      records.put({
        ...record,
        tags: Object.fromEntries(Object.entries(record.tags).filter(([key]) => !TagKeys.includes(key))),
      });
      return {};
    },
  };
}
