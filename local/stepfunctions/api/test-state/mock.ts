import { ServiceError } from '../../../aws/service.ts';
import type { State } from '../../asl/definition.ts';
import type { Json } from '../../asl/json.ts';
import { flowWith, type Outcome } from '../../asl/test-state.ts';
import { validationError } from '../errors.ts';
import { checkResult } from './mock-schema.ts';
import type { TestStateInput } from './test-state-input.ts';

/** States that work on something outside themselves. */
const MOCKABLE: readonly State['type'][] = ['Task', 'Map', 'Parallel'];

/**
 * What a mock lets a state's work come to; undefined without a mock.
 * @throws ServiceError ValidationException if the mock does not fit the state; InvalidDefinition if the state needs one
 */
export function mockedOutcome(input: TestStateInput, state: State): Outcome | undefined {
  const { mock } = input;
  if (!mock) {
    if (state.type === 'Map' || state.type === 'Parallel')
      throw new ServiceError(
        'InvalidDefinition',
        'TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]',
      );
    return undefined;
  }
  if (!MOCKABLE.includes(state.type))
    throw validationError(`State type '${state.type}' is not supported when a mock is specified`);
  if (input.revealSecrets) throw validationError('TestState does not support RevealSecrets when a mock is specified.');
  if ((mock.result === undefined) === (mock.errorOutput === undefined))
    throw validationError('A test mock should have only one of the following fields: [result, errorOutput].');
  checkConfiguration(input, state);
  if (mock.errorOutput) return mock.errorOutput;
  const result = parsed(mock.result ?? '');
  checkShape(result, state, input);
  if (state.type === 'Task') checkResult(result, state.resource, mock.fieldValidationMode ?? 'STRICT');
  return { result };
}

function checkShape(result: Json, state: State, { stateConfiguration }: TestStateInput): void {
  if (state.type !== 'Map' && state.type !== 'Parallel') return;
  if (!Array.isArray(result)) throw validationError('Mocked result must be an array.');
  if (state.type === 'Parallel' && result.length !== state.branches.length)
    throw validationError('Mocked result must contain the same number of items as number of Parallel branches.');
  if ((stateConfiguration?.mapIterationFailureCount ?? 0) > result.length)
    throw validationError('Map iteration failure count must be less than or equal to the number of Map iterations');
}

/** What only tells how a Map or Parallel would have got to the mocked outcome. */
function checkConfiguration({ stateConfiguration }: TestStateInput, state: State): void {
  const { mapItemReaderData, errorCausedByState } = stateConfiguration ?? {};
  if (mapItemReaderData !== undefined && (state.type !== 'Map' || !state.itemReader))
    throw validationError('mapItemReaderData can only be specified for a Map state with an ItemReader');
  if (errorCausedByState === undefined) return;
  const flows = state.type === 'Map' ? [state.processor] : state.type === 'Parallel' ? state.branches : [];
  if (!flows.some((flow) => flowWith(flow, errorCausedByState)))
    throw validationError(`errorCausedByState is not a state inside of the tested one: ${errorCausedByState}`);
}

function parsed(result: string): Json {
  try {
    return JSON.parse(result);
  } catch {
    throw validationError('Mocked result must be valid JSON.');
  }
}
