import type { Operation, ResourceType } from '../../../aws/service.ts';
import { activityResource } from './activity.ts';
import { aliasResource } from './alias.ts';
import type { ShiftPorts } from './gradual-shift.ts';
import { stateMachineResource } from './state-machine.ts';
import { versionResource } from './version.ts';

/** Calls one of the service's own operations, as the deployment's account and region. */
export type Operations = Readonly<Record<string, Operation>>;

export const resourceTypes = (operations: Operations, ports: ShiftPorts): Readonly<Record<string, ResourceType>> => ({
  'AWS::StepFunctions::StateMachine': stateMachineResource(operations),
  'AWS::StepFunctions::StateMachineVersion': versionResource(operations),
  'AWS::StepFunctions::StateMachineAlias': aliasResource(operations, ports),
  'AWS::StepFunctions::Activity': activityResource(operations),
});
