import { effectiveInput } from '../dataflow.ts';
import type { MapState } from '../definition.ts';
import { evaluate } from '../evaluate.ts';
import type { ExecutionScope } from '../execution.ts';
import { FieldError } from '../failure.ts';
import type { Json } from '../json.ts';
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

/** The items of a Map state that come from its input: ItemsPath or Items. @throws FieldError if they are no array */
export function itemsOf(step: Step, state: MapState, readings: Readings): Json[] {
  const isJsonata = state.queryLanguage === 'JSONata';
  const field = isJsonata ? 'Items' : 'ItemsPath';
  const items = state.items ? evaluate(state.items, field, readings) : readings.input;
  if (Array.isArray(items)) {
    if (step.inspection && state.items && !isJsonata) step.inspection.data.afterItemsPath = items;
    return items;
  }
  if (isJsonata && state.items) throw unexpectedType(state.items, field, 'array', items);
  const error = isJsonata ? 'States.QueryEvaluationError' : 'States.Runtime';
  if (!state.items) throw new FieldError(error, `Map state input must be an array but was: ${JSON.stringify(items)}`);
  // A path into the context object is quoted as if it began at that object.
  const path = String(state.items.source).replace(/^\$\$/, '$');
  throw new FieldError(error, `Reference path "${path}" must point to array.`);
}

/** The input of one iteration: ItemSelector, Parameters, or the item itself. */
export function itemInput(
  step: Step,
  scope: ExecutionScope,
  state: MapState,
  item: { index: number; value: Json; key?: string; source?: string },
): Json {
  const selector = state.itemSelector ?? state.parameters;
  if (!selector) return item.value;
  const readings = new Readings(step, scope, state, effectiveInput(step, scope, state), { item });
  return evaluate(selector, state.itemSelector ? 'ItemSelector' : 'Parameters', readings);
}
