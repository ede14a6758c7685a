import type { AsynchronousInvocations } from './asynchronous.ts';
import type { EventSourceMappings } from './event-source-mappings.ts';
import type { LambdaContext } from './lambda-context.ts';
import { eventInvokeConfigOperations } from './operations/event-invoke-config.ts';
import { functionOperations } from './operations/functions.ts';
import { invokeOperation } from './operations/invoke.ts';
import { permissionOperations } from './operations/permissions.ts';
import { versionOperations } from './operations/versions.ts';

export type LambdaOperations = ReturnType<typeof lambdaOperations>;

export function lambdaOperations(
  context: LambdaContext,
  asynchronous: AsynchronousInvocations,
  mappings: EventSourceMappings,
) {
  return {
    ...functionOperations(context),
    ...versionOperations(context),
    ...permissionOperations(context),
    ...eventInvokeConfigOperations(context),
    ...invokeOperation(context, asynchronous),
    ...mappings.operations,
  };
}
