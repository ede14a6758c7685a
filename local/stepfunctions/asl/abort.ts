import { childrenOf, type ExecutionScope, keyOf, leaveUnfinished } from './execution.ts';
import { type Step, stateOf } from './step.ts';

/**
 * Takes back what a scope waits for, and what the scopes inside it wait for. They stay for a redrive.
 * @param silently without events: the execution as a whole ends, and its last event says enough
 */
export function abortScope(step: Step, scope: ExecutionScope, { silently }: { readonly silently: boolean }): void {
  const { phase } = scope;
  switch (phase.type) {
    case 'calling':
      step.command({ type: 'cancel', key: keyOf(scope) });
      clearTaskTimers(step, scope);
      break;
    case 'waiting':
      step.clearTimer(scope, 'wait');
      break;
    case 'backingOff':
      step.clearTimer(scope, 'retry');
      break;
    case 'mapRun':
      step.command({ type: 'cancel', key: keyOf(scope) });
      break;
    case 'fanningOut':
      for (const child of childrenOf(step.execution, scope)) abortChild(step, scope, child, silently);
      break;
    case 'ready':
      step.clearTimer(scope, 'continue');
      break;
    case 'unfinished':
      return;
  }
  if (!silently) recordAborted(step, scope);
  leaveUnfinished(scope);
}

/** As abortScope, and says so of an iteration as a whole. */
export function abortChild(step: Step, parent: ExecutionScope, child: ExecutionScope, silently = false): void {
  if (child.phase.type === 'unfinished') return;
  abortScope(step, child, { silently });
  const state = stateOf(step, parent);
  if (silently || state.type !== 'Map') return;
  step.record('MapIterationAborted', child.lastEvent, { name: state.name, index: child.index });
}

/** `<type>StateAborted`, for the types of states that take time. */
export function recordAborted(step: Step, scope: ExecutionScope): void {
  const { type } = stateOf(step, scope);
  if (type === 'Task' || type === 'Wait' || type === 'Parallel' || type === 'Map')
    step.recordIn(scope, `${type}StateAborted`);
}

/** Clears the timers of a task that is over. */
export function clearTaskTimers(step: Step, scope: ExecutionScope): void {
  const { phase } = scope;
  if (phase.type !== 'calling') return;
  if (phase.timeoutAt !== undefined) step.clearTimer(scope, 'timeout');
  if (phase.heartbeatAt !== undefined) step.clearTimer(scope, 'heartbeat');
}
