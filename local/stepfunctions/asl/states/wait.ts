import { effectiveInput, exitWithInput } from '../dataflow.ts';
import type { WaitState } from '../definition.ts';
import { evaluate } from '../evaluate.ts';
import type { ExecutionScope } from '../execution.ts';
import { ExpressionError } from '../expression.ts';
import { FieldError } from '../failure.ts';
import type { Json } from '../json.ts';
import { leaveState } from '../leave.ts';
import { MAX_SECONDS } from '../limits.ts';
import { Readings } from '../readings.ts';
import type { Step } from '../step.ts';
import { parseTimestamp } from '../timestamp.ts';
import { unexpectedType } from './field-types.ts';

export function enterWait(step: Step, scope: ExecutionScope, state: WaitState): void {
  const until = endOfWait(step, scope, state);
  if (until <= step.at) {
    wakeWait(step, scope, state);
    return;
  }
  scope.attempt++;
  scope.phase = { type: 'waiting', until };
  step.setTimer(scope, 'wait', until);
}

/** The time has come. */
export function wakeWait(step: Step, scope: ExecutionScope, state: WaitState): void {
  leaveState(step, scope, state, exitWithInput(step, scope, state), state.next);
}

function endOfWait(step: Step, scope: ExecutionScope, state: WaitState): number {
  const { until } = state;
  switch (until.type) {
    case 'seconds':
      return step.at + until.seconds * 1000;
    case 'timestamp':
      return timestampOf(until.timestamp, () => new Error(`'${until.timestamp}' is no timestamp`));
    case 'secondsExpression':
      return (
        step.at + (until.path ? secondsAtPath(step, scope, state, until) : seconds(step, scope, state, until)) * 1000
      );
    case 'timestampExpression':
      return until.path ? timestampAtPath(step, scope, state, until) : timestamp(step, scope, state, until);
  }
}

type SecondsExpression = Extract<WaitState['until'], { type: 'secondsExpression' }>;
type TimestampExpression = Extract<WaitState['until'], { type: 'timestampExpression' }>;

function seconds(step: Step, scope: ExecutionScope, state: WaitState, { expression }: SecondsExpression): number {
  const value = evaluate(expression, 'Seconds', new Readings(step, scope, state, scope.input));
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw unexpectedType(expression, 'Seconds', 'integer', value);
  if (value >= 0 && value <= MAX_SECONDS) return value;
  throw new FieldError(
    'States.QueryEvaluationError',
    `The Seconds field must be between 0 and ${MAX_SECONDS}, but was: ${value}`,
    {
      location: 'Seconds',
      evaluated: true,
    },
  );
}

function secondsAtPath(step: Step, scope: ExecutionScope, state: WaitState, { expression }: SecondsExpression): number {
  const value = valueAtPath(step, scope, state, expression, 'SecondsPath');
  const text = `${expression.source} == ${typeof value === 'string' ? value : JSON.stringify(value)}`;
  const isInteger = typeof value === 'number' && Number.isInteger(value);
  if (!isInteger)
    throw new FieldError('States.Runtime', `The SecondsPath parameter cannot be parsed as a long value: ${text}`);
  if (value < 0)
    throw new FieldError('States.Runtime', `The SecondsPath parameter references a negative value: ${text}`);
  if (value > MAX_SECONDS)
    throw new FieldError(
      'States.Runtime',
      `The SecondsPath parameter references a value above ${MAX_SECONDS}: ${text}`,
    );
  return value;
}

function timestamp(step: Step, scope: ExecutionScope, state: WaitState, { expression }: TimestampExpression): number {
  const value = evaluate(expression, 'Timestamp', new Readings(step, scope, state, scope.input));
  if (typeof value !== 'string') throw unexpectedType(expression, 'Timestamp', 'string', value);
  return timestampOf(value, () => {
    const message = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${value}`;
    return new FieldError('States.QueryEvaluationError', message, { location: 'Timestamp', evaluated: true });
  });
}

function timestampAtPath(
  step: Step,
  scope: ExecutionScope,
  state: WaitState,
  { expression }: TimestampExpression,
): number {
  const value = valueAtPath(step, scope, state, expression, 'TimestampPath');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return timestampOf(text, () => {
    const message = `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${expression.source} == ${text}`;
    return new FieldError('States.Runtime', message);
  });
}

/** AWS looks at whole seconds only. */
function timestampOf(text: string, problem: () => Error): number {
  const time = parseTimestamp(text);
  if (time === undefined) throw problem();
  return Math.floor(time / 1000) * 1000;
}

function valueAtPath(
  step: Step,
  scope: ExecutionScope,
  state: WaitState,
  expression: SecondsExpression['expression'],
  field: string,
): Json {
  try {
    return expression.evaluate(new Readings(step, scope, state, effectiveInput(step, scope, state)));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new FieldError(
      'States.Runtime',
      `The ${field} parameter does not reference an input value: ${expression.source}`,
    );
  }
}
