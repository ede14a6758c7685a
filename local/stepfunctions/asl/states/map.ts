import { effectiveInput, evaluate, exitWithResult } from '../dataflow.ts';
import type { MapState } from '../definition.ts';
import type { ExecutionScope, FanOutPhase } from '../execution.ts';
import { FieldError } from '../failure.ts';
import { startChild } from '../fan-out.ts';
import type { Json } from '../json.ts';
import { leaveState } from '../leave.ts';
import { toPayload } from '../payload.ts';
import { Readings } from '../readings.ts';
import type { Step } from '../step.ts';
import { numberOf, unexpectedType } from './field-types.ts';
import { startMapRun } from './map-run.ts';

export function startMap(step: Step, scope: ExecutionScope, state: MapState): void {
  if (state.processor.mode === 'DISTRIBUTED') {
    startMapRun(step, scope, state);
    return;
  }
  const input = effectiveInput(step, scope, state);
  const readings = new Readings(step, scope, state, input);
  const items = itemsOf(step, state, readings);
  const concurrency = concurrencyOf(step, state, readings);
  step.recordIn(scope, 'MapStateStarted', { length: items.length });
  scope.attempt++;
  const results: Json[] = Array(items.length).fill(null);
  scope.phase = { type: 'fanningOut', items, count: items.length, concurrency, next: 0, running: 0, results };
}

/** How many iterations may run at a time; 0: all. */
export function concurrencyOf(step: Step, state: MapState, readings: Readings): number {
  const isJsonata = state.queryLanguage === 'JSONata';
  const concurrency =
    state.maxConcurrency === undefined ? 0 : numberOf(state.maxConcurrency, 'MaxConcurrency', readings, isJsonata);
  if (step.inspection) step.inspection.data.maxConcurrency = concurrency;
  if (concurrency >= 0) return concurrency;
  const error = isJsonata ? 'States.QueryEvaluationError' : 'States.Runtime';
  throw new FieldError(error, `MaxConcurrency must not be negative, but was: ${concurrency}`);
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

export function startIteration(step: Step, scope: ExecutionScope, state: MapState, phase: FanOutPhase): ExecutionScope {
  const index = phase.next;
  const value = phase.items?.[index];
  if (value === undefined) throw new Error(`The state '${state.name}' has no item ${index}`);
  const input = toPayload(itemInput(step, scope, state, { index, value }));
  const started = step.record('MapIterationStarted', scope.lastEvent, { name: state.name, index });
  return startChild(step, scope, phase, { state: state.processor.startAt, input, lastEvent: started });
}

export function completeMap(step: Step, scope: ExecutionScope, state: MapState, phase: FanOutPhase): void {
  // What follows refers to the last MapIterationSucceeded, not to MapStateSucceeded.
  scope.lastEvent = phase.iterationSucceeded ?? scope.lastEvent;
  step.record('MapStateSucceeded', scope.lastEvent);
  leaveState(step, scope, state, exitWithResult(step, scope, state, toPayload(phase.results)), state.next);
}
