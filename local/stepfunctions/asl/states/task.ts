import { clearTaskTimers } from '../abort.ts';
import { effectiveInput, exitWithResult, parametersOf, tooLarge } from '../dataflow.ts';
import type { TaskState } from '../definition.ts';
import { evaluate } from '../evaluate.ts';
import { type CallingPhase, type ExecutionScope, keyOf } from '../execution.ts';
import { FieldError } from '../failure.ts';
import { isJsonObject, type Json } from '../json.ts';
import { leaveState } from '../leave.ts';
import { exceedsPayloadLimit, MAX_SECONDS } from '../limits.ts';
import { type Payload, toPayload } from '../payload.ts';
import type { FailureKind, TaskCall } from '../protocol.ts';
import { Readings } from '../readings.ts';
import { describe, failState } from '../recovery.ts';
import { inputOf, type Step } from '../step.ts';
import { taskToken } from '../task-token.ts';
import { numberOf } from './field-types.ts';
import {
  recordFailed,
  recordScheduled,
  recordStarted,
  recordSubmitted,
  recordSucceeded,
  recordTimedOut,
  taskName,
} from './task-events.ts';

/** Calls what the state names: for the first time, or again after a backoff or a redrive. */
export function callTask(step: Step, scope: ExecutionScope, state: TaskState): void {
  const { resource } = state;
  scope.attempt++;
  const pattern = 'pattern' in resource ? resource.pattern : undefined;
  const isJob = pattern === 'sync' || pattern === 'sync:2';
  const hasToken = isJob || resource.type === 'activity' || pattern === 'waitForTaskToken';
  const token = hasToken ? taskToken(step.seed, step.execution.executionArn, keyOf(scope)) : undefined;
  const input = effectiveInput(step, scope, state);
  const readings = new Readings(step, scope, state, input, { taskToken: token });
  const isJsonata = state.queryLanguage === 'JSONata';
  const timeoutSeconds = secondsOf(state.timeoutSeconds, 'TimeoutSeconds', readings, isJsonata);
  const heartbeatSeconds = secondsOf(state.heartbeatSeconds, 'HeartbeatSeconds', readings, isJsonata);
  const parameters = toPayload(parametersOf(step, scope, state, input, token), inputOf(scope));
  if (exceedsPayloadLimit(parameters.text))
    throw new FieldError('States.DataLimitExceeded', tooLarge(taskName(resource)));
  const credentialsRoleArn = roleOf(state, readings);
  const phase: CallingPhase = {
    type: 'calling',
    parameters: parameters.value,
    ...(token !== undefined && { taskToken: token }),
    ...(isJob && { isJob }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(heartbeatSeconds !== undefined && { heartbeatSeconds }),
    ...(credentialsRoleArn !== undefined && { credentialsRoleArn }),
  };
  scope.phase = phase;
  // An activity is scheduled once its task lies ready for the workers, and its time runs from when one has taken it.
  if (resource.type !== 'activity') {
    recordScheduled(step, scope, resource, phase, parameters.text);
    recordStarted(step, scope, resource);
    startTimers(step, scope, phase);
  }
  step.command(callOf(scope, state, phase));
}

/** The command that calls a task; also after a restart. */
export function callOf(scope: ExecutionScope, { resource }: TaskState, phase: CallingPhase): TaskCall {
  const { parameters, taskToken, credentialsRoleArn, timeoutSeconds, heartbeatSeconds, submitted } = phase;
  return {
    type: 'call',
    key: keyOf(scope),
    resource,
    parameters,
    ...(taskToken !== undefined && { taskToken }),
    ...(credentialsRoleArn !== undefined && { credentialsRoleArn }),
    ...(submitted !== undefined && { submitted }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(heartbeatSeconds !== undefined && { heartbeatSeconds }),
  };
}

function secondsOf(
  value: TaskState['timeoutSeconds'],
  field: string,
  readings: Readings,
  isJsonata: boolean,
): number | undefined {
  if (value === undefined) return undefined;
  const seconds = numberOf(value, field, readings, isJsonata);
  if (seconds > 0 && seconds <= MAX_SECONDS) return seconds;
  const message = `The ${field} field must be a positive integer of at most ${MAX_SECONDS}, but was: ${seconds}`;
  const error = isJsonata ? 'States.QueryEvaluationError' : 'States.Runtime';
  throw new FieldError(error, message, { location: field, evaluated: true });
}

function roleOf(state: TaskState, readings: Readings): string | undefined {
  if (!state.credentials) return undefined;
  const credentials = evaluate(state.credentials, 'Credentials', readings);
  const role = isJsonObject(credentials) ? credentials.RoleArn : undefined;
  if (typeof role === 'string') return role;
  throw new FieldError('States.Runtime', 'The RoleArn of the Credentials field must be a string.');
}

function startTimers(step: Step, scope: ExecutionScope, phase: CallingPhase): void {
  if (phase.timeoutSeconds !== undefined) {
    phase.timeoutAt = step.at + phase.timeoutSeconds * 1000;
    step.setTimer(scope, 'timeout', phase.timeoutAt);
  }
  restartHeartbeat(step, scope, phase);
}

function restartHeartbeat(step: Step, scope: ExecutionScope, phase: CallingPhase): void {
  if (phase.heartbeatSeconds === undefined) return;
  phase.heartbeatAt = step.at + phase.heartbeatSeconds * 1000;
  step.setTimer(scope, 'heartbeat', phase.heartbeatAt);
}

/** @returns whether that was news */
export function taskSubmitted(
  step: Step,
  scope: ExecutionScope,
  state: TaskState,
  phase: CallingPhase,
  output: Json,
): boolean {
  if (phase.submitted !== undefined) return false;
  phase.submitted = output;
  if (state.resource.type === 'activity') {
    recordScheduled(step, scope, state.resource, phase, JSON.stringify(phase.parameters));
    return true;
  }
  recordSubmitted(step, scope, state.resource, output);
  const { early } = phase;
  if (early && 'output' in early) taskSucceeded(step, scope, state, phase, early.output);
  else if (early) taskFailed(step, scope, state, phase, early);
  return true;
}

/** @returns whether that was news */
export function activityStarted(
  step: Step,
  scope: ExecutionScope,
  state: TaskState,
  phase: CallingPhase,
  workerName: string | undefined,
): boolean {
  if (state.resource.type !== 'activity' || phase.timeoutAt !== undefined || phase.heartbeatAt !== undefined)
    return false;
  taskSubmitted(step, scope, state, phase, null);
  recordStarted(step, scope, state.resource, workerName);
  startTimers(step, scope, phase);
  return true;
}

/** A sign of life, which is accepted even where nobody waits for one. */
export function taskHeartbeat(step: Step, scope: ExecutionScope, phase: CallingPhase): void {
  if (phase.heartbeatAt !== undefined) restartHeartbeat(step, scope, phase);
}

/** @returns whether that was news */
export function taskSucceeded(
  step: Step,
  scope: ExecutionScope,
  state: TaskState,
  phase: CallingPhase,
  output: Json,
): boolean {
  if (isTooEarly(state, phase)) return keepForLater(phase, { output });
  const result = toPayload(output);
  if (exceedsPayloadLimit(result.text)) {
    const cause = tooLarge(taskName(state.resource));
    return taskFailed(step, scope, state, phase, { error: 'States.DataLimitExceeded', cause });
  }
  clearTaskTimers(step, scope);
  recordSucceeded(step, scope, state.resource, result.text);
  completeTask(step, scope, state, result);
  return true;
}

function completeTask(step: Step, scope: ExecutionScope, state: TaskState, result: Payload): void {
  if (step.inspection) step.inspection.data.result = result.value;
  leaveState(step, scope, state, exitWithResult(step, scope, state, result), state.next);
}

/** @returns whether that was news */
export function taskFailed(
  step: Step,
  scope: ExecutionScope,
  state: TaskState,
  phase: CallingPhase,
  { error, cause, failure }: { error?: string; cause?: string; failure?: FailureKind | undefined },
): boolean {
  if (failure === undefined && isTooEarly(state, phase)) {
    return keepForLater(phase, { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) });
  }
  clearTaskTimers(step, scope);
  if (failure === 'runtime') {
    failState(step, scope, state, { error: error ?? 'States.Runtime', cause: describe(step, scope, cause ?? '') });
    return true;
  }
  recordFailed(step, scope, state.resource, failure ?? 'task', { error, cause });
  failState(step, scope, state, { error, cause });
  return true;
}

/** The first answer of a callback counts. */
function keepForLater(phase: CallingPhase, answer: NonNullable<CallingPhase['early']>): boolean {
  if (phase.early) return false;
  phase.early = answer;
  return true;
}

/** A callback belongs to a call whose answer is not known yet: the history records that first. */
const isTooEarly = (state: TaskState, phase: CallingPhase): boolean =>
  phase.submitted === undefined && 'pattern' in state.resource && state.resource.pattern !== 'requestResponse';

/** The task took too long, or was silent for too long. @returns whether the timer is still the current one */
export function taskTimedOut(
  step: Step,
  scope: ExecutionScope,
  state: TaskState,
  phase: CallingPhase,
  timer: 'timeout' | 'heartbeat',
): boolean {
  const due = timer === 'timeout' ? phase.timeoutAt : phase.heartbeatAt;
  if (due === undefined || due > step.at) return false;
  step.command({ type: 'cancel', key: keyOf(scope) });
  clearTaskTimers(step, scope);
  recordTimedOut(step, scope, state.resource);
  const aliases = timer === 'heartbeat' ? ['States.HeartbeatTimeout'] : [];
  failState(step, scope, state, { error: 'States.Timeout', aliases });
  return true;
}
