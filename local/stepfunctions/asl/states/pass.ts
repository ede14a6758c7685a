import { effectiveInput, exitWithResult, parametersOf } from '../dataflow.ts';
import type { PassState } from '../definition.ts';
import type { ExecutionScope } from '../execution.ts';
import type { Json } from '../json.ts';
import { leaveState } from '../leave.ts';
import { toPayload } from '../payload.ts';
import { inputOf, type Step } from '../step.ts';

export function enterPass(step: Step, scope: ExecutionScope, state: PassState): void {
  const result = resultOf(step, scope, state);
  leaveState(step, scope, state, exitWithResult(step, scope, state, toPayload(result, inputOf(scope))), state.next);
}

/** Result wins over Parameters. (It may be `null`, which is a result as well.) */
function resultOf(step: Step, scope: ExecutionScope, state: PassState): Json {
  if (state.result === undefined) return parametersOf(step, scope, state, effectiveInput(step, scope, state));
  if (step.inspection) step.inspection.data.result = state.result;
  return state.result;
}
