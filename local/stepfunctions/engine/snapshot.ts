import { createExecution, type Execution, type ExecutionScope, parentOf } from '../asl/execution.ts';
import type { StoredExecution } from './store/store.ts';

/** An execution that is about to start. */
export function newExecution({ executionArn, name, input, startedAt, revision }: StoredExecution): Execution {
  const { stateMachineArn, name: stateMachineName, roleArn, type, versionArn, aliasArn } = revision;
  const machine = { stateMachineArn, stateMachineName, roleArn, type, versionArn, aliasArn };
  return createExecution({ executionArn, name, input, startedAt, ...machine });
}

/**
 * What has to be stored of an execution: the rest never changes, and is stored beside it. Values that are in it several times
 * are stored once.
 */
export function toState(execution: Execution): object {
  const scopes: Record<number, Repeating> = {};
  for (const scope of Object.values(execution.scopes))
    scopes[scope.id] = withoutRepeats(scope, parentOf(execution, scope));
  return {
    status: execution.status,
    stoppedAt: execution.stoppedAt,
    output: execution.output,
    error: execution.error,
    cause: execution.cause,
    redriveCount: execution.redriveCount,
    redrivenAt: execution.redrivenAt,
    events: execution.events,
    variableBytes: execution.variableBytes,
    nextScope: execution.nextScope,
    scopes,
  };
}

/** @returns the execution that had this state */
export function fromState(description: StoredExecution, state: object): Execution {
  const execution: Execution = { ...newExecution(description), ...(state as Partial<Execution>) };
  // Outer scopes come first: their ids are smaller.
  for (const scope of Object.values(execution.scopes)) addRepeats(scope, parentOf(execution, scope));
  return execution;
}

type Repeating = { -readonly [Key in keyof ExecutionScope]?: ExecutionScope[Key] | undefined };

/** An input that is the branch's, and parameters or a branch's input that are the state's input, are left out. */
function withoutRepeats(scope: ExecutionScope, parent: ExecutionScope | undefined): Repeating {
  const { phase, input } = scope;
  let rest: Repeating = scope;
  if (parent?.phase.type === 'fanningOut' && parent.phase.branchInput === input) rest = { ...rest, input: undefined };
  if (phase.type === 'calling' && phase.parameters === input)
    rest = { ...rest, phase: { ...phase, parameters: undefined } as unknown as ExecutionScope['phase'] };
  if (phase.type === 'fanningOut' && phase.branchInput === input)
    rest = { ...rest, phase: { ...phase, branchInput: undefined } };
  return rest;
}

function addRepeats(scope: Repeating, parent: ExecutionScope | undefined): void {
  const { phase } = scope;
  if (scope.input === undefined && parent?.phase.type === 'fanningOut') scope.input = parent.phase.branchInput;
  const { input } = scope;
  if (phase?.type === 'calling' && phase.parameters === undefined && input !== undefined)
    scope.phase = { ...phase, parameters: input };
  if (phase?.type === 'fanningOut' && !phase.items && phase.branchInput === undefined && input !== undefined)
    scope.phase = { ...phase, branchInput: input };
}
