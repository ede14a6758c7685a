import type { Flow, State, StateMachine } from './definition.ts';
import { createEntropy } from './entropy.ts';
import { type Execution, type ExecutionScope, INPUT, keyOf, parentOf, READY } from './execution.ts';
import type { Entropy } from './expression.ts';
import { addEvent, ENTERED, type History, newHistory } from './history.ts';
import type { Inspection } from './inspection.ts';
import type { JsonObject } from './json.ts';
import { MAX_HISTORY_EVENTS } from './limits.ts';
import { type Payload, toPayload } from './payload.ts';
import type { Command, ExecutionEvent, TimerKind } from './protocol.ts';

/** What one call of `advance` works on: the execution, the event's time and randomness, and what has come out so far. */
export class Step {
  readonly machine: StateMachine;
  readonly execution: Execution;
  /** The time of the event, in milliseconds since 1970. */
  readonly at: number;
  readonly seed: string;
  /** Whether the execution begins with it. */
  readonly isFirst: boolean;
  readonly history: History = newHistory();
  readonly commands: Command[] = [];
  /** Filled in for TestState; otherwise absent. */
  readonly inspection: Inspection | undefined;
  #entropy: Entropy | undefined;

  constructor(machine: StateMachine, execution: Execution, event: ExecutionEvent, inspection?: Inspection) {
    this.machine = machine;
    this.execution = execution;
    this.at = event.at;
    this.seed = event.seed;
    this.isFirst = event.type === 'start';
    this.inspection = inspection;
  }

  get entropy(): Entropy {
    this.#entropy ??= createEntropy(this.seed);
    return this.#entropy;
  }

  /** True when there is room for one more event only: the one that ends the execution. */
  get isHistoryFull(): boolean {
    return this.execution.type === 'STANDARD' && this.execution.events >= MAX_HISTORY_EVENTS - 1;
  }

  /**
   * Appends an event after `previousEventId`.
   * @param details as `addEvent` takes them
   * @returns its id
   */
  record(type: string, previousEventId: number, details?: JsonObject | string, data?: string | number): number {
    // The loop in advance.ts ends the execution as soon as it sees this; until then nothing more is recorded.
    if (this.isHistoryFull) return this.execution.events;
    const id = ++this.execution.events;
    addEvent(this.history, this.at, id, type, previousEventId, details, data);
    return id;
  }

  /** Appends the event that ends the execution; there is always room for it. */
  recordEnd(type: string, previousEventId: number, details: JsonObject | string, data?: string): void {
    addEvent(this.history, this.at, ++this.execution.events, type, previousEventId, details, data);
  }

  /** Appends the next event of a scope, which follows the scope's newest one. */
  recordIn(scope: ExecutionScope, type: string, details?: JsonObject | string, data?: string | number): void {
    scope.lastEvent = this.record(type, scope.lastEvent, details, data);
  }

  command(command: Command): void {
    this.commands.push(command);
  }

  setTimer(scope: ExecutionScope, timer: TimerKind, at: number): void {
    this.commands.push({ type: 'setTimer', key: keyOf(scope), timer, at });
  }

  clearTimer(scope: ExecutionScope, timer: TimerKind): void {
    this.commands.push({ type: 'clearTimer', key: keyOf(scope), timer });
  }
}

/** The graph of states that a scope runs through. */
export function flowOf(step: Step, scope: ExecutionScope): Flow {
  const parent = parentOf(step.execution, scope);
  if (!parent) return step.machine;
  const state = stateOf(step, parent);
  const flow =
    state.type === 'Map' ? state.processor : state.type === 'Parallel' ? state.branches[scope.index] : undefined;
  if (!flow) throw new Error(`The state '${state.name}' has no branch ${scope.index}`);
  return flow;
}

/** The definition of the state that a scope is in. */
export function stateOf(step: Step, scope: ExecutionScope): State {
  const state = flowOf(step, scope).states.get(scope.state);
  if (!state) throw new Error(`There is no state '${scope.state}'`);
  return state;
}

/** The current state's input as it came. */
export function inputOf(scope: ExecutionScope): Payload {
  scope[INPUT] ??= toPayload(scope.input);
  return scope[INPUT];
}

/** Lets a scope enter a state next. */
export function goTo(scope: ExecutionScope, state: string, input: Payload): void {
  scope.state = state;
  scope.input = input.value;
  scope[INPUT] = input;
  scope.retryCount = undefined;
  scope.retries = undefined;
  scope.phase = READY;
}

export function recordEntered(step: Step, scope: ExecutionScope, state: State): void {
  scope.enteredAt = step.at;
  scope.beforeEntered = scope.lastEvent;
  step.recordIn(scope, ENTERED[state.type], state.name, inputOf(scope).text);
  scope.enteredEvent = scope.lastEvent;
}
