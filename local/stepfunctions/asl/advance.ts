import type { StateMachine } from './definition.ts';
import { endExecution, startExecutionTimer } from './end.ts';
import { addScope, type Execution, type ExecutionScope, scopeOfKey } from './execution.ts';
import { type History, NOT_TRUNCATED } from './history.ts';
import type { Command, ExecutionEvent } from './protocol.ts';
import { attempt } from './recovery.ts';
import { redrive } from './redrive.ts';
import { performState, runToRest } from './run.ts';
import { mapRunEnded, mapRunStarted } from './states/map-run.ts';
import {
  activityStarted,
  taskFailed,
  taskHeartbeat,
  taskSubmitted,
  taskSucceeded,
  taskTimedOut,
} from './states/task.ts';
import { wakeWait } from './states/wait.ts';
import { Step, stateOf } from './step.ts';

export interface Advanced {
  /** The execution that was passed in. */
  readonly execution: Execution;
  /** What to append to its history. */
  readonly history: History;
  /** What to do, in this order. */
  readonly commands: Command[];
  /** False if the event came too late, twice, or for something that is over: then nothing was changed. */
  readonly changed: boolean;
}

/**
 * Moves an execution by one event, as far as it can go without waiting: consecutive Pass and Choice states are one call.
 * Synchronous; reads no clock, performs no I/O, draws no chance but from the event's seed.
 *
 * `execution` is updated **in place** and returned: the caller owns it alone, and keeps what it needs of an earlier state
 * as JSON. (A copy per event would cost more than all the rest.) If this throws, an invariant is broken, and the snapshot
 * must be loaded again.
 */
export function advance(machine: StateMachine, execution: Execution, event: ExecutionEvent): Advanced {
  const step = new Step(machine, execution, event);
  const changed = apply(step, event);
  return { execution, history: step.history, commands: step.commands, changed };
}

function apply(step: Step, event: ExecutionEvent): boolean {
  const { execution } = step;
  if (event.type === 'redrive') return redrive(step);
  if (execution.status !== 'RUNNING') return false;
  switch (event.type) {
    case 'start':
      return start(step);
    case 'stop':
      endExecution(step, 'ABORTED', 'ExecutionAborted', event, 0);
      return true;
    case 'timer':
      return event.timer === 'execution' ? timeOut(step) : resume(step, event);
    default:
      return resume(step, event);
  }
}

function start(step: Step): boolean {
  const { execution, machine } = step;
  if (execution.events > 0) return false;
  const input = { value: JSON.parse(execution.input), text: execution.input };
  recordStart(step, input.text);
  // The first state's event does not refer to ExecutionStarted.
  runToRest(step, addScope(execution, { index: 0, state: machine.startAt, input, lastEvent: 0 }));
  if (execution.status === 'RUNNING') startExecutionTimer(step);
  return true;
}

function recordStart(step: Step, input: string): void {
  const { roleArn, versionArn, aliasArn } = step.execution;
  if (versionArn === undefined && aliasArn === undefined) {
    step.record('ExecutionStarted', 0, roleArn, input);
    return;
  }
  step.record('ExecutionStarted', 0, {
    input,
    inputDetails: NOT_TRUNCATED,
    roleArn,
    ...(versionArn !== undefined && { stateMachineVersionArn: versionArn }),
    ...(aliasArn !== undefined && { stateMachineAliasArn: aliasArn }),
  });
}

function timeOut(step: Step): boolean {
  endExecution(step, 'TIMED_OUT', 'ExecutionTimedOut', { error: 'States.Timeout' }, 0);
  return true;
}

type ScopeEvent = Extract<ExecutionEvent, { key: string }>;

/** Goes on with the scope that waited for this. */
function resume(step: Step, event: ScopeEvent): boolean {
  const scope = scopeOfKey(step.execution, event.key);
  if (!scope) return false;
  let changed = false;
  attempt(step, scope, stateOf(step, scope), () => {
    changed = true;
    changed = resumeScope(step, scope, event);
  });
  if (changed) runToRest(step, scope);
  return changed;
}

function resumeScope(step: Step, scope: ExecutionScope, event: ScopeEvent): boolean {
  const { phase } = scope;
  const state = stateOf(step, scope);
  switch (phase.type) {
    case 'calling':
      return state.type === 'Task' && resumeTask(step, scope, state, phase, event);
    case 'waiting':
      if (event.type !== 'timer' || event.timer !== 'wait' || state.type !== 'Wait' || phase.until > step.at)
        return false;
      wakeWait(step, scope, state);
      return true;
    case 'backingOff':
      if (event.type !== 'timer' || event.timer !== 'retry' || phase.until > step.at) return false;
      performState(step, scope, state);
      return true;
    case 'mapRun':
      if (state.type !== 'Map') return false;
      if (event.type === 'mapRunStarted') return mapRunStarted(step, scope, phase, event.mapRunArn);
      if (event.type !== 'mapRunEnded') return false;
      mapRunEnded(step, scope, state, phase, event.result);
      return true;
    case 'ready':
      return event.type === 'timer' && event.timer === 'continue';
    case 'fanningOut':
    case 'unfinished':
      return false;
  }
}

function resumeTask(
  step: Step,
  scope: ExecutionScope,
  state: Extract<ReturnType<typeof stateOf>, { type: 'Task' }>,
  phase: Extract<ExecutionScope['phase'], { type: 'calling' }>,
  event: ScopeEvent,
): boolean {
  switch (event.type) {
    case 'submitted':
      return taskSubmitted(step, scope, state, phase, event.output);
    case 'activityStarted':
      return activityStarted(step, scope, state, phase, event.workerName);
    case 'heartbeat':
      taskHeartbeat(step, scope, phase);
      return true;
    case 'succeeded':
      return taskSucceeded(step, scope, state, phase, event.output);
    case 'failed':
      return taskFailed(step, scope, state, phase, event);
    case 'timer':
      return (
        (event.timer === 'timeout' || event.timer === 'heartbeat') &&
        taskTimedOut(step, scope, state, phase, event.timer)
      );
    case 'mapRunStarted':
    case 'mapRunEnded':
      return false;
  }
}
