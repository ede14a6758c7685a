import { recordAborted } from './abort.ts';
import { exitThroughCatcher } from './dataflow.ts';
import type { Catcher, Retrier, State } from './definition.ts';
import { endExecution } from './end.ts';
import { type ExecutionScope, leaveUnfinished, parentOf } from './execution.ts';
import { type Failure, FieldError } from './failure.ts';
import { abortChildren, discardChildren } from './fan-out.ts';
import type { JsonObject } from './json.ts';
import { leaveState } from './leave.ts';
import { MAX_SECONDS } from './limits.ts';
import { type Step, stateOf } from './step.ts';

/** Does what a state does; what its fields cannot do becomes a failure of the state. The one place that catches. */
export function attempt(step: Step, scope: ExecutionScope, state: State, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    failState(step, scope, state, toFailure(step, scope, error));
  }
}

function toFailure(step: Step, scope: ExecutionScope, error: FieldError): Failure {
  if (error.error === 'States.DataLimitExceeded')
    return { error: error.error, cause: error.message, fatal: error.fatal, isOwn: true };
  return {
    error: error.error,
    cause: describe(step, scope, error.message),
    fatal: error.fatal,
    isOwn: true,
    unrecorded: error.error === 'States.Runtime',
    ...(error.error === 'States.QueryEvaluationError' && {
      evaluation: { location: error.location, evaluated: error.evaluated },
    }),
  };
}

/** What AWS puts before the cause of errors that it finds itself; not where a state is tested on its own. */
export const describe = (step: Step, scope: ExecutionScope, message: string): string =>
  step.inspection
    ? message
    : `An error occurred while executing the state '${scope.state}' (entered at the event id #${scope.enteredEvent}). ${message}`;

/** A state failed: its Retriers, its Catchers, and then whatever is around it decide what becomes of that. */
export function failState(step: Step, scope: ExecutionScope, state: State, failure: Failure): void {
  if (failure.evaluation) recordEvaluationFailed(step, scope, state, failure);
  if (step.inspection) step.inspection.failure = failure;
  abortChildren(step, scope);
  if (!failure.fatal && 'retry' in state) {
    // States.Runtime is never tried again, whatever a Retrier says.
    const isRetriable = failure.error !== 'States.Runtime';
    const index = state.retry.findIndex((retrier) => isRetriable && matches(retrier.errorEquals, failure));
    const retrier = state.retry[index];
    if (step.inspection && retrier) step.inspection.data.errorDetails = { retryIndex: index };
    if (retrier && (scope.retries?.[index] ?? 0) < retrier.maxAttempts) {
      backOff(step, scope, retrier, index);
      return;
    }
  }
  if ((state.type === 'Parallel' || state.type === 'Map') && !failure.unrecorded) {
    step.recordIn(scope, `${state.type}StateFailed`);
  }
  if (!failure.fatal && 'catch' in state) {
    const index = state.catch.findIndex(({ errorEquals }) => matches(errorEquals, failure));
    const catcher = state.catch[index];
    if (catcher) {
      if (step.inspection) {
        step.inspection.taken = 'catch';
        step.inspection.data.errorDetails = { catchIndex: index };
      }
      takeCatcher(step, scope, state, catcher, failure);
      return;
    }
  }
  failScope(step, scope, failure);
}

function takeCatcher(step: Step, scope: ExecutionScope, state: State, catcher: Catcher, failure: Failure): void {
  // A callback without error gives null; a timeout has an error but no cause, and gives an empty text.
  const { error = null, cause = error === null ? null : '' } = failure;
  const errorOutput: JsonObject = { Error: error, Cause: cause };
  discardChildren(step, scope);
  try {
    leaveState(step, scope, state, exitThroughCatcher(step, scope, state, catcher, errorOutput), catcher.next);
  } catch (problem) {
    if (!(problem instanceof FieldError)) throw problem;
    const second = toFailure(step, scope, problem);
    if (second.evaluation) recordEvaluationFailed(step, scope, state, second);
    failScope(step, scope, second);
  }
}

/** The scope cannot go on: its parent's state fails, or the execution does. It stays for a redrive. */
function failScope(step: Step, scope: ExecutionScope, failure: Failure): void {
  if (beginsAnew(scope, failure)) scope.phase = { type: 'unfinished' };
  else leaveUnfinished(scope);
  const parent = parentOf(step.execution, scope);
  if (parent) failParent(step, parent, scope, failure);
  else endExecution(step, 'FAILED', 'ExecutionFailed', failure, scope.lastEvent);
}

/**
 * Whether a redrive has to do everything again that the state had started: what it gave was too large, or, of a Distributed Map,
 * could not be used.
 */
const beginsAnew = ({ phase }: ExecutionScope, { error, isOwn = false }: Failure): boolean =>
  isOwn && (error === 'States.DataLimitExceeded' || (error === 'States.Runtime' && phase.type === 'mapRun'));

/** A branch or an iteration failed, and with it the state that started it. */
function failParent(step: Step, parent: ExecutionScope, child: ExecutionScope, failure: Failure): void {
  const state = stateOf(step, parent);
  parent.lastEvent = child.lastEvent;
  if (state.type === 'Map')
    step.record('MapIterationFailed', child.lastEvent, { name: state.name, index: child.index });
  else if (stateOf(step, child).type === 'Task') recordAborted(step, child);
  failState(step, parent, state, { error: failure.error, cause: failure.cause });
}

function recordEvaluationFailed(
  step: Step,
  scope: ExecutionScope,
  state: State,
  { error, cause, evaluation }: Failure,
): void {
  // What fails while the state is entered is recorded as if the state had not been entered yet, except where the field
  // itself could be evaluated and only its value is no use.
  const isEntering = scope.lastEvent === scope.enteredEvent && !evaluation?.evaluated;
  if (isEntering) scope.lastEvent = scope.beforeEntered;
  step.recordIn(scope, 'EvaluationFailed', {
    state: state.name,
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(evaluation?.location !== undefined && { location: evaluation.location }),
  });
}

function matches(errorEquals: readonly string[], failure: Failure): boolean {
  return errorEquals.some((name) => {
    if (name === failure.error || failure.aliases?.includes(name)) return true;
    if (name === 'States.ALL') return failure.error !== 'States.Runtime';
    return name === 'States.TaskFailed' && failure.error !== 'States.Timeout' && failure.error !== 'States.Runtime';
  });
}

function backOff(step: Step, scope: ExecutionScope, retrier: Retrier, index: number): void {
  const used = scope.retries?.[index] ?? 0;
  scope.retries = { ...scope.retries, [index]: used + 1 };
  scope.retryCount = (scope.retryCount ?? 0) + 1;
  const seconds = Math.min(
    retrier.intervalSeconds * retrier.backoffRate ** used,
    retrier.maxDelaySeconds ?? MAX_SECONDS,
  );
  if (step.inspection) {
    step.inspection.taken = 'retry';
    step.inspection.data.errorDetails = { retryIndex: index, retryBackoffIntervalSeconds: seconds };
  }
  const delay = retrier.jitterStrategy === 'FULL' ? seconds * step.entropy.next() : seconds;
  const until = step.at + Math.round(delay * 1000);
  discardChildren(step, scope);
  scope.attempt++;
  scope.phase = { type: 'backingOff', until };
  step.setTimer(scope, 'retry', until);
}
