import { isDeepStrictEqual } from 'node:util';
import { type Caller, type Operation, ServiceError } from '../../aws/service.ts';
import type { ApiContext } from './api-context.ts';
import { refuseLabel } from './arns.ts';
import { ENCRYPTION, encryptionOf, LOGGING, loggingOf, TRACING } from './configuration.ts';
import { ARN, boolean, required, text, validate } from './constraints.ts';
import { checkedDefinition } from './definitions.ts';
import { machineDeleting, noSuchMachine, validationError } from './errors.ts';
import { findMachine } from './find-machine.ts';
import { date } from './paging.ts';
import { publishVersion } from './publish-version.ts';
import {
  type Configuration,
  type EncryptionRecord,
  type LoggingRecord,
  type MachineRecord,
  revisionKey,
} from './records.ts';
import { checkRole } from './roles.ts';

interface UpdateInput {
  readonly stateMachineArn: string;
  readonly definition?: string;
  readonly roleArn?: string;
  readonly loggingConfiguration?: Partial<LoggingRecord>;
  readonly tracingConfiguration?: { readonly enabled?: boolean };
  readonly encryptionConfiguration?: EncryptionRecord;
  readonly publish?: boolean;
  readonly versionDescription?: string;
}

export const updateStateMachine =
  (api: ApiContext): Operation =>
  (input: UpdateInput, caller) => {
    validate(input, {
      stateMachineArn: required(ARN),
      definition: text({ min: 1, max: 1_048_576 }),
      roleArn: text({ min: 1, max: 256 }),
      loggingConfiguration: LOGGING,
      tracingConfiguration: TRACING,
      encryptionConfiguration: ENCRYPTION,
      publish: boolean,
      versionDescription: text({ max: 256 }),
    });
    return api.exclusively(() => update(input, api, caller));
  };

async function update(input: UpdateInput, api: ApiContext, caller: Caller): Promise<object> {
  const { reference, machine } = findMachine(input.stateMachineArn, api);
  refuseLabel(reference);
  // A version is not updated: to this operation it is no state machine at all.
  if (reference.version !== undefined || reference.alias !== undefined) throw noSuchMachine(input.stateMachineArn);
  if (machine.deleting) throw machineDeleting(machine.arn);
  checkInput(input);
  if (input.definition !== undefined) checkedDefinition(input.definition, machine.type, api.tasks);
  const configuration = await changed(machine.configuration, input, api, caller);
  // An update that changes nothing makes no new revision; but the first one gives the revision its id.
  const same = machine.revisionId !== undefined && isDeepStrictEqual(configuration, machine.configuration);
  const updated: MachineRecord = same
    ? machine
    : { ...machine, configuration, revisionId: api.randomUuid(), updatedAt: api.clock.now() };
  return api.storage.transaction(() => {
    api.records.machines.put(machine.arn, updated);
    api.records.revisions.put(revisionKey(machine.arn, updated.revisionId), {
      configuration,
      updatedAt: updated.updatedAt,
    });
    const version = input.publish ? publishVersion(updated, input.versionDescription, api) : undefined;
    return {
      updateDate: date(updated.updatedAt),
      revisionId: updated.revisionId,
      ...(version && { stateMachineVersionArn: version.arn }),
    };
  });
}

function checkInput(input: UpdateInput): void {
  const changes = [
    input.definition,
    input.roleArn,
    input.loggingConfiguration,
    input.tracingConfiguration,
    input.encryptionConfiguration,
  ];
  if (changes.every((change) => change === undefined || change === null))
    throw new ServiceError(
      'MissingRequiredParameter',
      'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    );
  if (input.roleArn !== undefined) checkRole(input.roleArn);
  if (input.versionDescription !== undefined && !input.publish)
    throw validationError('Version description can only be set when publish is true');
}

async function changed(
  before: Configuration,
  input: UpdateInput,
  api: ApiContext,
  caller: Caller,
): Promise<Configuration> {
  return {
    definition: input.definition ?? before.definition,
    roleArn: input.roleArn ?? before.roleArn,
    logging: input.loggingConfiguration ? await loggingOf(input.loggingConfiguration, api, caller) : before.logging,
    tracing: input.tracingConfiguration?.enabled ?? before.tracing,
    encryption: input.encryptionConfiguration ? encryptionOf(input.encryptionConfiguration) : before.encryption,
  };
}
