import type { State, StateMachine } from '../../asl/definition.ts';
import { isJsonObject } from '../../asl/json.ts';
import { readJson } from '../../asl/parse/read-json.ts';
import { type ParseOptions, type ParseResult, parse, parseJson } from '../../asl/parse.ts';
import { flowWith } from '../../asl/test-state.ts';
import { describe } from '../definitions.ts';
import { invalidDefinition, validationError } from '../errors.ts';

export interface TestedState {
  readonly machine: StateMachine;
  readonly state: State;
}

/** What AWS calls a state whose definition comes alone. */
const NAMELESS = 'StateName';

/**
 * The state to test: the definition is its own, or with a state name that of the machine around it.
 * @throws ServiceError InvalidDefinition, ValidationException
 */
export function testedState(definition: string, stateName: string | undefined): TestedState {
  const { machine, problems } = stateName === undefined ? parseAlone(definition) : parse(definition, STANDARD);
  if (!machine) throw invalidDefinition(describe(problems));
  const state = flowWith(machine, stateName ?? NAMELESS)?.states.get(stateName ?? NAMELESS);
  if (!state) throw validationError('State not found in definition');
  return { machine, state };
}

/** Whether a resource can be called matters only for the state that is tested, and only if it is not mocked. */
const STANDARD: ParseOptions = { type: 'STANDARD' };

function parseAlone(definition: string): ParseResult {
  const read = readJson(definition);
  if ('problem' in read) return { problems: [read.problem] };
  if (isJsonObject(read.value) && Object.hasOwn(read.value, 'States'))
    throw validationError('The name of the state to test must be specified when the definition is a state machine');
  return parseJson({ StartAt: NAMELESS, States: { [NAMELESS]: read.value } }, { ...STANDARD, singleState: true });
}
