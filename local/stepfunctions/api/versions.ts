import type { Operation } from '../../aws/service.ts';
import type { ApiContext } from './api-context.ts';
import { arnResource, machineReference } from './arns.ts';
import { ARN, PAGE, required, text, validate } from './constraints.ts';
import { conflict, machineDeleting, validationError } from './errors.ts';
import { findUnqualified } from './find-machine.ts';
import { date, page } from './paging.ts';
import { publishVersion } from './publish-version.ts';
import { type AliasRecord, INITIAL, type VersionRecord, versionKey } from './records.ts';

interface PublishInput {
  readonly stateMachineArn: string;
  readonly revisionId?: string;
  readonly description?: string;
}

/** Publishing the same revision again with the same description gives the same version. */
export const publishStateMachineVersion =
  (api: ApiContext): Operation =>
  (input: PublishInput) => {
    validate(input, { stateMachineArn: required(ARN), revisionId: text({}), description: text({ max: 256 }) });
    const machine = findUnqualified(input.stateMachineArn, api);
    if (machine.deleting) throw machineDeleting(machine.arn);
    const current = machine.revisionId ?? INITIAL;
    if (input.revisionId !== undefined && input.revisionId !== current)
      throw conflict(
        `Failed to publish the State Machine version for revision ${input.revisionId}. The current State Machine revision is ${current}.`,
      );
    const latest = versionsOf(machine.arn, api)[0];
    const published = latest?.revisionId === machine.revisionId ? latest : undefined;
    if (published && published.description !== input.description)
      throw conflict('Revision already published with a different description');
    const version = published ?? api.storage.transaction(() => publishVersion(machine, input.description, api));
    return { stateMachineVersionArn: version.arn, creationDate: date(version.createdAt) };
  };

export const deleteStateMachineVersion =
  (api: ApiContext): Operation =>
  (input: { stateMachineVersionArn: string }) => {
    validate(input, { stateMachineVersionArn: required(text({ min: 1, max: 2000 })) });
    arnResource(input.stateMachineVersionArn, 'stateMachine');
    const { machineArn, version } = machineReference(input.stateMachineVersionArn);
    if (version === undefined)
      throw validationError(`Invalid state machine version ARN: ${input.stateMachineVersionArn}`);
    const names = aliasesOf(machineArn, api)
      .filter((alias) => alias.routing.some((route) => route.stateMachineVersionArn === input.stateMachineVersionArn))
      .map(({ name }) => name);
    if (names.length > 0)
      throw conflict(
        `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${names.join(', ')}]`,
      );
    api.records.versions.delete(versionKey(machineArn, version));
    return {};
  };

export const listStateMachineVersions =
  (api: ApiContext): Operation =>
  (input: { stateMachineArn: string; maxResults?: number; nextToken?: string }) => {
    validate(input, { stateMachineArn: required(ARN), ...PAGE });
    const machine = findUnqualified(input.stateMachineArn, api);
    const { items, nextToken } = page(versionsOf(machine.arn, api), input);
    const stateMachineVersions = items.map(({ arn, createdAt }) => ({
      stateMachineVersionArn: arn,
      creationDate: date(createdAt),
    }));
    return { stateMachineVersions, ...(nextToken !== undefined && { nextToken }) };
  };

/** The newest first. */
const versionsOf = (machineArn: string, api: ApiContext): VersionRecord[] =>
  [...api.records.versions.entries(`${machineArn} `)].map(([, version]) => version).reverse();

const aliasesOf = (machineArn: string, api: ApiContext): AliasRecord[] =>
  [...api.records.aliases.entries(`${machineArn}:`)].map(([, alias]) => alias);
