import type { MapState, NumberField, StateMachine } from '../../asl/definition.ts';
import { createEntropy } from '../../asl/entropy.ts';
import type { Expression, Scope } from '../../asl/expression.ts';
import { isJsonObject, type Json, type JsonObject } from '../../asl/json.ts';
import type { MapRunCall } from '../../asl/protocol.ts';
import { numberOf } from '../../asl/states/field-types.ts';
import { MapFailure } from './map-failure.ts';

/** What the expressions of a Distributed Map are evaluated with: those of its reader, selector, batcher and writer. */
export interface MapScope {
  evaluate(expression: Expression, item?: JsonObject): Json;
  /** @returns the number of an optional field; undefined if it is not there. @throws FieldError: it is none */
  number(field: NumberField | undefined, name: string): number | undefined;
}

export function createMapScope(state: MapState, call: MapRunCall, at: number, seed: string): MapScope {
  const base: Scope = {
    input: call.input,
    context: call.context,
    variables: call.variables,
    at,
    entropy: createEntropy(seed),
  };

  function evaluate(expression: Expression, item?: JsonObject): Json {
    return expression.evaluate(item ? { ...base, context: { ...call.context, Map: { Item: item } } } : base);
  }

  return {
    evaluate,
    number(field, name) {
      return field === undefined ? undefined : numberOf(field, name, base, state.queryLanguage === 'JSONata');
    },
  };
}

/** The Map state at the end of a way through a state machine: state names, and branch indices of Parallel states. */
export function mapStateAt(machine: StateMachine, path: readonly (string | number)[]): MapState {
  let flow: StateMachine | MapState['processor'] | { states: StateMachine['states'] } = machine;
  let branches: readonly { states: StateMachine['states'] }[] = [];
  let found: MapState | undefined;
  for (const step of path) {
    if (typeof step === 'number') {
      flow = branches[step] ?? flow;
      continue;
    }
    const state = flow.states.get(step);
    found = state?.type === 'Map' ? state : undefined;
    if (state?.type === 'Map') flow = state.processor;
    if (state?.type === 'Parallel') branches = state.branches;
  }
  if (!found) throw new Error(`There is no Map state at ${path.join('/')}`);
  return found;
}

/** Parameters or Arguments that name a place in S3. @throws MapFailure if one is missing */
export function textParameter(parameters: Json, name: string): string | undefined {
  const value = isJsonObject(parameters) ? parameters[name] : undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value;
  throw new MapFailure('States.Runtime', `The parameter ${name} must be a string`);
}
