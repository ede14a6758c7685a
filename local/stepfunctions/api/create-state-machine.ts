import { isDeepStrictEqual } from 'node:util';
import type { Caller, Operation } from '../../aws/service.ts';
import type { ApiContext } from './api-context.ts';
import { checkName, machineArn } from './arns.ts';
import { ENCRYPTION, encryptionOf, LOGGING, loggingOf, TAGS, TRACING } from './configuration.ts';
import { boolean, NAME, oneOf, required, text, validate } from './constraints.ts';
import { checkedDefinition } from './definitions.ts';
import { machineDeleting, machineExists, validationError } from './errors.ts';
import { machineRecord } from './find-machine.ts';
import { date } from './paging.ts';
import { publishVersion } from './publish-version.ts';
import type { Configuration, EncryptionRecord, LoggingRecord, MachineRecord, Tag } from './records.ts';
import { revisionKey, versionKey } from './records.ts';
import { checkRole } from './roles.ts';
import { merged } from './tags.ts';

interface CreateInput {
  readonly name: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly type?: 'STANDARD' | 'EXPRESS';
  readonly loggingConfiguration?: Partial<LoggingRecord>;
  readonly tracingConfiguration?: { readonly enabled?: boolean };
  readonly encryptionConfiguration?: EncryptionRecord;
  readonly publish?: boolean;
  readonly versionDescription?: string;
  readonly tags?: readonly Tag[];
}

export const createStateMachine =
  (api: ApiContext): Operation =>
  (input: CreateInput, caller) => {
    validate(input, {
      name: required(NAME),
      definition: required(text({ min: 1, max: 1_048_576 })),
      roleArn: required(text({ min: 1, max: 256 })),
      type: oneOf('STANDARD', 'EXPRESS'),
      loggingConfiguration: LOGGING,
      tracingConfiguration: TRACING,
      encryptionConfiguration: ENCRYPTION,
      publish: boolean,
      versionDescription: text({ max: 256 }),
      tags: TAGS,
    });
    checkName(input.name);
    checkRole(input.roleArn);
    if (input.versionDescription !== undefined && !input.publish)
      throw validationError('Version description can only be set when publish is true');
    return api.exclusively(() => create(input, api, caller));
  };

async function create(input: CreateInput, api: ApiContext, caller: Caller): Promise<object> {
  const type = input.type ?? 'STANDARD';
  checkedDefinition(input.definition, type, api.tasks);
  const configuration: Configuration = {
    definition: input.definition,
    roleArn: input.roleArn,
    logging: await loggingOf(input.loggingConfiguration, api, caller),
    tracing: input.tracingConfiguration?.enabled ?? false,
    encryption: encryptionOf(input.encryptionConfiguration),
  };
  const arn = machineArn(caller, input.name);
  const existing = machineRecord(arn, api);
  if (existing?.deleting) throw machineDeleting(arn);
  if (existing) return existingAnswer(existing, input, configuration, api);
  const now = api.clock.now();
  const machine: MachineRecord = {
    arn,
    name: input.name,
    type,
    createdAt: now,
    updatedAt: now,
    configuration,
    lastVersion: 0,
  };
  const tags = merged([], input.tags ?? [], arn);
  return api.storage.transaction(() => {
    api.records.machines.put(arn, machine);
    api.records.revisions.put(revisionKey(arn, undefined), { configuration, updatedAt: now });
    if (tags.length > 0) api.records.tags.put(arn, tags);
    const version = input.publish ? publishVersion(machine, input.versionDescription, api) : undefined;
    return { stateMachineArn: arn, creationDate: date(now), ...(version && { stateMachineVersionArn: version.arn }) };
  });
}

/** The same request again gets the same answer; a different role or different tags do not count, nor do they take effect. */
function existingAnswer(
  existing: MachineRecord,
  input: CreateInput,
  configuration: Configuration,
  api: ApiContext,
): object {
  const first = api.records.versions.get(versionKey(existing.arn, 1));
  const same =
    existing.type === (input.type ?? 'STANDARD') &&
    isDeepStrictEqual({ ...configuration, roleArn: '' }, { ...existing.configuration, roleArn: '' }) &&
    (!input.publish || (first !== undefined && first.description === input.versionDescription));
  if (!same) throw machineExists(existing.arn);
  return {
    stateMachineArn: existing.arn,
    creationDate: date(existing.createdAt),
    ...(input.publish && first && { stateMachineVersionArn: first.arn }),
  };
}
