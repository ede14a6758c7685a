import type { Revision } from '../engine/ports.ts';
import type { ApiContext } from './api-context.ts';
import { type MachineReference, machineReference, refuseLabel } from './arns.ts';
import { noSuchMachine, validationError } from './errors.ts';
import {
  type AliasRecord,
  type Configuration,
  INITIAL,
  type MachineRecord,
  type VersionRecord,
  versionKey,
} from './records.ts';

/** What an ARN of a state machine, perhaps qualified, stands for. */
export interface FoundMachine {
  readonly reference: MachineReference;
  readonly machine: MachineRecord;
  readonly version?: VersionRecord;
  readonly alias?: AliasRecord;
}

/** @throws ServiceError StateMachineDoesNotExist, InvalidArn */
export function findMachine(arn: string, api: ApiContext): FoundMachine {
  const reference = machineReference(arn);
  const machine = machineRecord(reference.machineArn, api);
  if (!machine) throw noSuchMachine(arn);
  if (reference.version !== undefined) {
    const version = api.records.versions.get(versionKey(machine.arn, reference.version));
    if (!version) throw noSuchMachine(arn);
    return { reference, machine, version };
  }
  if (reference.alias === undefined) return { reference, machine };
  const alias = api.records.aliases.get(arn);
  if (!alias) throw noSuchMachine(arn);
  const version = routed(alias, api);
  return { reference, machine, alias, ...(version && { version }) };
}

/** @throws ServiceError ValidationException, StateMachineDoesNotExist, InvalidArn if it is not a plain state machine's ARN */
export function findUnqualified(arn: string, api: ApiContext): MachineRecord {
  const { reference, machine } = findMachine(arn, api);
  refuseLabel(reference);
  if (reference.version !== undefined || reference.alias !== undefined)
    throw validationError('The ARN must not be qualified with a version or an alias');
  return machine;
}

/** A machine that was deleted goes as soon as its last execution has ended. */
export function machineRecord(arn: string, api: ApiContext): MachineRecord | undefined {
  const machine = api.records.machines.get(arn);
  if (!machine?.deleting || hasRunning(machine, api)) return machine;
  removeMachine(machine, api);
  return undefined;
}

export function hasRunning(machine: MachineRecord, api: ApiContext): boolean {
  if (machine.type === 'EXPRESS') return false;
  return api.engine.list({ stateMachineArn: machine.arn, status: 'RUNNING' }, { maxResults: 1 }).items.length > 0;
}

export function removeMachine(machine: MachineRecord, api: ApiContext): void {
  const { machines, versions, aliases, revisions, tags } = api.records;
  api.storage.transaction(() => {
    for (const table of [versions, revisions])
      for (const [key] of [...table.entries(`${machine.arn} `)]) table.delete(key);
    for (const [key] of [...aliases.entries(`${machine.arn}:`)]) aliases.delete(key);
    tags.delete(machine.arn);
    machines.delete(machine.arn);
  });
}

/** The version that an alias leads to this time, by its weights. */
function routed(alias: AliasRecord, api: ApiContext): VersionRecord | undefined {
  const drawn = (Number.parseInt(api.randomUuid().slice(0, 8), 16) / 2 ** 32) * 100;
  let sum = 0;
  const route = alias.routing.find(({ weight }) => {
    sum += weight;
    return drawn < sum;
  });
  const arn = (route ?? alias.routing[0])?.stateMachineVersionArn;
  const number = arn === undefined ? undefined : machineReference(arn).version;
  return number === undefined ? undefined : api.records.versions.get(versionKey(alias.machineArn, number));
}

/** What an execution that starts now runs. */
export function revisionOf({ machine, version, alias }: FoundMachine): Revision {
  const configuration: Configuration = (version ?? machine).configuration;
  const { level, includeExecutionData, destinations } = configuration.logging;
  const logGroupArns = (destinations ?? []).flatMap(
    (destination) => destination.cloudWatchLogsLogGroup?.logGroupArn ?? [],
  );
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    type: machine.type,
    definition: configuration.definition,
    roleArn: configuration.roleArn,
    revisionId: (version ?? machine).revisionId ?? INITIAL,
    ...(version && { versionArn: version.arn }),
    ...(alias && { aliasArn: alias.arn }),
    logging: { level, includeExecutionData, logGroupArns },
  };
}
