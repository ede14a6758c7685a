import type { Exit } from './dataflow.ts';
import type { State } from './definition.ts';
import { succeed } from './end.ts';
import { type ExecutionScope, parentOf, removeScope } from './execution.ts';
import { settleChild } from './fan-out.ts';
import { EXITED, NOT_TRUNCATED } from './history.ts';
import type { Payload } from './payload.ts';
import { goTo, type Step } from './step.ts';

/** Ends a state: records it, assigns its variables, and goes on with the next state or ends the scope. */
export function leaveState(
  step: Step,
  scope: ExecutionScope,
  state: State,
  exit: Exit,
  next: string | undefined,
): void {
  const { output, assigned } = exit;
  if (assigned && Object.keys(assigned.texts).length > 0) {
    step.recordIn(scope, EXITED[state.type], {
      name: state.name,
      output: output.text,
      outputDetails: NOT_TRUNCATED,
      assignedVariables: assigned.texts,
      assignedVariablesDetails: NOT_TRUNCATED,
    });
    scope.variables = { ...scope.variables, ...assigned.values };
  } else step.recordIn(scope, EXITED[state.type], state.name, output.text);
  if (next !== undefined) goTo(scope, next, output);
  else endScope(step, scope, output);
}

function endScope(step: Step, scope: ExecutionScope, output: Payload): void {
  const parent = parentOf(step.execution, scope);
  removeScope(step.execution, scope);
  if (parent) settleChild(step, parent, scope, output.value);
  else succeed(step, scope, output);
}
