import type { StateMachine, TaskState } from '../asl/definition.ts';
import { type Execution, type ExecutionScope, isAnsweredByOthers, keyOf } from '../asl/execution.ts';
import type { AttemptKey, TaskCall, TimerKind } from '../asl/protocol.ts';
import { callOf } from '../asl/states/task.ts';
import { Step, stateOf } from '../asl/step.ts';
import { timerId } from './store/store.ts';

// What a snapshot says about the attempts that are under way: nothing else has to be remembered of them.

const TIMERS: readonly TimerKind[] = ['wait', 'retry', 'timeout', 'heartbeat', 'continue'];

/** Attempts that have a task token. */
export function* tokensOf(execution: Execution): Generator<AttemptKey> {
  for (const scope of Object.values(execution.scopes)) {
    if (scope.phase.type === 'calling' && scope.phase.taskToken !== undefined) yield keyOf(scope);
  }
}

/** Calls whose outcome is not known: they are made, or their jobs followed, after a restart. */
export function* openCalls(machine: StateMachine, execution: Execution): Generator<TaskCall> {
  for (const scope of Object.values(execution.scopes)) {
    const { phase } = scope;
    if (phase.type !== 'calling') continue;
    if (phase.submitted !== undefined && isAnsweredByOthers(phase)) continue;
    yield callOf(scope, taskStateOf(machine, execution, scope), phase);
  }
}

/** All timers that an execution can have set. */
export function* timersOf(execution: Execution): Generator<string> {
  yield timerId('execution', 'execution');
  for (const scope of Object.values(execution.scopes)) for (const timer of TIMERS) yield timerId(keyOf(scope), timer);
}

function taskStateOf(machine: StateMachine, execution: Execution, scope: ExecutionScope): TaskState {
  // A step that does nothing: only its way of finding states is needed.
  const state = stateOf(new Step(machine, execution, { type: 'start', at: 0, seed: '' }), scope);
  if (state.type !== 'Task') throw new Error(`The state '${state.name}' is no Task`);
  return state;
}
