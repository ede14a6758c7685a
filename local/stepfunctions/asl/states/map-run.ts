import { effectiveInput, exitWithResult } from '../dataflow.ts';
import type { MapState } from '../definition.ts';
import { type Execution, type ExecutionScope, keyOf, type MapRunPhase, parentOf, variablesOf } from '../execution.ts';
import { FieldError } from '../failure.ts';
import { leaveState } from '../leave.ts';
import { toPayload } from '../payload.ts';
import type { MapRunCall, MapRunResult } from '../protocol.ts';
import { Readings } from '../readings.ts';
import { failState } from '../recovery.ts';
import type { Step } from '../step.ts';
import { numberOf } from './field-types.ts';
import { concurrencyOf, itemsOrMembersOf, refuseNegative } from './map-input.ts';

/** A Distributed Map: the engine runs a child execution per item, or per batch of items. */
export function startMapRun(step: Step, scope: ExecutionScope, state: MapState): void {
  const input = effectiveInput(step, scope, state);
  const readings = new Readings(step, scope, state, input);
  const given = state.itemReader ? undefined : itemsOrMembersOf(step, state, readings);
  const maxConcurrency = concurrencyOf(step, state, readings);
  step.recordIn(scope, 'MapStateStarted', { length: given?.items.length ?? 0 });
  const tolerated = toleratedFailures(step, state, readings);
  scope.attempt++;
  const call: MapRunCall = {
    type: 'mapRun',
    key: keyOf(scope),
    stateName: state.name,
    statePath: pathOf(step.execution, scope),
    input,
    ...given,
    context: readings.context,
    variables: variablesOf(step.execution, scope),
    maxConcurrency,
    ...tolerated,
  };
  scope.phase = { type: 'mapRun', call };
  step.command(call);
}

interface ToleratedFailures {
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
}

function toleratedFailures(step: Step, state: MapState, readings: Readings): ToleratedFailures {
  const isJsonata = state.queryLanguage === 'JSONata';
  const { toleratedFailureCount: countField, toleratedFailurePercentage: percentageField } = state;
  const tolerated: { -readonly [member in keyof ToleratedFailures]: number } = {};
  if (countField !== undefined) {
    tolerated.toleratedFailureCount = numberOf(countField, 'ToleratedFailureCount', readings, isJsonata);
    refuseNegative(tolerated.toleratedFailureCount, 'ToleratedFailureCount', isJsonata);
  }
  if (percentageField !== undefined) {
    const percentage = numberOf(percentageField, 'ToleratedFailurePercentage', readings, isJsonata, 'float');
    if (percentage < 0 || percentage > 100) {
      throw new FieldError('States.Runtime', 'ToleratedFailurePercentage must be between 0 and 100.');
    }
    tolerated.toleratedFailurePercentage = percentage;
  }
  if (step.inspection) Object.assign(step.inspection.data, tolerated);
  return tolerated;
}

/** Goes on with a map run that failed or was aborted. */
export function redriveMapRun(
  step: Step,
  scope: ExecutionScope,
  { call, mapRunArn }: { call: MapRunCall; mapRunArn: string },
): void {
  scope.attempt++;
  const again: MapRunCall = { ...call, key: keyOf(scope), redrive: mapRunArn };
  scope.phase = { type: 'mapRun', call: again };
  step.command(again);
}

/** @returns whether that was news */
export function mapRunStarted(step: Step, scope: ExecutionScope, phase: MapRunPhase, mapRunArn: string): boolean {
  if (phase.mapRunArn !== undefined) return false;
  phase.mapRunArn = mapRunArn;
  if (phase.call.redrive === undefined) step.recordIn(scope, 'MapRunStarted', { mapRunArn });
  else step.recordIn(scope, 'MapRunRedriven', { mapRunArn, redriveCount: step.execution.redriveCount });
  phase.startedEvent = scope.lastEvent;
  return true;
}

export function mapRunEnded(
  step: Step,
  scope: ExecutionScope,
  state: MapState,
  phase: MapRunPhase,
  result: MapRunResult,
): void {
  if (!result.ok) {
    const { error, cause } = result;
    step.recordIn(scope, 'MapRunFailed', { error, ...(cause !== undefined && { cause }) });
    failState(step, scope, state, { error, cause });
    return;
  }
  step.recordIn(scope, 'MapRunSucceeded');
  step.record('MapStateSucceeded', scope.lastEvent);
  // What follows refers to MapRunStarted. (In recordings from before autumn 2024 it refers to MapRunSucceeded.)
  scope.lastEvent = phase.startedEvent ?? scope.lastEvent;
  leaveState(step, scope, state, exitWithResult(step, scope, state, toPayload(result.output)), state.next);
}

/** The way to the definition of the state that a scope is in: state names, and branch indices of Parallel states. */
function pathOf(execution: Execution, scope: ExecutionScope): (string | number)[] {
  const parent = parentOf(execution, scope);
  if (!parent) return [scope.state];
  const isBranch = parent.phase.type === 'fanningOut' && !parent.phase.items;
  return [...pathOf(execution, parent), ...(isBranch ? [scope.index] : []), scope.state];
}
