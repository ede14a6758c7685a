import {
  addEvent,
  type History,
  type HistoryEvent,
  newHistory,
} from '../../../../../local/stepfunctions/asl/history.ts';
import type { Revision } from '../../../../../local/stepfunctions/engine/ports.ts';
import { newExecution } from '../../../../../local/stepfunctions/engine/snapshot.ts';
import {
  type ExecutionChange,
  type ExecutionStore,
  type StoredExecution,
  type StoredSnapshot,
  type StoredTimer,
  type StoredToken,
  timerId,
} from '../../../../../local/stepfunctions/engine/store/store.ts';

// What tests of stores commit.

export const revision = (machine: string, more: Partial<Revision> = {}): Revision => ({
  stateMachineArn: `arn:aws:states:eu-west-1:123456789012:stateMachine:${machine}`,
  name: machine,
  type: 'STANDARD',
  definition: '{}',
  roleArn: 'arn:aws:iam::123456789012:role/r',
  revisionId: 'INITIAL',
  ...more,
});

export const execution = (id: number, more: Partial<StoredExecution> = {}): StoredExecution => ({
  id,
  executionArn: `arn:aws:states:eu-west-1:123456789012:execution:m:${id}`,
  name: `${id}`,
  revision: revision('m'),
  status: 'RUNNING',
  startedAt: 1000 + id,
  input: '{"a":1}',
  redriveCount: 0,
  ...more,
});

/** A running execution, after some events. */
export function snapshot(id: number, due: boolean, events = 1): StoredSnapshot {
  return { execution: { ...newExecution(execution(id)), events }, due };
}

export const change = (id: number, more: Partial<ExecutionChange> = {}): ExecutionChange => ({
  id,
  ...more,
});

export const event = (id: number): HistoryEvent => ({
  id,
  previousEventId: id - 1,
  type: 'PassStateEntered',
  timestamp: 5,
});

export function history(...ids: number[]): History {
  const made = newHistory();
  for (const id of ids) addEvent(made, 5, id, 'PassStateEntered', id - 1);
  return made;
}

export const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

export const tokens = (...entries: [key: string, stored: StoredToken | null][]): ExecutionChange['tokens'] =>
  new Map(entries);

export function timers(id: number, ...entries: [key: string, at: number | null][]): ExecutionChange['timers'] {
  return new Map(
    entries.map(([key, at]): [string, StoredTimer | null] => [
      timerId(key, 'wait'),
      at === null ? null : { executionId: id, key, timer: 'wait', at },
    ]),
  );
}

/** Commits the start of an execution. */
export function startIn(
  store: ExecutionStore,
  more: Partial<StoredExecution> = {},
  changes: Partial<ExecutionChange> = {},
): StoredExecution {
  const started = execution(store.nextId(), more);
  store.commit([change(started.id, { started, ...changes })]);
  return started;
}
