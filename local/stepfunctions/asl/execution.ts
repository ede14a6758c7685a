import type { Json, JsonObject } from './json.ts';
import type { Payload } from './payload.ts';
import type { AttemptKey, MapRunCall } from './protocol.ts';

// The snapshot of an execution. All of it is plain JSON: `JSON.parse(JSON.stringify(execution))` continues identically.

export interface Execution {
  readonly executionArn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** The version and the alias that the execution was started through, if it was. */
  readonly versionArn?: string | undefined;
  readonly aliasArn?: string | undefined;
  /** JSON text, as given. */
  readonly input: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** Absent while it runs. */
  stoppedAt?: number;
  /** JSON text: of a SUCCEEDED execution. */
  output?: string;
  /** Of an execution that did not succeed; both may be absent. */
  error?: string;
  cause?: string;
  redriveCount: number;
  redrivenAt?: number;
  /** The id of the newest event in its history. */
  events: number;
  /** At most so many bytes of JSON text have the variables of all scopes together. */
  variableBytes: number;
  /** Ids of scopes are never used twice, if anything ever waited in them. */
  nextScope: number;
  /**
   * What is going on, by scope id: the root (0), and a scope for each branch or iteration that was started and is not
   * over. Those of a failed execution stay, for a redrive.
   */
  scopes: Record<number, ExecutionScope>;
}

/** One line of control: a state machine as a whole, a branch of a Parallel state, or an iteration of a Map state. */
export interface ExecutionScope {
  readonly id: number;
  /** The scope whose Parallel or Map state started it; the root has none. */
  readonly parent?: number;
  /** Which branch, or which iteration, counted from 0. */
  readonly index: number;
  /** Workflow variables that were assigned in this scope, by name without `$`. Those of outer scopes are visible too. */
  variables?: JsonObject;
  /** The name of the state that it is in, or about to enter. */
  state: string;
  /** That state's input as it came. Never changed in place: it may be shared. */
  input: Json;
  /** Milliseconds since 1970. */
  enteredAt: number;
  /** The event that recorded that the state was entered, and the event before that. */
  enteredEvent: number;
  beforeEntered: number;
  /** What the next event of this scope refers to as the previous one. */
  lastEvent: number;
  /** Grows with every call, wait and backoff: it tells attempts apart. */
  attempt: number;
  /** How often this state was tried again, and how often by which Retrier. Absent: never. */
  retryCount?: number;
  retries?: Record<number, number>;
  phase: Phase;
  /** The input together with its text, as long as it is in memory. */
  [INPUT]?: Payload;
}

/** JSON does not see symbols: the text of an input is made again where a snapshot was loaded. */
export const INPUT = Symbol('input');

export type Phase =
  /** About to enter its state. Only at rest when `advance` had to interrupt an endless loop. */
  | { readonly type: 'ready' }
  | CallingPhase
  | { readonly type: 'waiting'; readonly until: number }
  | { readonly type: 'backingOff'; readonly until: number }
  | FanOutPhase
  | MapRunPhase
  /** Of an execution or a scope that failed: where a redrive goes on. */
  | UnfinishedPhase;

export interface UnfinishedPhase {
  readonly type: 'unfinished';
  /** A Distributed Map whose map run can be redriven. */
  readonly mapRun?: { readonly call: MapRunCall; readonly mapRunArn: string };
}

/** A Task state waits for its result. */
export interface CallingPhase {
  readonly type: 'calling';
  readonly parameters: Json;
  readonly taskToken?: string;
  /** It is the end of a job that ends the task (`.sync`); with the token somebody may end it before. */
  readonly isJob?: true;
  readonly timeoutSeconds?: number;
  readonly heartbeatSeconds?: number;
  readonly credentialsRoleArn?: string;
  /** When the timers are due that are set; milliseconds since 1970. */
  timeoutAt?: number;
  heartbeatAt?: number;
  /** What the service answered when it accepted the call. Activities: `null`, once the task is scheduled. */
  submitted?: Json;
  /** A callback that came before the call it belongs to was answered. */
  early?: { readonly output: Json } | { readonly error?: string; readonly cause?: string };
}

/** Whether there is nothing to do but to wait, once the call is submitted: for a worker, or for whoever got the token. */
export const isAnsweredByOthers = ({ taskToken, isJob }: CallingPhase): boolean => taskToken !== undefined && !isJob;

/** A Parallel or an inline Map state waits for its branches or iterations. */
export interface FanOutPhase {
  readonly type: 'fanningOut';
  /** Map: the items, before ItemSelector. Parallel: the input of every branch. */
  readonly items?: readonly Json[];
  readonly branchInput?: Json;
  readonly count: number;
  /** How many may run at a time; 0: all. */
  readonly concurrency: number;
  /** The branch or iteration to start next. */
  next: number;
  running: number;
  readonly results: Json[];
  /** The newest MapIterationSucceeded event, if there is one. */
  iterationSucceeded?: number;
}

/** A Distributed Map waits for its map run. */
export interface MapRunPhase {
  readonly type: 'mapRun';
  readonly call: MapRunCall;
  mapRunArn?: string;
  startedEvent?: number;
}

export const READY: Phase = Object.freeze({ type: 'ready' });
export const ROOT = 0;

export interface NewExecution {
  readonly executionArn: string;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly versionArn?: string | undefined;
  readonly aliasArn?: string | undefined;
}

/** @returns an execution that waits for its `start` event */
export function createExecution(start: NewExecution): Execution {
  const { executionArn, name, input, startedAt, stateMachineArn, stateMachineName, roleArn, type } = start;
  const { versionArn, aliasArn } = start;
  return {
    executionArn,
    name,
    stateMachineArn,
    stateMachineName,
    roleArn,
    type,
    versionArn,
    aliasArn,
    input,
    startedAt,
    status: 'RUNNING',
    redriveCount: 0,
    events: 0,
    variableBytes: 0,
    nextScope: ROOT,
    scopes: {},
  };
}

/** @returns a new scope, about to enter `state` */
export function addScope(
  execution: Execution,
  place: { parent?: number; index: number; state: string; input: Payload; lastEvent: number },
): ExecutionScope {
  const scope: ExecutionScope = {
    id: execution.nextScope++,
    parent: place.parent,
    index: place.index,
    variables: undefined,
    state: place.state,
    input: place.input.value,
    enteredAt: 0,
    enteredEvent: 0,
    beforeEntered: 0,
    lastEvent: place.lastEvent,
    attempt: 0,
    retryCount: undefined,
    retries: undefined,
    phase: READY,
    [INPUT]: place.input,
  };
  execution.scopes[scope.id] = scope;
  return scope;
}

/** Forgets a scope that has ended. */
export function removeScope(execution: Execution, { id, attempt }: ExecutionScope): void {
  delete execution.scopes[id];
  // Nobody has ever heard of it: many thousands of iterations need not have as many ids.
  if (attempt === 0 && id === execution.nextScope - 1) execution.nextScope = id;
}

export const parentOf = (execution: Execution, scope: ExecutionScope): ExecutionScope | undefined =>
  scope.parent === undefined ? undefined : execution.scopes[scope.parent];

export const childrenOf = (execution: Execution, parent: ExecutionScope): ExecutionScope[] =>
  Object.values(execution.scopes).filter((scope) => scope.parent === parent.id);

/** The current attempt of the state that a scope is in. */
export const keyOf = (scope: ExecutionScope): AttemptKey => `${scope.id}.${scope.attempt}`;

/** @returns the scope whose current attempt this is; undefined if that attempt is over */
export function scopeOfKey(execution: Execution, key: AttemptKey): ExecutionScope | undefined {
  const scope = execution.scopes[Number.parseInt(key, 10)];
  return scope && keyOf(scope) === key ? scope : undefined;
}

/** Marks where a redrive goes on. */
export function leaveUnfinished(scope: ExecutionScope): void {
  const { phase } = scope;
  // Branches and iterations are marked themselves: a redrive starts only those again that are not over.
  if (phase.type === 'fanningOut') return;
  const { call, mapRunArn } = phase.type === 'mapRun' ? phase : {};
  scope.phase = { type: 'unfinished', ...(call && mapRunArn !== undefined && { mapRun: { call, mapRunArn } }) };
}

/** The workflow variables that a scope sees: its own, and those of the scopes around it. */
export function variablesOf(execution: Execution, scope: ExecutionScope): JsonObject {
  const outer = parentOf(execution, scope);
  if (!outer) return scope.variables ?? NO_VARIABLES;
  const outerVariables = variablesOf(execution, outer);
  if (!scope.variables) return outerVariables;
  return outerVariables === NO_VARIABLES ? scope.variables : { ...outerVariables, ...scope.variables };
}

const NO_VARIABLES: JsonObject = Object.freeze({});
