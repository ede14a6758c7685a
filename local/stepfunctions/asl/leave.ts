import type { Exit } from './dataflow.ts';
import type { State } from './definition.ts';
import { succeed } from './end.ts';
import { type ExecutionScope, parentOf } from './execution.ts';
import { settleChild } from './fan-out.ts';
import { EXITED, NOT_TRUNCATED } from './history.ts';
import type { JsonObject } from './json.ts';
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
  step.recordIn(scope, EXITED[state.type], exitDetails(state, exit));
  if (exit.assigned) scope.variables = { ...scope.variables, ...exit.assigned.values };
  if (next !== undefined) goTo(scope, next, exit.output);
  else endScope(step, scope, exit.output);
}

function exitDetails(state: State, { output, assigned }: Exit): JsonObject {
  if (!assigned || Object.keys(assigned.texts).length === 0)
    return { name: state.name, output: output.text, outputDetails: NOT_TRUNCATED };
  return {
    name: state.name,
    output: output.text,
    outputDetails: NOT_TRUNCATED,
    assignedVariables: assigned.texts,
    assignedVariablesDetails: NOT_TRUNCATED,
  };
}

function endScope(step: Step, scope: ExecutionScope, output: Payload): void {
  const parent = parentOf(step.execution, scope);
  delete step.execution.scopes[scope.id];
  if (parent) settleChild(step, parent, scope, output.value);
  else succeed(step, scope, output);
}
