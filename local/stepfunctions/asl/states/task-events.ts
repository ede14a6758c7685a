import type { CallingPhase, ExecutionScope } from '../execution.ts';
import { NOT_TRUNCATED } from '../history.ts';
import type { Json, JsonObject } from '../json.ts';
import type { FailureKind } from '../protocol.ts';
import type { TaskResource } from '../resource.ts';
import type { Step } from '../step.ts';

// The three families of events that record a task: LambdaFunction… for a function's own ARN, Activity…, and Task… for
// everything that is called through a service integration.

/** What AWS calls a task in the cause of an error: `lambda`, or the ARN of a function or an activity. */
export const taskName = (resource: TaskResource): string =>
  resource.type === 'optimized'
    ? resource.service
    : resource.type === 'sdk'
      ? `aws-sdk:${resource.service}`
      : resource.arn;

export function recordScheduled(
  step: Step,
  scope: ExecutionScope,
  resource: TaskResource,
  phase: CallingPhase,
  parameters: string,
): void {
  if (resource.type === 'function' && phase.timeoutSeconds === undefined && phase.credentialsRoleArn === undefined) {
    step.recordIn(scope, 'LambdaFunctionScheduled', resource.arn, parameters);
    return;
  }
  const limits: JsonObject = {
    ...(phase.timeoutSeconds !== undefined && { timeoutInSeconds: phase.timeoutSeconds }),
    ...(phase.heartbeatSeconds !== undefined && { heartbeatInSeconds: phase.heartbeatSeconds }),
  };
  const role = phase.credentialsRoleArn;
  const credentials = role !== undefined && { taskCredentials: { roleArn: role } };
  const input = { input: parameters, inputDetails: NOT_TRUNCATED };
  if (resource.type === 'activity') {
    step.recordIn(scope, 'ActivityScheduled', { resource: resource.arn, ...input, ...limits });
  } else if (resource.type === 'function') {
    // Without heartbeatInSeconds: the event's details have no such member.
    const { heartbeatInSeconds: _, ...timeout } = limits;
    const details = { resource: resource.arn, ...input, ...timeout, ...credentials };
    step.recordIn(scope, 'LambdaFunctionScheduled', details);
  } else {
    const region = step.execution.executionArn.split(':')[3] ?? '';
    step.recordIn(scope, 'TaskScheduled', { ...namesOf(resource), region, parameters, ...limits, ...credentials });
  }
}

export function recordStarted(step: Step, scope: ExecutionScope, resource: TaskResource, workerName?: string): void {
  if (resource.type === 'function') step.recordIn(scope, 'LambdaFunctionStarted');
  else if (resource.type === 'activity')
    step.recordIn(scope, 'ActivityStarted', workerName === undefined ? {} : { workerName });
  else step.recordIn(scope, 'TaskStarted', namesOf(resource));
}

export function recordSubmitted(step: Step, scope: ExecutionScope, resource: TaskResource, output: Json): void {
  const details = { ...namesOf(resource), output: JSON.stringify(output), outputDetails: NOT_TRUNCATED };
  step.recordIn(scope, 'TaskSubmitted', details);
}

export function recordSucceeded(step: Step, scope: ExecutionScope, resource: TaskResource, output: string): void {
  if (resource.type === 'function') step.recordIn(scope, 'LambdaFunctionSucceeded', '', output);
  else {
    const details = { ...namesOf(resource), output, outputDetails: NOT_TRUNCATED };
    step.recordIn(scope, `${FAMILY[resource.type]}Succeeded`, details);
  }
}

export function recordFailed(
  step: Step,
  scope: ExecutionScope,
  resource: TaskResource,
  kind: Exclude<FailureKind, 'runtime'>,
  { error, cause }: { error?: string | undefined; cause?: string | undefined },
): void {
  const family = FAMILY[resource.type];
  const type = { task: 'Failed', submit: 'SubmitFailed', schedule: 'ScheduleFailed', start: 'StartFailed' }[kind];
  const details = {
    ...namesOf(resource),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
  // Only service integrations are submitted; only functions and activities can fail to be scheduled.
  const exists = kind !== 'submit' || family === 'Task';
  step.recordIn(scope, exists ? `${family}${type}` : `${family}Failed`, details);
}

export function recordTimedOut(step: Step, scope: ExecutionScope, resource: TaskResource): void {
  step.recordIn(scope, `${FAMILY[resource.type]}TimedOut`, { ...namesOf(resource), error: 'States.Timeout' });
}

const FAMILY = { function: 'LambdaFunction', activity: 'Activity', optimized: 'Task', sdk: 'Task' } as const;

/** `resource` and `resourceType`, which only the Task… events have. */
function namesOf(resource: TaskResource): JsonObject {
  if (resource.type === 'function' || resource.type === 'activity') return {};
  const suffix = resource.pattern === 'requestResponse' ? '' : `.${resource.pattern}`;
  const resourceType = resource.type === 'sdk' ? `aws-sdk:${resource.service}` : resource.service;
  return { resource: `${resource.action}${suffix}`, resourceType };
}
