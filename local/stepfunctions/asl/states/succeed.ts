import { exitWithInput } from '../dataflow.ts';
import type { SucceedState } from '../definition.ts';
import type { ExecutionScope } from '../execution.ts';
import { leaveState } from '../leave.ts';
import type { Step } from '../step.ts';

export function enterSucceed(step: Step, scope: ExecutionScope, state: SucceedState): void {
  leaveState(step, scope, state, exitWithInput(step, scope, state), undefined);
}
