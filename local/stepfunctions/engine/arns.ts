import type { Revision } from './ports.ts';

/** `arn:aws:states:REGION:ACCOUNT:execution:MACHINE:NAME`, from the state machine's own ARN. */
export function executionArn({ stateMachineArn }: Revision, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

/** `arn:aws:states:REGION:ACCOUNT:express:MACHINE:NAME:UUID`: Express executions may have the same name. */
export function expressArn({ stateMachineArn }: Revision, name: string, uuid: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':express:')}:${name}:${uuid}`;
}

/** `arn:aws:states:REGION:ACCOUNT:mapRun:MACHINE/LABEL:UUID`. */
export function mapRunArn({ stateMachineArn }: Revision, label: string, uuid: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':mapRun:')}/${label}:${uuid}`;
}

/** @returns whether this is the ARN of an Express execution */
export const isExpressArn = (arn: string): boolean => EXPRESS.test(arn);

const EXPRESS = /^(?:[^:]*:){5}express:/;
