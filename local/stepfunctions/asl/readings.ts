import { completeContext, contextOf, type MapItem } from './context.ts';
import type { State } from './definition.ts';
import { type ExecutionScope, variablesOf } from './execution.ts';
import type { Entropy, Scope } from './expression.ts';
import type { Json, JsonObject } from './json.ts';
import type { Step } from './step.ts';

/** What the expressions of a state read. The context object and the variables are put together only when they are asked for. */
export class Readings implements Scope {
  readonly input: Json;
  readonly result?: Json;
  readonly errorOutput?: Json;
  readonly #step: Step;
  readonly #scope: ExecutionScope;
  readonly #state: State;
  readonly #more: More;
  #context: JsonObject | undefined;
  #variables: JsonObject | undefined;

  constructor(step: Step, scope: ExecutionScope, state: State, input: Json, more: More = {}) {
    this.#step = step;
    this.#scope = scope;
    this.#state = state;
    this.#more = more;
    this.input = input;
    if (more.result !== undefined) this.result = more.result;
    if (more.errorOutput !== undefined) this.errorOutput = more.errorOutput;
  }

  get context(): JsonObject {
    const given = this.#step.inspection?.context;
    this.#context ??= given
      ? completeContext(given, this.#more)
      : contextOf(this.#step.execution, this.#scope, this.#state, this.#more);
    return this.#context;
  }

  get variables(): JsonObject {
    this.#variables ??= variablesOf(this.#step.execution, this.#scope);
    return this.#variables;
  }

  get at(): number {
    return this.#step.at;
  }

  get entropy(): Entropy {
    return this.#step.entropy;
  }
}

interface More {
  readonly result?: Json;
  readonly errorOutput?: Json;
  readonly taskToken?: string | undefined;
  readonly item?: MapItem | undefined;
}
