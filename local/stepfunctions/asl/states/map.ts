import { STATE_DATA } from '../context.ts';
import { effectiveInput, exitWithResult } from '../dataflow.ts';
import type { MapState } from '../definition.ts';
import type { ExecutionScope, FanOutPhase } from '../execution.ts';
import { startChild } from '../fan-out.ts';
import type { Json } from '../json.ts';
import { leaveState } from '../leave.ts';
import { toPayload } from '../payload.ts';
import { Readings } from '../readings.ts';
import type { Step } from '../step.ts';
import { concurrencyOf, itemInput, itemsOf } from './map-input.ts';
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

export function startIteration(step: Step, scope: ExecutionScope, state: MapState, phase: FanOutPhase): ExecutionScope {
  const index = phase.next;
  const value = phase.items?.[index];
  if (value === undefined) throw new Error(`The state '${state.name}' has no item ${index}`);
  const input = toPayload(itemInput(step, scope, state, { index, value, source: STATE_DATA }));
  const started = step.record('MapIterationStarted', scope.lastEvent, state.name, index);
  return startChild(step, scope, phase, { state: state.processor.startAt, input, lastEvent: started });
}

export function completeMap(step: Step, scope: ExecutionScope, state: MapState, phase: FanOutPhase): void {
  // What follows refers to the last MapIterationSucceeded, not to MapStateSucceeded.
  scope.lastEvent = phase.iterationSucceeded ?? scope.lastEvent;
  step.record('MapStateSucceeded', scope.lastEvent);
  leaveState(step, scope, state, exitWithResult(step, scope, state, toPayload(phase.results)), state.next);
}
