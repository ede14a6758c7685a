import { abortChild } from './abort.ts';
import { addScope, childrenOf, type ExecutionScope, type FanOutPhase } from './execution.ts';
import type { Json } from './json.ts';
import { type Step, stateOf } from './step.ts';

// What Parallel and inline Map states have in common: scopes inside a scope. Their beginnings and ends are in
// states/parallel.ts and states/map.ts.

/** True if another branch or iteration may start now. */
export const hasRoom = (phase: FanOutPhase): boolean =>
  phase.next < phase.count && (phase.concurrency === 0 || phase.running < phase.concurrency);

export const isComplete = (phase: FanOutPhase): boolean => phase.next === phase.count && phase.running === 0;

/** Starts the next branch or iteration; it has not entered its first state yet. */
export function startChild(
  step: Step,
  parent: ExecutionScope,
  phase: FanOutPhase,
  child: { state: string; input: { value: Json; text: string }; lastEvent: number },
): ExecutionScope {
  phase.running++;
  return addScope(step.execution, { parent: parent.id, index: phase.next++, ...child });
}

/** A branch or an iteration has its result, and is gone. */
export function settleChild(step: Step, parent: ExecutionScope, child: ExecutionScope, result: Json): void {
  const { phase } = parent;
  if (phase.type !== 'fanningOut') throw new Error(`The state '${parent.state}' has no branches`);
  phase.results[child.index] = result;
  phase.running--;
  parent.lastEvent = child.lastEvent;
  const state = stateOf(step, parent);
  if (state.type !== 'Map') return;
  phase.iterationSucceeded = step.record('MapIterationSucceeded', child.lastEvent, state.name, child.index);
}

/** Stops the branches or iterations of a state that failed. */
export function abortChildren(step: Step, parent: ExecutionScope): void {
  if (parent.phase.type !== 'fanningOut') return;
  for (const child of childrenOf(step.execution, parent)) abortChild(step, parent, child);
}

/** Forgets the branches or iterations of a state that is tried again or left. */
export function discardChildren(step: Step, parent: ExecutionScope): void {
  if (parent.phase.type !== 'fanningOut') return;
  for (const child of childrenOf(step.execution, parent)) {
    discardChildren(step, child);
    delete step.execution.scopes[child.id];
  }
}
