import { createExecution, type Execution } from '../asl/execution.ts';
import type { StoredExecution } from './store/store.ts';

/** An execution that is about to start. */
export function newExecution({ executionArn, name, input, startedAt, revision }: StoredExecution): Execution {
  const { stateMachineArn, roleArn, type, versionArn, aliasArn } = revision;
  return createExecution({
    executionArn,
    name,
    input,
    startedAt,
    stateMachineArn,
    stateMachineName: revision.name,
    roleArn,
    type,
    ...(versionArn !== undefined && { versionArn }),
    ...(aliasArn !== undefined && { aliasArn }),
  });
}

/** What has to be stored of an execution: the rest never changes, and is stored beside it. */
export function toState(execution: Execution): object {
  const { executionArn, name, stateMachineArn, stateMachineName, roleArn, type, input, startedAt, ...state } =
    execution;
  return state;
}

/** @returns the execution that had this state */
export function fromState(description: StoredExecution, state: object): Execution {
  return { ...newExecution(description), ...(state as Partial<Execution>) };
}
