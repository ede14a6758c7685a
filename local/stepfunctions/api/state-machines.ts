import type { Operation } from '../../aws/service.ts';
import { pageOf } from '../../storage/page-of.ts';
import type { ApiContext } from './api-context.ts';
import { machineReference, refuseLabel, standardExecution } from './arns.ts';
import { ARN, oneOf, PAGE, required, validate } from './constraints.ts';
import { variableReferences } from './definitions.ts';
import { invalidToken, noSuchMachine, validationError } from './errors.ts';
import { findMachine, hasRunning, machineRecord, removeMachine } from './find-machine.ts';
import { date, pageSize } from './paging.ts';
import { type Configuration, INITIAL, type MachineRecord } from './records.ts';

/** `ALL_DATA` by default; `METADATA_ONLY` leaves the definition out. */
export type IncludedData = 'ALL_DATA' | 'METADATA_ONLY';
export const INCLUDED_DATA = oneOf('ALL_DATA', 'METADATA_ONLY');

export const describeStateMachine =
  (api: ApiContext): Operation =>
  (input: { stateMachineArn: string; includedData?: IncludedData }) => {
    validate(input, { stateMachineArn: required(ARN), includedData: INCLUDED_DATA });
    const { machine, version, reference } = findMachine(input.stateMachineArn, api);
    const { createdAt, revisionId, configuration } = version ?? machine;
    const withData = input.includedData !== 'METADATA_ONLY';
    return {
      stateMachineArn: input.stateMachineArn,
      name: machine.name,
      status: machine.deleting ? 'DELETING' : 'ACTIVE',
      type: machine.type,
      creationDate: date(createdAt),
      ...(version?.description !== undefined && { description: version.description }),
      ...(revisionId !== undefined && { revisionId }),
      ...(reference.label !== undefined && { label: reference.label }),
      ...describeConfiguration(configuration, machine.type, withData),
    };
  };

/** The members that DescribeStateMachine and DescribeStateMachineForExecution have in common. */
export function describeConfiguration(
  configuration: Configuration,
  type: MachineRecord['type'],
  withData: boolean,
): object {
  const references = withData ? variableReferences(configuration.definition, type) : undefined;
  return {
    definition: withData ? configuration.definition : '',
    roleArn: configuration.roleArn,
    loggingConfiguration: configuration.logging,
    tracingConfiguration: { enabled: configuration.tracing },
    encryptionConfiguration: configuration.encryption,
    ...(references && { variableReferences: references }),
  };
}

/** A machine with running executions stays until they have ended: those are not stopped. */
export const deleteStateMachine =
  (api: ApiContext): Operation =>
  (input: { stateMachineArn: string }) => {
    validate(input, { stateMachineArn: required(ARN) });
    const reference = machineReference(input.stateMachineArn);
    refuseLabel(reference);
    if (reference.version !== undefined || reference.alias !== undefined)
      throw validationError('State machine ARN must not be qualified with a version or an alias');
    const machine = machineRecord(reference.machineArn, api);
    if (!machine) return {};
    if (hasRunning(machine, api)) api.records.machines.put(machine.arn, { ...machine, deleting: true });
    else removeMachine(machine, api);
    return {};
  };

export const listStateMachines =
  (api: ApiContext): Operation =>
  (input: { maxResults?: number; nextToken?: string }, caller) => {
    validate(input, PAGE);
    const prefix = `arn:aws:states:${caller.region}:${caller.account}:`;
    const { items, next } = pageOf(api.records.machines, {
      prefix,
      after: input.nextToken === undefined ? undefined : arnInToken(input.nextToken, prefix),
      limit: pageSize(input.maxResults),
      isWanted: ({ arn, deleting }) => !deleting || machineRecord(arn, api) !== undefined,
    });
    const stateMachines = items.map(({ arn, name, type, createdAt }) => ({
      stateMachineArn: arn,
      name,
      type,
      creationDate: date(createdAt),
    }));
    return { stateMachines, ...(next !== undefined && { nextToken: Buffer.from(next).toString('base64url') }) };
  };

/** @throws ServiceError InvalidToken */
function arnInToken(token: string, prefix: string): string {
  const arn = Buffer.from(token, 'base64url').toString();
  if (!arn.startsWith(prefix)) throw invalidToken('Invalid token');
  return arn;
}

export const describeStateMachineForExecution =
  (api: ApiContext): Operation =>
  (input: { executionArn: string; includedData?: IncludedData }) => {
    validate(input, { executionArn: required(ARN), includedData: INCLUDED_DATA });
    return describeRevision(input.executionArn, input.includedData !== 'METADATA_ONLY', api);
  };

function describeRevision(executionArn: string, withData: boolean, api: ApiContext): object {
  const { revision, mapRunArn } = api.engine.describe(standardExecution(executionArn));
  const key = `${revision.stateMachineArn} ${revision.revisionId}`;
  const record = api.records.revisions.get(key);
  if (!record) throw noSuchMachine(revision.stateMachineArn);
  const label = mapRunArn === undefined ? undefined : /\/([^:]+):/.exec(mapRunArn)?.[1];
  return {
    stateMachineArn: revision.stateMachineArn,
    name: revision.name,
    updateDate: date(record.updatedAt),
    ...(revision.revisionId !== INITIAL && { revisionId: revision.revisionId }),
    ...(mapRunArn !== undefined && { mapRunArn }),
    ...(label !== undefined && { label }),
    ...describeConfiguration({ ...record.configuration, definition: revision.definition }, revision.type, withData),
  };
}
