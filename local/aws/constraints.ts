import { ServiceError } from './service.ts';

/** A constraint of the service model that a request breaks. */
export interface BrokenConstraint {
  /** As AWS spells the way to it: `entries.1.member.id`. */
  readonly member: string;
  /** null or undefined: it is missing. */
  readonly value: unknown;
  /** What the member must: `not be null`. */
  readonly constraint: string;
}

/** `QueueUrl` of `queueUrl`: as the services say it that write their members in Pascal case. */
export const pascalName = ({ member }: BrokenConstraint): string => member.charAt(0).toUpperCase() + member.slice(1);

/** What most services of AWS say. */
export function brokenText({ member, value, constraint }: BrokenConstraint): string {
  const shown = value === null || value === undefined ? 'null' : `'${asText(value)}'`;
  return `Value ${shown} at '${member}' failed to satisfy constraint: Member must ${constraint}`;
}

const asText = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

export const brokenMessage = (texts: readonly string[]): string =>
  `${texts.length} validation error${texts.length > 1 ? 's' : ''} detected: ${texts.join('; ')}`;

/** How a service refuses that breaks constraints: the code differs from service to service. */
export const refusalWith =
  (code: string) =>
  (broken: readonly BrokenConstraint[]): ServiceError =>
    new ServiceError(code, brokenMessage(broken.map(brokenText)));

/** `MaxItems`: maxItems, as refusals spell members. */
export const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
