import { effectiveInput, exitWithResult, parametersOf } from '../dataflow.ts';
import type { ParallelState } from '../definition.ts';
import type { ExecutionScope, FanOutPhase } from '../execution.ts';
import { startChild } from '../fan-out.ts';
import { leaveState } from '../leave.ts';
import { toPayload } from '../payload.ts';
import { inputOf, type Step } from '../step.ts';

export function startParallel(step: Step, scope: ExecutionScope, state: ParallelState): void {
  const branchInput = parametersOf(step, scope, state, effectiveInput(step, scope, state));
  step.recordIn(scope, 'ParallelStateStarted');
  const count = state.branches.length;
  scope.attempt++;
  scope.phase = {
    type: 'fanningOut',
    branchInput,
    count,
    concurrency: 0,
    next: 0,
    running: 0,
    results: Array(count).fill(null),
  };
}

export function startBranch(
  step: Step,
  scope: ExecutionScope,
  state: ParallelState,
  phase: FanOutPhase,
): ExecutionScope {
  const branch = state.branches[phase.next];
  if (!branch || phase.branchInput === undefined)
    throw new Error(`The state '${state.name}' has no branch ${phase.next}`);
  const input = toPayload(phase.branchInput, inputOf(scope));
  return startChild(step, scope, phase, { state: branch.startAt, input, lastEvent: scope.lastEvent });
}

export function completeParallel(step: Step, scope: ExecutionScope, state: ParallelState, phase: FanOutPhase): void {
  // What follows refers to the last event of the branches, not to ParallelStateSucceeded.
  step.record('ParallelStateSucceeded', scope.lastEvent);
  leaveState(step, scope, state, exitWithResult(step, scope, state, toPayload(phase.results)), state.next);
}
