import { effectiveInput, exitWithResult, parametersOf } from '../dataflow.ts';
import type { PassState } from '../definition.ts';
import type { ExecutionScope } from '../execution.ts';
import { leaveState } from '../leave.ts';
import { toPayload } from '../payload.ts';
import { inputOf, type Step } from '../step.ts';

export function enterPass(step: Step, scope: ExecutionScope, state: PassState): void {
  const input = effectiveInput(step, scope, state);
  const result = state.result === undefined ? parametersOf(step, scope, state, input) : state.result;
  leaveState(step, scope, state, exitWithResult(step, scope, state, toPayload(result, inputOf(scope))), state.next);
}
