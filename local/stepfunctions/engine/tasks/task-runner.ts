import { operationModel } from '../../../aws/model.ts';
import type { Caller } from '../../../aws/service.ts';
import { isJsonObject } from '../../asl/json.ts';
import type { TaskCall } from '../../asl/protocol.ts';
import type { TaskResource } from '../../asl/resource.ts';
import type { TaskContext, TaskOutcome, TaskRunner } from '../ports.ts';
import { callSdk } from './call-sdk.ts';
import type { OptimizedAction, TaskAttempt, TaskEnvironment } from './integration.ts';
import { callFunction } from './lambda-function.ts';
import { OPTIMIZED_INTEGRATIONS } from './optimized-integrations.ts';
import { operationName, SDK_SERVICES } from './sdk-services.ts';

/** Performs the calls of Task states on the services of this cloud. Activities are the engine's: nobody is called. */
export function createTaskRunner(environment: TaskEnvironment): TaskRunner {
  const attemptOf = (call: TaskCall, context: TaskContext): TaskAttempt => ({
    call,
    context,
    caller: {
      ...placeOf(call, context),
      principal: { roleArn: call.credentialsRoleArn ?? context.revision.roleArn, session: sessionOf(context) },
      signal: context.signal,
      ...(context.traceHeader !== undefined && { traceHeader: context.traceHeader }),
      idempotencyKey: `${context.executionArn} ${call.key}`,
    },
    environment,
  });

  return {
    refusal: (resource) => refusal(resource, environment),

    async call(call, context) {
      const attempt = attemptOf(call, context);
      switch (call.resource.type) {
        case 'function':
          return callFunction(attempt, call.resource.arn);
        case 'optimized':
          return callOptimized(attempt, actionOf(call.resource));
        case 'sdk':
          return callSdk(attempt, call.resource);
        case 'activity':
          throw new Error('An activity is not called: its workers poll for it.');
      }
    },

    async completion(call, submitted, context) {
      const action = actionOf(call.resource);
      if (!action.completion) throw new Error(`${call.resource.arn} starts no job that could be waited for.`);
      return action.completion(attemptOf(call, context), submitted);
    },

    async cancel(call, submitted, context) {
      if (call.resource.type !== 'optimized') return;
      // The context's signal is what tells to cancel: the calls that do so are not to be given up.
      const unhurried = { ...context, signal: new AbortController().signal };
      await actionOf(call.resource).cancel?.(attemptOf(call, unhurried), submitted);
    },
  };
}

function refusal(resource: TaskResource, { hasOperation }: TaskEnvironment): string | undefined {
  switch (resource.type) {
    case 'function':
    case 'activity':
      return undefined;
    case 'optimized': {
      const action = OPTIMIZED_INTEGRATIONS[resource.service]?.actions[resource.action];
      if (action?.patterns.includes(resource.pattern)) return undefined;
      return `The local cloud has no optimized integration ${resource.arn}`;
    }
    case 'sdk': {
      const service = SDK_SERVICES[resource.service]?.service;
      const operation = operationName(resource.action);
      if (!service) return `The local cloud has no service "${resource.service}" for ${resource.arn}`;
      if (!operationModel(service, operation)) return `${resource.service} has no action "${resource.action}"`;
      if (!hasOperation(service, operation)) return `The local cloud does not support ${resource.arn}`;
      return undefined;
    }
  }
}

async function callOptimized(attempt: TaskAttempt, action: OptimizedAction): Promise<TaskOutcome> {
  const { parameters } = attempt.call;
  if (isJsonObject(parameters)) return action.call(attempt, parameters);
  return {
    ok: false,
    error: 'States.Runtime',
    cause: `The parameters of ${attempt.call.resource.arn} are not an object.`,
  };
}

function actionOf(resource: TaskResource): OptimizedAction {
  const action = resource.type === 'optimized' && OPTIMIZED_INTEGRATIONS[resource.service]?.actions[resource.action];
  if (!action) throw new Error(`${resource.arn} is not supported.`);
  return action;
}

/** Sessions have 64 characters at most. */
const sessionOf = ({ executionArn }: TaskContext): string => executionArn.split(':').at(-1)!.slice(0, 64);

/**
 * The account and region of the state machine, which need not be those that this cloud began with. A role of another account,
 * given in `Credentials`, makes the call one of that account.
 */
function placeOf(
  { credentialsRoleArn }: TaskCall,
  { account, region, revision }: TaskContext,
): Pick<Caller, 'account' | 'region'> {
  const [, , , ownRegion, ownAccount] = revision.stateMachineArn.split(':');
  return { account: credentialsRoleArn?.split(':')[4] || ownAccount || account, region: ownRegion || region };
}
