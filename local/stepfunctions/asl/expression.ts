import type { Json, JsonObject } from './json.ts';

/** Pseudo-random numbers drawn from the seed that came with the event, so that a replayed event gives the same result. */
export interface Entropy {
  /** @returns a number in [0, 1) */
  next(): number;
  /** @returns a version 4 UUID */
  uuid(): string;
}

/** What the expressions of a state can read. */
export interface Scope {
  /** JSONPath `$`; in JSONata only reachable as `$states.input`. */
  readonly input: Json;
  /** The context object: JSONPath `$$`, JSONata `$states.context`. */
  readonly context: JsonObject;
  /** Workflow variables, by name without `$`. */
  readonly variables: Readonly<JsonObject>;
  /** JSONata `$states.result`: where a state has one. */
  readonly result?: Json;
  /** JSONata `$states.errorOutput`: in a Catcher. */
  readonly errorOutput?: Json;
  /** The time of the event, in milliseconds since 1970. */
  readonly at: number;
  readonly entropy: Entropy;
}

/** A compiled JSONPath or JSONata expression, or a template that contains some. Evaluation is synchronous and pure. */
export interface Expression {
  /** As written in the definition. */
  readonly source: Json;
  /** Names of the workflow variables it reads. */
  readonly variables: readonly string[];
  /** @throws ExpressionError */
  evaluate(scope: Scope): Json;
}

/** A JSONPath that can be written to (ResultPath) as well as read: only names and indices. */
export interface ReferencePath extends Expression {
  readonly source: string;
  /** @returns `document` with `value` at this path; neither is changed. @throws ExpressionError */
  write(document: Json, value: Json): Json;
}

/**
 * An expression could not be evaluated. The core turns it into a failure of the state (`States.Runtime`,
 * `States.ParameterPathFailure`, `States.IntrinsicFailure`, `States.QueryEvaluationError`, …); it never leaves the core.
 */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  /** The ASL error name that AWS gives it. */
  readonly error: string;
  /** Where inside the template: keys from its root, as written (`['a', 'b.$']`); empty for a bare expression. */
  readonly path: readonly string[];
  /** The failing expression as written, without `{%` and `%}`. */
  readonly expression: string;

  constructor(error: string, message: string, expression: string, path: readonly string[] = []) {
    super(message);
    this.error = error;
    this.expression = expression;
    this.path = path;
  }
}
