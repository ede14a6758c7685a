import type { MapItem } from '../context.ts';
import { effectiveInput } from '../dataflow.ts';
import type { MapState } from '../definition.ts';
import { evaluate } from '../evaluate.ts';
import type { ExecutionScope } from '../execution.ts';
import { FieldError } from '../failure.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { Readings } from '../readings.ts';
import type { Step } from '../step.ts';
import { numberOf, unexpectedType } from './field-types.ts';

/** How many iterations may run at a time; 0: all. */
export function concurrencyOf(step: Step, state: MapState, readings: Readings): number {
  const isJsonata = state.queryLanguage === 'JSONata';
  const concurrency =
    state.maxConcurrency === undefined ? 0 : numberOf(state.maxConcurrency, 'MaxConcurrency', readings, isJsonata);
  if (step.inspection) step.inspection.data.maxConcurrency = concurrency;
  refuseNegative(concurrency, 'MaxConcurrency', isJsonata);
  return concurrency;
}

export function refuseNegative(value: number, field: string, isJsonata: boolean): void {
  if (value >= 0) return;
  const error = isJsonata ? 'States.QueryEvaluationError' : 'States.Runtime';
  throw new FieldError(error, `${field} must not be negative, but was: ${value}`);
}

/** The items of an Inline Map: ItemsPath, Items, or its input. @throws FieldError if they are no array */
export function itemsOf(step: Step, state: MapState, readings: Readings): Json[] {
  const items = arrayOf(givenItems(state, readings), state);
  inspect(step, state, items);
  return items;
}

/** Items of a Distributed Map: of a list, or the members of an object. */
export interface MapItems {
  readonly items: Json[];
  /** They are members, each as `{"Key": …, "Value": …}`. */
  readonly keyed?: true;
}

/** The items of a Distributed Map that come from its input. @throws FieldError if they are neither an array nor an object */
export function itemsOrMembersOf(step: Step, state: MapState, readings: Readings): MapItems {
  const given = givenItems(state, readings);
  const found = isJsonObject(given) ? membersOf(given) : { items: arrayOf(given, state) };
  inspect(step, state, given);
  return found;
}

function givenItems(state: MapState, readings: Readings): Json {
  if (!state.items) return readings.input;
  return evaluate(state.items, state.queryLanguage === 'JSONata' ? 'Items' : 'ItemsPath', readings);
}

function inspect(step: Step, state: MapState, items: Json): void {
  if (step.inspection && state.items && state.queryLanguage !== 'JSONata') step.inspection.data.afterItemsPath = items;
}

export const membersOf = (object: JsonObject): MapItems => ({
  items: Object.entries(object).map(([Key, Value]) => ({ Key, Value })),
  keyed: true,
});

function arrayOf(items: Json, state: MapState): Json[] {
  if (Array.isArray(items)) return items;
  const isJsonata = state.queryLanguage === 'JSONata';
  const field = isJsonata ? 'Items' : 'ItemsPath';
  if (isJsonata && state.items) throw unexpectedType(state.items, field, 'array', items);
  const error = isJsonata ? 'States.QueryEvaluationError' : 'States.Runtime';
  if (!state.items) throw new FieldError(error, `Map state input must be an array but was: ${JSON.stringify(items)}`);
  // A path into the context object is quoted as if it began at that object.
  const path = String(state.items.source).replace(/^\$\$/, '$');
  throw new FieldError(error, `Reference path "${path}" must point to array.`);
}

/** The input of one iteration: ItemSelector, Parameters, or the item itself. */
export function itemInput(step: Step, scope: ExecutionScope, state: MapState, item: MapItem): Json {
  const selector = state.itemSelector ?? state.parameters;
  if (!selector) return item.value;
  const readings = new Readings(step, scope, state, effectiveInput(step, scope, state), { item });
  return evaluate(selector, state.itemSelector ? 'ItemSelector' : 'Parameters', readings);
}
