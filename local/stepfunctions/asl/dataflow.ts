import type { Catcher, MapState, ParallelState, PassState, State, TaskState } from './definition.ts';
import { evaluate } from './evaluate.ts';
import type { ExecutionScope } from './execution.ts';
import { type Expression, ExpressionError, type ReferencePath } from './expression.ts';
import { FieldError, toFieldError } from './failure.ts';
import type { Json, JsonObject } from './json.ts';
import { exceedsPayloadLimit } from './limits.ts';
import { type Payload, toPayload } from './payload.ts';
import { Readings } from './readings.ts';
import { inputOf, type Step } from './step.ts';
import { type Assigned, assignedBy } from './variables.ts';

// What happens to data on its way through a state. JSONPath: InputPath → Parameters → the state's work → ResultSelector →
// ResultPath → OutputPath. JSONata: Arguments → the state's work → Output. In both, Assign reads the variables as they were
// when the state was entered. Every function here throws FieldError.

/** What the state works on: the input after InputPath. */
export function effectiveInput(step: Step, scope: ExecutionScope, state: State): Json {
  let { input } = scope;
  if (state.inputPath === null) input = {};
  else if (state.inputPath) input = evaluate(state.inputPath, 'InputPath', new Readings(step, scope, state, input));
  if (step.inspection && state.queryLanguage === 'JSONPath') step.inspection.data.afterInputPath = input;
  return input;
}

/** Parameters or Arguments. @param input the effective input, which is the result if the state has neither */
export function parametersOf(
  step: Step,
  scope: ExecutionScope,
  state: TaskState | ParallelState | PassState,
  input: Json,
  taskToken?: string,
): Json {
  const isJsonata = state.queryLanguage === 'JSONata';
  let parameters = input;
  if (state.parameters) {
    const readings = new Readings(step, scope, state, input, { taskToken });
    parameters = evaluate(state.parameters, isJsonata ? 'Arguments' : 'Parameters', readings);
  }
  // Only tests of single states look: JSONPath shows this even without Parameters, JSONata only for tasks.
  if (step.inspection && !isJsonata) step.inspection.data.afterParameters = parameters;
  else if (step.inspection && state.type === 'Task') step.inspection.data.afterArguments = parameters;
  return parameters;
}

/** What leaves a state, and the variables that it assigns. */
export interface Exit {
  readonly output: Payload;
  readonly assigned?: Assigned | undefined;
}

/**
 * The exit of a state without a result of its own: Choice, Wait, Succeed.
 * @param fields the state's own Output and Assign, or those of the Choice rule that matched
 */
export function exitWithInput(step: Step, scope: ExecutionScope, state: State, fields: ExitFields = state): Exit {
  const isPlain = state.inputPath === undefined && state.outputPath === undefined && !fields.output && !fields.assign;
  if (isPlain && !step.inspection) return { output: inputOf(scope) };
  const isJsonata = state.queryLanguage === 'JSONata';
  const readings = new Readings(step, scope, state, isJsonata ? scope.input : effectiveInput(step, scope, state));
  const assigned = fields.assign && assignedBy(step, fields.assign, readings);
  if (isJsonata) return { output: jsonataOutput(fields.output, readings, scope, scope.input), assigned };
  return { output: finish(step, scope, state, readings.input), assigned };
}

interface ExitFields {
  readonly output?: Expression | undefined;
  readonly assign?: Expression | undefined;
}

/** The exit of a state that has a result. */
export function exitWithResult(
  step: Step,
  scope: ExecutionScope,
  state: PassState | TaskState | ParallelState | MapState,
  result: Payload,
): Exit {
  if (state.queryLanguage === 'JSONata') {
    const readings = new Readings(
      step,
      scope,
      state,
      scope.input,
      state.type === 'Pass' ? {} : { result: result.value },
    );
    const assigned = state.assign && assignedBy(step, state.assign, readings);
    return { output: jsonataOutput(state.output, readings, scope, result.value, result), assigned };
  }
  const selected = selectResult(step, scope, state, result.value);
  const assigned = state.assign && assignedBy(step, state.assign, new Readings(step, scope, state, selected));
  const combined = placeResult(step, scope, state.resultPath, selected);
  return { output: finish(step, scope, state, combined, result), assigned };
}

function selectResult(step: Step, scope: ExecutionScope, state: State, result: Json): Json {
  let selected = result;
  if ('resultSelector' in state && state.resultSelector) {
    selected = evaluate(state.resultSelector, 'ResultSelector', new Readings(step, scope, state, result));
  }
  if (step.inspection) step.inspection.data.afterResultSelector = selected;
  return selected;
}

function placeResult(step: Step, scope: ExecutionScope, path: ReferencePath | null | undefined, result: Json): Json {
  let combined = path === undefined ? result : scope.input;
  try {
    if (path) combined = path.write(scope.input, result);
  } catch (error) {
    if (error instanceof ExpressionError) throw toFieldError(error, 'ResultPath', true);
    throw error;
  }
  if (step.inspection) step.inspection.data.afterResultPath = combined;
  return combined;
}

/** OutputPath, and the limit that holds for every output. */
function finish(step: Step, scope: ExecutionScope, state: State, value: Json, ...known: readonly Payload[]): Payload {
  let output = value;
  if (state.outputPath === null) output = {};
  else if (state.outputPath)
    output = evaluate(state.outputPath, 'OutputPath', new Readings(step, scope, state, value), true);
  return withinLimit(toPayload(output, inputOf(scope), ...known), state.name);
}

function jsonataOutput(
  output: Expression | undefined,
  readings: Readings,
  scope: ExecutionScope,
  otherwise: Json,
  ...known: readonly Payload[]
): Payload {
  const value = output ? evaluate(output, 'Output', readings) : otherwise;
  return withinLimit(toPayload(value, inputOf(scope), ...known), scope.state);
}

/** What leaves a state through one of its Catchers. */
export function exitThroughCatcher(
  step: Step,
  scope: ExecutionScope,
  state: State,
  catcher: Catcher,
  errorOutput: JsonObject,
): Exit {
  if (state.queryLanguage === 'JSONata') {
    const readings = new Readings(step, scope, state, scope.input, { errorOutput });
    const assigned = catcher.assign && assignedBy(step, catcher.assign, readings);
    return { output: jsonataOutput(catcher.output, readings, scope, errorOutput), assigned };
  }
  const assigned = catcher.assign && assignedBy(step, catcher.assign, new Readings(step, scope, state, errorOutput));
  const output = placeResult(step, scope, catcher.resultPath, errorOutput);
  return { output: withinLimit(toPayload(output, inputOf(scope)), state.name), assigned };
}

export function withinLimit(payload: Payload, name: string): Payload {
  if (exceedsPayloadLimit(payload.text)) throw new FieldError('States.DataLimitExceeded', tooLarge(name));
  return payload;
}

/** @param name the state's name, or what the task called: `lambda`, the ARN of a function or an activity */
export const tooLarge = (name: string): string =>
  `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`;
