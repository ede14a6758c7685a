import { isDeepStrictEqual } from 'node:util';
import type { Operation } from '../../aws/service.ts';
import type { ApiContext } from './api-context.ts';
import { machineReference } from './arns.ts';
import { ARN, list, number, PAGE, required, structure, text, validate } from './constraints.ts';
import { conflict, machineDeleting, noSuchResource, validationError } from './errors.ts';
import { findMachine, machineRecord } from './find-machine.ts';
import { date, page } from './paging.ts';
import { type AliasRecord, versionKey } from './records.ts';

type Routing = AliasRecord['routing'];

const DESCRIPTION = text({ max: 256 });
const ALIAS_NAME = text({ min: 1, max: 80, pattern: '^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$' });
const ROUTING = list(structure({ stateMachineVersionArn: required(ARN), weight: required(number(0, 100)) }), {
  min: 1,
  max: 2,
});

interface CreateInput {
  readonly name: string;
  readonly description?: string;
  readonly routingConfiguration: Routing;
}

export const createStateMachineAlias =
  (api: ApiContext): Operation =>
  (input: CreateInput) => {
    validate(input, { name: required(ALIAS_NAME), description: DESCRIPTION, routingConfiguration: required(ROUTING) });
    const machineArn = checkRouting(input.routingConfiguration, undefined, api);
    const arn = `${machineArn}:${input.name}`;
    const existing = api.records.aliases.get(arn);
    if (existing) {
      const same =
        existing.description === input.description &&
        isDeepStrictEqual(existing.routing, routes(input.routingConfiguration));
      if (!same)
        throw conflict(
          'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
        );
      return { stateMachineAliasArn: arn, creationDate: date(existing.createdAt) };
    }
    const now = api.clock.now();
    api.records.aliases.put(arn, {
      arn,
      machineArn,
      name: input.name,
      routing: routes(input.routingConfiguration),
      createdAt: now,
      updatedAt: now,
      ...(input.description !== undefined && { description: input.description }),
    });
    return { stateMachineAliasArn: arn, creationDate: date(now) };
  };

interface UpdateInput {
  readonly stateMachineAliasArn: string;
  readonly description?: string;
  readonly routingConfiguration?: Routing;
}

export const updateStateMachineAlias =
  (api: ApiContext): Operation =>
  (input: UpdateInput) => {
    validate(input, { stateMachineAliasArn: required(ARN), description: DESCRIPTION, routingConfiguration: ROUTING });
    if (input.description === undefined && input.routingConfiguration === undefined)
      throw validationError('Either the description or the RoutingConfiguration must be specified');
    const alias = findAlias(input.stateMachineAliasArn, api);
    if (input.routingConfiguration) checkRouting(input.routingConfiguration, alias.machineArn, api);
    const updatedAt = api.clock.now();
    api.records.aliases.put(alias.arn, {
      ...alias,
      updatedAt,
      ...(input.description !== undefined && { description: input.description }),
      ...(input.routingConfiguration && { routing: routes(input.routingConfiguration) }),
    });
    return { updateDate: date(updatedAt) };
  };

export const describeStateMachineAlias =
  (api: ApiContext): Operation =>
  (input: { stateMachineAliasArn: string }) => {
    validate(input, { stateMachineAliasArn: required(ARN) });
    const { arn, name, description, routing, createdAt, updatedAt } = findAlias(input.stateMachineAliasArn, api);
    return {
      stateMachineAliasArn: arn,
      name,
      ...(description !== undefined && { description }),
      routingConfiguration: routing,
      creationDate: date(createdAt),
      updateDate: date(updatedAt),
    };
  };

export const deleteStateMachineAlias =
  (api: ApiContext): Operation =>
  (input: { stateMachineAliasArn: string }) => {
    validate(input, { stateMachineAliasArn: required(ARN) });
    aliasReference(input.stateMachineAliasArn);
    api.records.aliases.delete(input.stateMachineAliasArn);
    return {};
  };

/** Of a machine, or of one of its versions: then those that lead to it. */
export const listStateMachineAliases =
  (api: ApiContext): Operation =>
  (input: { stateMachineArn: string; maxResults?: number; nextToken?: string }) => {
    validate(input, { stateMachineArn: required(ARN), ...PAGE });
    const { machine, version } = findMachine(input.stateMachineArn, api);
    const aliases = [...api.records.aliases.entries(`${machine.arn}:`)]
      .map(([, alias]) => alias)
      .filter((alias) => !version || alias.routing.some((route) => route.stateMachineVersionArn === version.arn));
    const { items, nextToken } = page(aliases, input);
    const stateMachineAliases = items.map(({ arn, createdAt }) => ({
      stateMachineAliasArn: arn,
      creationDate: date(createdAt),
    }));
    return { stateMachineAliases, ...(nextToken !== undefined && { nextToken }) };
  };

function aliasReference(arn: string): void {
  if (machineReference(arn).alias === undefined) throw validationError(`Invalid state machine alias ARN: ${arn}`);
}

function findAlias(arn: string, api: ApiContext): AliasRecord {
  aliasReference(arn);
  const alias = api.records.aliases.get(arn);
  if (!alias) throw noSuchResource();
  return alias;
}

const routes = (routing: Routing): Routing =>
  routing.map(({ stateMachineVersionArn, weight }) => ({ stateMachineVersionArn, weight }));

/** One or two versions of one machine whose weights make 100. @returns the machine's ARN */
function checkRouting(routing: Routing, machineArn: string | undefined, api: ApiContext): string {
  const arns = routing.map((route) => route.stateMachineVersionArn);
  const references = arns.map(machineReference);
  if (references.some(({ version }) => version === undefined))
    throw validationError(
      `Routing configuration must contain state machine version ARNs. Received: [${arns.join(', ')}]`,
    );
  const [first] = references;
  if (!first || references.some((reference) => reference.machineArn !== (machineArn ?? first.machineArn)))
    throw validationError('Routing configuration must contain versions of the same state machine.');
  if (new Set(arns).size < arns.length)
    throw validationError('Routing configuration must contain distinct state machine version ARNs.');
  if (routing.reduce((sum, { weight }) => sum + weight, 0) !== 100)
    throw validationError('Sum of routing configuration weights must equal 100.');
  if (machineRecord(first.machineArn, api)?.deleting) throw machineDeleting(first.machineArn);
  for (const { version = 0 } of references)
    if (!api.records.versions.get(versionKey(first.machineArn, version))) throw noSuchResource();
  return first.machineArn;
}
