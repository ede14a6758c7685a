import type { State } from './definition.ts';
import { endWithFullHistory } from './end.ts';
import { type ExecutionScope, type FanOutPhase, parentOf } from './execution.ts';
import { hasRoom, isComplete } from './fan-out.ts';
import { MAX_STATES_PER_STEP } from './limits.ts';
import { attempt } from './recovery.ts';
import { enterChoice } from './states/choice.ts';
import { enterFail } from './states/fail.ts';
import { completeMap, startIteration, startMap } from './states/map.ts';
import { completeParallel, startBranch, startParallel } from './states/parallel.ts';
import { enterPass } from './states/pass.ts';
import { enterSucceed } from './states/succeed.ts';
import { callTask } from './states/task.ts';
import { enterWait } from './states/wait.ts';
import { recordEntered, type Step, stateOf } from './step.ts';

/**
 * Runs a scope, the scopes that it starts, and those around it that can go on because of it, until all of them wait for
 * something. One flat loop, so that neither long chains of states nor many iterations need a deep stack: a scope that comes
 * to rest or ends hands over to the scope around it, which starts its next branch or iteration, is complete, or rests too.
 */
export function runToRest(step: Step, start: ExecutionScope): void {
  const { execution } = step;
  let scope: ExecutionScope | undefined = start;
  let statesLeft = MAX_STATES_PER_STEP;
  while (scope && execution.status === 'RUNNING') {
    if (step.isHistoryFull) {
      endWithFullHistory(step, scope.lastEvent);
      return;
    }
    const { phase }: ExecutionScope = scope;
    if (execution.scopes[scope.id] !== scope) {
      // A Catcher further out may have discarded several levels at once: then whatever can go on is the one that took it.
      scope = parentOf(execution, scope) ?? Object.values(execution.scopes).find(({ phase }) => phase.type === 'ready');
    } else if (phase.type === 'ready') {
      if (statesLeft-- === 0) {
        interrupt(step, scope);
        return;
      }
      enterState(step, scope);
    } else if (phase.type === 'fanningOut' && hasRoom(phase)) {
      scope = startNext(step, scope, phase);
    } else if (phase.type === 'fanningOut' && isComplete(phase)) {
      complete(step, scope, phase);
    } else {
      scope = parentOf(execution, scope);
    }
  }
}

/** An endless loop is cut: a timer that is due at once goes on with it. */
function interrupt(step: Step, scope: ExecutionScope): void {
  scope.attempt++;
  step.setTimer(scope, 'continue', step.at);
}

function enterState(step: Step, scope: ExecutionScope): void {
  const state = stateOf(step, scope);
  recordEntered(step, scope, state);
  performState(step, scope, state);
}

/** Does the work of a state that has been entered: for the first time, after a backoff, or in a redrive. */
export function performState(step: Step, scope: ExecutionScope, state: State): void {
  attempt(step, scope, state, () => {
    switch (state.type) {
      case 'Pass':
        return enterPass(step, scope, state);
      case 'Task':
        return callTask(step, scope, state);
      case 'Choice':
        return enterChoice(step, scope, state);
      case 'Wait':
        return enterWait(step, scope, state);
      case 'Succeed':
        return enterSucceed(step, scope, state);
      case 'Fail':
        return enterFail(step, scope, state);
      case 'Parallel':
        return startParallel(step, scope, state);
      case 'Map':
        return startMap(step, scope, state);
    }
  });
}

function startNext(step: Step, scope: ExecutionScope, phase: FanOutPhase): ExecutionScope {
  const state = stateOf(step, scope);
  let child: ExecutionScope | undefined;
  attempt(step, scope, state, () => {
    if (state.type === 'Parallel') child = startBranch(step, scope, state, phase);
    else if (state.type === 'Map') child = startIteration(step, scope, state, phase);
  });
  return child ?? scope;
}

function complete(step: Step, scope: ExecutionScope, phase: FanOutPhase): void {
  const state = stateOf(step, scope);
  attempt(step, scope, state, () => {
    if (state.type === 'Parallel') completeParallel(step, scope, state, phase);
    else if (state.type === 'Map') completeMap(step, scope, state, phase);
  });
}
