import { createExecution, type Execution, type ExecutionScope, INPUT, type Phase, parentOf } from '../asl/execution.ts';
import type { Json } from '../asl/json.ts';
import type { StoredExecution } from './store/store.ts';

/** An execution that is about to start. */
export function newExecution({ executionArn, name, input, startedAt, revision }: StoredExecution): Execution {
  const { stateMachineArn, name: stateMachineName, roleArn, type, versionArn, aliasArn } = revision;
  const machine = { stateMachineArn, stateMachineName, roleArn, type, versionArn, aliasArn };
  return createExecution({ executionArn, name, input, startedAt, ...machine });
}

// How an execution that goes on is stored: a JSON array on one line, and after it the inputs of its scopes, whose texts are at
// hand mostly. The array has the members of the execution that change, then for each scope its members, the length of its input
// and its phase. Values that are in an execution several times are stored once.

type Changing =
  | 'status'
  | 'stoppedAt'
  | 'output'
  | 'error'
  | 'cause'
  | 'redriveCount'
  | 'redrivenAt'
  | 'events'
  | 'variableBytes'
  | 'nextScope';
type Plain = Exclude<keyof ExecutionScope, 'input' | 'phase' | typeof INPUT>;

const keysOf = <Key extends string>(members: Record<Key, true>) => Object.keys(members) as Key[];

/** In this order. */
const EXECUTION = keysOf<Changing>({
  status: true,
  stoppedAt: true,
  output: true,
  error: true,
  cause: true,
  redriveCount: true,
  redrivenAt: true,
  events: true,
  variableBytes: true,
  nextScope: true,
});
const SCOPE = keysOf<Plain>({
  id: true,
  parent: true,
  index: true,
  variables: true,
  state: true,
  enteredAt: true,
  enteredEvent: true,
  beforeEntered: true,
  lastEvent: true,
  attempt: true,
  retryCount: true,
  retries: true,
});

/** Values of a scope in the array. */
const SCOPE_VALUES = SCOPE.length + 2;

export function snapshotToText(execution: Execution): string {
  const values: unknown[] = [];
  let inputs = '';
  for (const member of EXECUTION) values.push(execution[member]);
  // Outer scopes come first: their ids are smaller.
  for (const id in execution.scopes) {
    const scope = execution.scopes[id] as ExecutionScope;
    for (const member of SCOPE) values.push(scope[member]);
    const input = inputText(scope, parentOf(execution, scope));
    values.push(input?.length, withoutInput(scope));
    if (input !== undefined) inputs += input;
  }
  return `${JSON.stringify(values)}\n${inputs}`;
}

/** @returns undefined if it is that of all branches */
function inputText(
  { input, [INPUT]: payload }: ExecutionScope,
  parent: ExecutionScope | undefined,
): string | undefined {
  if (parent?.phase.type === 'fanningOut' && parent.phase.branchInput === input) return undefined;
  return payload?.value === input ? payload.text : JSON.stringify(input);
}

/** Parameters, and an input of branches, that are the state's input are left out. */
function withoutInput({ phase, input }: ExecutionScope): object {
  if (phase.type === 'calling' && phase.parameters === input) return { ...phase, parameters: undefined };
  if (phase.type === 'fanningOut' && phase.branchInput === input) return { ...phase, branchInput: undefined };
  return phase;
}

/** @returns the execution that had this text. @throws SyntaxError */
export function textToSnapshot(description: StoredExecution, text: string): Execution {
  const end = text.indexOf('\n');
  const values = JSON.parse(text.slice(0, end)) as unknown[];
  const execution = { ...newExecution(description), ...membersOf(EXECUTION, values, 0) } as Execution;
  let position = end + 1;
  for (let at = EXECUTION.length; at < values.length; at += SCOPE_VALUES) {
    const [length, phase] = values.slice(at + SCOPE.length, at + SCOPE_VALUES) as [number | null, Partial<Phase>];
    const scope = membersOf(SCOPE, values, at) as ExecutionScope;
    const parent = parentOf(execution, scope);
    if (length !== null) {
      const input = text.slice(position, position + length);
      position += length;
      scope[INPUT] = { value: JSON.parse(input) as Json, text: input };
      scope.input = scope[INPUT].value;
    } else if (parent?.phase.type === 'fanningOut') scope.input = parent.phase.branchInput as Json;
    scope.phase = withInput(phase, scope.input);
    execution.scopes[scope.id] = scope;
  }
  return execution;
}

/** What is `null` was absent. */
function membersOf<Key extends string>(names: readonly Key[], values: readonly unknown[], from: number) {
  const members: Partial<Record<Key, unknown>> = {};
  for (const [index, name] of names.entries()) {
    const value = values[from + index];
    if (value !== null) members[name] = value;
  }
  return members;
}

function withInput(phase: Partial<Phase>, input: Json): Phase {
  const rest = phase as Phase;
  if (rest.type === 'calling' && rest.parameters === undefined) return { ...rest, parameters: input };
  if (rest.type === 'fanningOut' && !rest.items && rest.branchInput === undefined)
    return { ...rest, branchInput: input };
  return rest;
}
