import { abortScope } from './abort.ts';
import { type Execution, type ExecutionScope, ROOT } from './execution.ts';
import type { JsonObject } from './json.ts';
import { MAX_EXPRESS_SECONDS, MAX_HISTORY_EVENTS } from './limits.ts';
import type { Payload } from './payload.ts';
import type { Step } from './step.ts';

/** The key of the timer that ends the execution as a whole. */
export const EXECUTION_KEY = 'execution';

/** Seconds after its start (or redrive) when the execution times out; undefined: never. */
export function executionSeconds(step: Step): number | undefined {
  const { timeoutSeconds } = step.machine;
  if (step.execution.type === 'STANDARD') return timeoutSeconds;
  return Math.min(timeoutSeconds ?? MAX_EXPRESS_SECONDS, MAX_EXPRESS_SECONDS);
}

export function startExecutionTimer(step: Step): void {
  const seconds = executionSeconds(step);
  if (seconds === undefined) return;
  step.command({ type: 'setTimer', key: EXECUTION_KEY, timer: 'execution', at: step.at + seconds * 1000 });
}

/** The root has no next state: the execution is over. */
export function succeed(step: Step, root: ExecutionScope, output: Payload): void {
  const { execution } = step;
  execution.output = output.text;
  close(step, 'SUCCEEDED');
  step.recordEnd('ExecutionSucceeded', root.lastEvent, '', output.text);
}

/**
 * Ends an execution that did not get to its end: whatever still goes on is cancelled, without a trace in the history.
 * @param type AWS's name of the event
 */
export function endExecution(
  step: Step,
  status: 'FAILED' | 'TIMED_OUT' | 'ABORTED',
  type: string,
  reason: { readonly error?: string | undefined; readonly cause?: string | undefined },
  previousEventId: number,
): void {
  const { execution } = step;
  const root = execution.scopes[ROOT];
  if (root) abortScope(step, root, { silently: true });
  if (reason.error !== undefined) execution.error = reason.error;
  if (reason.cause !== undefined) execution.cause = reason.cause;
  const details: JsonObject = {
    ...(reason.error !== undefined && { error: reason.error }),
    ...(reason.cause !== undefined && { cause: reason.cause }),
  };
  close(step, status);
  step.recordEnd(type, previousEventId, details);
}

/** The last event that fits into the history says that no more do. */
export function endWithFullHistory(step: Step, lastEvent: number): void {
  const cause = `The execution reached the maximum number of history events (${MAX_HISTORY_EVENTS}).`;
  endExecution(step, 'FAILED', 'ExecutionFailed', { error: 'States.Runtime', cause }, lastEvent);
}

function close(step: Step, status: Execution['status']): void {
  step.execution.status = status;
  step.execution.stoppedAt = step.at;
  // An execution that begins and ends in one step has no timer yet.
  if (!step.isFirst && executionSeconds(step) !== undefined)
    step.command({ type: 'clearTimer', key: EXECUTION_KEY, timer: 'execution' });
}
