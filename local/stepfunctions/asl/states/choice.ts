import { holds } from '../choice.ts';
import { effectiveInput, exitWithInput } from '../dataflow.ts';
import type { ChoiceState } from '../definition.ts';
import type { ExecutionScope } from '../execution.ts';
import { FieldError } from '../failure.ts';
import { leaveState } from '../leave.ts';
import { Readings } from '../readings.ts';
import type { Step } from '../step.ts';

export function enterChoice(step: Step, scope: ExecutionScope, state: ChoiceState): void {
  const isJsonata = state.queryLanguage === 'JSONata';
  const readings = new Readings(step, scope, state, isJsonata ? scope.input : effectiveInput(step, scope, state));
  const index = state.choices.findIndex(({ condition }, i) => holds(condition, readings, i));
  const rule = state.choices[index];
  if (rule) {
    const fields = { output: rule.output ?? state.output, assign: rule.assign };
    leaveState(step, scope, state, exitWithInput(step, scope, state, fields), rule.next);
  } else if (state.default !== undefined) {
    leaveState(step, scope, state, exitWithInput(step, scope, state), state.default);
  } else {
    const message = 'Failed to transition out of the state. The state does not point to a next state.';
    throw new FieldError('States.NoChoiceMatched', message);
  }
}
