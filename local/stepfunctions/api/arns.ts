import type { Caller } from '../../aws/service.ts';
import { invalidArn, invalidName, validationError } from './errors.ts';

export const machineArn = (caller: Caller, name: string) =>
  `arn:aws:states:${caller.region}:${caller.account}:stateMachine:${name}`;

export const activityArn = (caller: Caller, name: string) =>
  `arn:aws:states:${caller.region}:${caller.account}:activity:${name}`;

export type ArnType = 'stateMachine' | 'execution' | 'express' | 'activity' | 'mapRun';

const STATES_ARN = /^arn:[a-z-]+:states:[^:]+:[^:]+:([^:]+):(.+)$/;

/**
 * @returns what comes after the resource type
 * @throws ServiceError InvalidArn if it is not the ARN of a Step Functions resource of one of these types
 */
export function arnResource(arn: string, ...types: readonly ArnType[]): string {
  if (!/^arn:[a-z-]+:/.test(arn)) throw invalidArn(`Invalid ARN prefix: ${arn}`);
  const [, type, resource] = STATES_ARN.exec(arn) ?? [];
  if (type === undefined || resource === undefined) throw invalidArn(`ARN is not valid: ${arn}`);
  if (!types.includes(type as ArnType)) throw invalidArn(`Resource type not valid in this context: ${type}`);
  return resource;
}

/** A state machine's ARN and what it may end with: a version's number, an alias's name, the label of a Distributed Map. */
export interface MachineReference {
  readonly machineArn: string;
  readonly version?: number;
  readonly alias?: string;
  readonly label?: string;
}

export function machineReference(arn: string): MachineReference {
  const resource = arnResource(arn, 'stateMachine');
  const [unlabelled = '', label] = resource.split('/');
  const [name = '', qualifier, ...rest] = unlabelled.split(':');
  if (rest.length > 0) throw invalidArn(`ARN is not valid: ${arn}`);
  const base = `${arn.slice(0, arn.length - resource.length)}${name}`;
  if (label !== undefined) return { machineArn: base, label };
  if (qualifier === undefined) return { machineArn: base };
  return /^\d+$/.test(qualifier)
    ? { machineArn: base, version: Number(qualifier) }
    : { machineArn: base, alias: qualifier };
}

/** What runs the items of a Distributed Map can be described, and nothing else. @throws ServiceError */
export function refuseLabel({ label }: MachineReference): void {
  if (label !== undefined)
    throw validationError('State machine ARN must not be qualified with the label of a Map state');
}

/** Blanks, brackets, wildcards, what means something in an ARN or a URL, control characters and halves of characters. */
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u;

/** @throws ServiceError InvalidName */
export function checkName(name: string): void {
  if (name.length === 0 || FORBIDDEN.test(name)) throw invalidName(name);
}

/**
 * What only Standard executions have: a description, a history, a way to stop them.
 * @returns the ARN
 */
export function standardExecution(arn: string): string {
  arnResource(arn, 'execution');
  return arn;
}
