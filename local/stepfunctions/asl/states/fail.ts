import { effectiveInput } from '../dataflow.ts';
import type { FailState } from '../definition.ts';
import { evaluate } from '../evaluate.ts';
import type { ExecutionScope } from '../execution.ts';
import type { Expression } from '../expression.ts';
import { FieldError } from '../failure.ts';
import { Readings } from '../readings.ts';
import { failState } from '../recovery.ts';
import type { Step } from '../step.ts';
import { unexpectedType } from './field-types.ts';

export function enterFail(step: Step, scope: ExecutionScope, state: FailState): void {
  if (step.inspection) effectiveInput(step, scope, state);
  const error = textOf(step, scope, state, 'Error', state.error);
  const cause = textOf(step, scope, state, 'Cause', state.cause);
  failState(step, scope, state, { error, cause });
}

function textOf(
  step: Step,
  scope: ExecutionScope,
  state: FailState,
  name: string,
  value: string | Expression | undefined,
): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  const isJsonata = state.queryLanguage === 'JSONata';
  const field = isJsonata ? name : `${name}Path`;
  const text = evaluate(value, field, new Readings(step, scope, state, scope.input));
  if (typeof text === 'string') return text;
  if (isJsonata) throw unexpectedType(value, field, 'string', text);
  throw new FieldError('States.Runtime', `The ${field} field must refer to a string, but was: ${JSON.stringify(text)}`);
}
