import { contextOf, STATE_DATA } from './context.ts';
import type { Flow, MapState, State, StateMachine } from './definition.ts';
import {
  addScope,
  createExecution,
  type Execution,
  type ExecutionScope,
  type FanOutPhase,
  type NewExecution,
} from './execution.ts';
import type { Inspection } from './inspection.ts';
import type { Json, JsonObject } from './json.ts';
import type { MapRunCall, TaskCall } from './protocol.ts';
import { attempt, failState } from './recovery.ts';
import { performState } from './run.ts';
import { completeMap } from './states/map.ts';
import { itemInput } from './states/map-input.ts';
import { mapRunEnded } from './states/map-run.ts';
import { completeParallel } from './states/parallel.ts';
import { callOf, taskFailed, taskSubmitted, taskSucceeded } from './states/task.ts';
import { wakeWait } from './states/wait.ts';
import { recordEntered, Step } from './step.ts';

/** One state, tried out on its own: what the API operation TestState does. */
export interface StateTest {
  /** The machine that the state belongs to; it may stand in a branch or in an item processor. */
  readonly machine: StateMachine;
  readonly stateName: string;
  /** What the context object tells of the execution; its input is the state's. */
  readonly execution: Omit<NewExecution, 'type'>;
  readonly variables?: JsonObject;
  /** In place of the context object that would be made up. */
  readonly context?: JsonObject;
  /** How often the Retrier that takes the failure has been used already. */
  readonly retrierRetryCount?: number;
  /** How many iterations of a Map failed. */
  readonly mapIterationFailureCount?: number;
  readonly at: number;
  readonly seed: string;
}

export type Outcome = { readonly result: Json } | { readonly error?: string; readonly cause?: string };

export interface StateTestResult {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';
  /** JSON text. */
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly nextState?: string;
  /** Values of AWS's InspectionData, apart from `input` and `variables`. */
  readonly inspectionData: JsonObject;
  readonly variables: JsonObject;
}

/** What became of the test; or what the state waits for, and how to go on with it. */
export type StateTested = { readonly done: StateTestResult } | Unfinished;

/** A state that waits for something. */
export interface Unfinished {
  readonly type: State['type'];
  /** A Task: perform the call. Parallel and Map can only be mocked. */
  readonly call?: TaskCall;
  /** What a Distributed Map would do. */
  readonly mapRun?: MapRunCall;
  /** @param items how many a Distributed Map has */
  readonly finish: (outcome: Outcome, items?: number) => StateTestResult;
}

/** @returns undefined if the machine has no such state */
export function testState(test: StateTest): StateTested | undefined {
  const flow = flowWith(test.machine, test.stateName);
  const state = flow?.states.get(test.stateName);
  return flow && state && new Trial(test, flow, state).begin();
}

/** The graph in which a state stands: the machine itself, a branch, or an item processor. */
export function flowWith(flow: Flow, stateName: string): Flow | undefined {
  if (flow.states.has(stateName)) return flow;
  for (const state of flow.states.values()) {
    const inner = state.type === 'Parallel' ? state.branches : state.type === 'Map' ? [state.processor] : [];
    for (const branch of inner) {
      const found = flowWith(branch, stateName);
      if (found) return found;
    }
  }
  return undefined;
}

/** The branches of a Parallel state are not run, and AWS does not even make their input. */
const UNOPENED: FanOutPhase = { type: 'fanningOut', count: 0, concurrency: 0, next: 0, running: 0, results: [] };

class Trial {
  readonly #test: StateTest;
  readonly #state: State;
  readonly #execution: Execution;
  readonly #scope: ExecutionScope;
  readonly #inspection: Inspection;
  readonly #step: Step;

  constructor(test: StateTest, flow: Flow, state: State) {
    this.#test = test;
    this.#state = state;
    const execution = createExecution({ ...test.execution, type: 'EXPRESS' });
    this.#execution = execution;
    const input = { value: JSON.parse(execution.input), text: execution.input };
    this.#scope = addScope(execution, { index: 0, state: state.name, input, lastEvent: 0 });
    if (test.variables) this.#scope.variables = test.variables;
    this.#presetRetries(state, test.retrierRetryCount);
    this.#scope.enteredAt = test.at;
    this.#inspection = { data: {}, context: test.context ?? this.#madeUpContext() };
    const machine: StateMachine = { ...flow, startAt: state.name, queryLanguage: test.machine.queryLanguage };
    this.#step = new Step(machine, execution, { type: 'start', at: test.at, seed: test.seed }, this.#inspection);
  }

  #presetRetries(state: State, count: number | undefined): void {
    if (count === undefined || !('retry' in state)) return;
    this.#scope.retryCount = count;
    this.#scope.retries = Object.fromEntries(state.retry.map((_, index) => [index, count]));
  }

  #madeUpContext(): JsonObject {
    const { Execution: execution, ...context } = contextOf(this.#execution, this.#scope, this.#state) as {
      Execution: JsonObject;
    };
    const { RedriveCount: _, ...withoutRedrives } = execution;
    return { Execution: withoutRedrives, ...context };
  }

  begin(): StateTested {
    const state = this.#state;
    recordEntered(this.#step, this.#scope, state);
    if (state.type === 'Parallel') this.#scope.phase = UNOPENED;
    else performState(this.#step, this.#scope, state);
    const { phase } = this.#scope;
    if (phase.type === 'waiting' && state.type === 'Wait') {
      attempt(this.#step, this.#scope, state, () => wakeWait(this.#step, this.#scope, state));
    }
    const isSelected = phase.type !== 'fanningOut' || state.type !== 'Map' || this.#selects(state, phase);
    const isWaiting = phase.type === 'calling' || phase.type === 'fanningOut' || phase.type === 'mapRun';
    if (!isWaiting || !isSelected) return { done: this.#result() };
    const finish = (outcome: Outcome, items?: number): StateTestResult => {
      attempt(this.#step, this.#scope, state, () => this.#resolve(outcome, items));
      return this.#result();
    };
    return {
      type: state.type,
      ...(phase.type === 'calling' && state.type === 'Task' && { call: callOf(this.#scope, state, phase) }),
      ...(phase.type === 'mapRun' && { mapRun: phase.call }),
      finish,
    };
  }

  /** Shows the inputs of an Inline Map's iterations. @returns whether its ItemSelector can make them */
  #selects(state: MapState, phase: FanOutPhase): boolean {
    const { itemSelector } = state;
    if (!itemSelector) return true;
    attempt(this.#step, this.#scope, state, () => {
      this.#inspection.data.afterItemSelector = (phase.items ?? []).map((value, index) =>
        itemInput(this.#step, this.#scope, state, { index, value, source: STATE_DATA }),
      );
    });
    return this.#inspection.failure === undefined;
  }

  /** Gives the state what it waits for. */
  #resolve(outcome: Outcome, items: number | undefined): void {
    const [step, scope, state] = [this.#step, this.#scope, this.#state];
    const { phase } = scope;
    if (phase.type === 'calling' && state.type === 'Task') {
      if (phase.taskToken !== undefined) taskSubmitted(step, scope, state, phase, null);
      if ('result' in outcome) taskSucceeded(step, scope, state, phase, outcome.result);
      else taskFailed(step, scope, state, phase, outcome);
    } else if (!('result' in outcome)) {
      failState(step, scope, state, outcome);
    } else if (this.#tooManyFailures(items)) {
      const cause = 'The specified tolerated failure threshold was exceeded';
      failState(step, scope, state, { error: 'States.ExceedToleratedFailureThreshold', cause });
    } else if (phase.type === 'mapRun' && state.type === 'Map') {
      mapRunEnded(step, scope, state, phase, { ok: true, output: outcome.result });
    } else if (phase.type === 'fanningOut') {
      const results = Array.isArray(outcome.result) ? outcome.result : [outcome.result];
      if (state.type === 'Map') completeMap(step, scope, state, { ...phase, results });
      else if (state.type === 'Parallel') completeParallel(step, scope, state, { ...phase, results });
    }
  }

  #tooManyFailures(items: number | undefined): boolean {
    const { mapIterationFailureCount: failed = 0 } = this.#test;
    const { phase } = this.#scope;
    if (phase.type !== 'mapRun') return false;
    const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = phase.call;
    const share = (100 * failed) / Math.max(items ?? failed, 1);
    return (count !== undefined && failed > count) || (percentage !== undefined && share > percentage);
  }

  #result(): StateTestResult {
    const { data, failure, taken } = this.#inspection;
    const { error, cause } = failure ?? {};
    const reason = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
    const common = { inspectionData: data, variables: this.#scope.variables ?? {} };
    if (taken === 'retry') return { status: 'RETRIABLE', ...reason, ...common };
    if (this.#execution.status === 'SUCCEEDED') {
      return { status: 'SUCCEEDED', output: this.#execution.output ?? 'null', ...common };
    }
    if (this.#execution.status !== 'RUNNING') {
      const { error: last, cause: why } = this.#execution;
      return {
        status: 'FAILED',
        ...(last !== undefined && { error: last }),
        ...(why !== undefined && { cause: why }),
        ...common,
      };
    }
    const left = { output: JSON.stringify(this.#scope.input), nextState: this.#scope.state };
    return taken === 'catch'
      ? { status: 'CAUGHT_ERROR', ...reason, ...left, ...common }
      : { status: 'SUCCEEDED', ...left, ...common };
  }
}
