import type { StateMachine } from './definition.ts';
import { EXECUTION_KEY, executionSeconds } from './end.ts';
import { type Execution, type ExecutionScope, keyOf } from './execution.ts';
import type { Command } from './protocol.ts';
import { callOf } from './states/task.ts';
import { Step, stateOf } from './step.ts';

/**
 * What a running execution waits for, as the commands that bring it about: all its calls and timers. For a restart, after
 * which nothing of that is in memory. A `call` whose `submitted` is set was accepted before; a `mapRun` may have been
 * started before.
 */
export function outstanding(machine: StateMachine, execution: Execution): Command[] {
  if (execution.status !== 'RUNNING') return [];
  // Nothing is recorded and nothing is decided here: the step only finds the definitions.
  const step = new Step(machine, execution, { type: 'start', at: execution.startedAt, seed: '' });
  const commands = Object.values(execution.scopes).flatMap((scope) => commandsOf(step, scope));
  const seconds = executionSeconds(step);
  if (seconds === undefined) return commands;
  const at = (execution.redrivenAt ?? execution.startedAt) + seconds * 1000;
  return [...commands, { type: 'setTimer', key: EXECUTION_KEY, timer: 'execution', at }];
}

function commandsOf(step: Step, scope: ExecutionScope): Command[] {
  const { phase } = scope;
  const key = keyOf(scope);
  const state = stateOf(step, scope);
  switch (phase.type) {
    case 'calling': {
      if (state.type !== 'Task') return [];
      const commands: Command[] = [callOf(scope, state, phase)];
      if (phase.timeoutAt !== undefined)
        commands.push({ type: 'setTimer', key, timer: 'timeout', at: phase.timeoutAt });
      if (phase.heartbeatAt !== undefined)
        commands.push({ type: 'setTimer', key, timer: 'heartbeat', at: phase.heartbeatAt });
      return commands;
    }
    case 'waiting':
      return [{ type: 'setTimer', key, timer: 'wait', at: phase.until }];
    case 'backingOff':
      return [{ type: 'setTimer', key, timer: 'retry', at: phase.until }];
    case 'ready':
      return [{ type: 'setTimer', key, timer: 'continue', at: step.at }];
    case 'mapRun':
      return [phase.call];
    case 'fanningOut':
    case 'unfinished':
      return [];
  }
}
