import { createExecution, type Execution } from '../asl/execution.ts';
import type { StoredExecution } from './store/store.ts';

/** An execution that is about to start. */
export function newExecution({ executionArn, name, input, startedAt, revision }: StoredExecution): Execution {
  const { stateMachineArn, name: stateMachineName, roleArn, type, versionArn, aliasArn } = revision;
  const machine = { stateMachineArn, stateMachineName, roleArn, type, versionArn, aliasArn };
  return createExecution({ executionArn, name, input, startedAt, ...machine });
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
