import { startExecutionTimer } from './end.ts';
import { type ExecutionScope, ROOT } from './execution.ts';
import { performState, runToRest } from './run.ts';
import { redriveMapRun } from './states/map-run.ts';
import { type Step, stateOf } from './step.ts';

/**
 * Goes on with an execution that did not succeed, where it stopped: states that failed or were aborted are done again, with
 * their Retriers fresh; branches and iterations that were over keep their results.
 * @returns false if it cannot be redriven: it runs, it succeeded, or it is an EXPRESS execution
 */
export function redrive(step: Step): boolean {
  const { execution } = step;
  const root = execution.scopes[ROOT];
  if (execution.type === 'EXPRESS' || execution.status === 'RUNNING' || execution.status === 'SUCCEEDED' || !root)
    return false;
  execution.status = 'RUNNING';
  execution.redriveCount++;
  execution.redrivenAt = step.at;
  execution.stoppedAt = undefined;
  execution.error = undefined;
  execution.cause = undefined;
  step.record('ExecutionRedriven', 0, { redriveCount: execution.redriveCount });
  startExecutionTimer(step);
  for (const scope of Object.values(execution.scopes)) restart(step, scope);
  return true;
}

function restart(step: Step, scope: ExecutionScope): void {
  // Another branch may have failed meanwhile, and aborted this one again.
  if (step.execution.status !== 'RUNNING' || step.execution.scopes[scope.id] !== scope) return;
  const { phase } = scope;
  if (phase.type === 'unfinished') {
    scope.retryCount = undefined;
    scope.retries = undefined;
    if (phase.mapRun) redriveMapRun(step, scope, phase.mapRun);
    else performState(step, scope, stateOf(step, scope));
  }
  runToRest(step, scope);
}
