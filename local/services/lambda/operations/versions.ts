import type { Caller } from '../../../aws/service.ts';
import { refuseOthers, ServiceError } from '../../../aws/service.ts';
import { describeConfiguration } from '../configuration.ts';
import type { FunctionRecord, StoredAlias, StoredRevision } from '../function-record.ts';
import { functionArn, parseReference } from '../function-record.ts';
import type { LambdaContext } from '../lambda-context.ts';
import { page } from './page.ts';

interface NameInput {
  readonly FunctionName: string;
}

interface AliasInput extends NameInput {
  readonly Name: string;
  readonly FunctionVersion?: string;
  readonly Description?: string;
  readonly RevisionId?: string;
  readonly RoutingConfig?: { readonly AdditionalVersionWeights?: Readonly<Record<string, number>> };
}

interface Published {
  readonly record: FunctionRecord;
  readonly revision: StoredRevision;
}

export function versionOperations(context: LambdaContext) {
  const { records } = context;

  function describeAlias(record: FunctionRecord, { AdditionalVersionWeights, ...alias }: StoredAlias): object {
    return {
      AliasArn: `${functionArn(record)}:${alias.Name}`,
      ...alias,
      ...(AdditionalVersionWeights && { RoutingConfig: { AdditionalVersionWeights } }),
    };
  }

  function getAlias(record: FunctionRecord, name: string): StoredAlias {
    const alias = Object.hasOwn(record.aliases, name) ? record.aliases[name] : undefined;
    if (alias) return alias;
    throw new ServiceError('ResourceNotFoundException', `Cannot find alias arn: ${functionArn(record)}:${name}`, 404, {
      Type: 'User',
    });
  }

  function putAlias(record: FunctionRecord, input: AliasInput, current?: StoredAlias): object {
    const FunctionVersion = input.FunctionVersion ?? current?.FunctionVersion ?? '$LATEST';
    const weights = input.RoutingConfig
      ? input.RoutingConfig.AdditionalVersionWeights
      : current?.AdditionalVersionWeights;
    for (const version of [FunctionVersion, ...Object.keys(weights ?? {})]) requireVersion(record, version);
    const alias: StoredAlias = {
      Name: input.Name,
      FunctionVersion,
      Description: input.Description ?? current?.Description ?? '',
      RevisionId: context.newId(),
      ...(weights && Object.keys(weights).length > 0 && { AdditionalVersionWeights: weights }),
    };
    records.put({ ...record, aliases: { ...record.aliases, [input.Name]: alias } });
    return describeAlias(record, alias);
  }

  return {
    PublishVersion(
      input: NameInput & { CodeSha256?: string; Description?: string; RevisionId?: string },
      caller: Caller,
    ) {
      refuseOthers('PublishVersion', input, ['FunctionName', 'CodeSha256', 'Description', 'RevisionId']);
      const { FunctionName, CodeSha256, Description, RevisionId } = input;
      const record = records.get(parseReference(FunctionName, undefined, caller));
      requireRevision(record.latest.revisionId, RevisionId);
      if (CodeSha256 !== undefined && CodeSha256 !== record.latest.codeSha256) {
        throw new ServiceError(
          'InvalidParameterValueException',
          `CodeSHA256 (${CodeSha256}) is different from current CodeSHA256 in $LATEST (${record.latest.codeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
        );
      }
      const published = publish(record, context, Description);
      records.put(published.record);
      return describeConfiguration(record, published.revision, `${functionArn(record)}:${published.revision.version}`);
    },

    ListVersionsByFunction(
      { FunctionName, Marker, MaxItems = 50 }: NameInput & { Marker?: string; MaxItems?: number },
      caller: Caller,
    ) {
      const record = records.get(parseReference(FunctionName, undefined, caller));
      const all = [record.latest, ...record.versions].map((revision) =>
        describeConfiguration(record, revision, `${functionArn(record)}:${revision.version}`),
      );
      const { items, next } = page(all, Marker, Math.min(MaxItems, 50));
      return { Versions: items, ...(next && { NextMarker: next }) };
    },

    CreateAlias(input: AliasInput, caller: Caller) {
      const record = records.get(parseReference(input.FunctionName, undefined, caller));
      if (Object.hasOwn(record.aliases, input.Name)) {
        throw new ServiceError(
          'ResourceConflictException',
          `Alias already exists: ${functionArn(record)}:${input.Name}`,
          409,
          { Type: 'User' },
        );
      }
      return putAlias(record, input);
    },

    UpdateAlias(input: AliasInput, caller: Caller) {
      const record = records.get(parseReference(input.FunctionName, undefined, caller));
      const current = getAlias(record, input.Name);
      requireRevision(current.RevisionId, input.RevisionId);
      return putAlias(record, input, current);
    },

    GetAlias({ FunctionName, Name }: AliasInput, caller: Caller) {
      const record = records.get(parseReference(FunctionName, undefined, caller));
      return describeAlias(record, getAlias(record, Name));
    },

    DeleteAlias({ FunctionName, Name }: AliasInput, caller: Caller) {
      const record = records.get(parseReference(FunctionName, undefined, caller));
      const { [Name]: _, ...aliases } = record.aliases;
      records.put({ ...record, aliases });
      return {};
    },

    ListAliases(
      {
        FunctionName,
        FunctionVersion,
        Marker,
        MaxItems = 50,
      }: NameInput & { FunctionVersion?: string; Marker?: string; MaxItems?: number },
      caller: Caller,
    ) {
      const record = records.get(parseReference(FunctionName, undefined, caller));
      const all = Object.values(record.aliases)
        .filter((alias) => FunctionVersion === undefined || alias.FunctionVersion === FunctionVersion)
        .map((alias) => describeAlias(record, alias));
      const { items, next } = page(all, Marker, MaxItems);
      return { Aliases: items, ...(next && { NextMarker: next }) };
    },
  };
}

/** Makes a version of `$LATEST`, unless the newest version has the same code and configuration: then that is it. */
export function publish(
  record: FunctionRecord,
  context: Pick<LambdaContext, 'clock' | 'newId'>,
  description?: string,
): Published {
  const newest = record.versions.at(-1);
  const { latest } = record;
  const configuration =
    description === undefined ? latest.configuration : { ...latest.configuration, Description: description };
  if (
    newest &&
    newest.codeHash === latest.codeHash &&
    JSON.stringify(newest.configuration) === JSON.stringify(configuration)
  ) {
    return { record, revision: newest };
  }
  const revision: StoredRevision = {
    ...latest,
    configuration,
    version: String(record.nextVersion),
    revisionId: context.newId(),
    lastModified: context.clock.now(),
  };
  return {
    record: { ...record, versions: [...record.versions, revision], nextVersion: record.nextVersion + 1 },
    revision,
  };
}

/** @throws ServiceError PreconditionFailedException if somebody else changed the function or alias meanwhile */
export function requireRevision(current: string, expected: string | undefined): void {
  if (expected === undefined || expected === current) return;
  throw new ServiceError(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    412,
    { Type: 'User' },
  );
}

function requireVersion(record: FunctionRecord, version: string): void {
  if (version === '$LATEST' || record.versions.some((candidate) => candidate.version === version)) return;
  throw new ServiceError('ResourceNotFoundException', `Function not found: ${functionArn(record)}:${version}`, 404, {
    Type: 'User',
  });
}
