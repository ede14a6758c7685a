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
  /** Names of the workflow variables it reads, without `$`, sorted, each once. */
  readonly variables: readonly string[];
  /** JSONata: the properties of `$states` that it names (`input`, `errorOutput`, …), for a check that they are there. */
  readonly states?: readonly string[];
  /**
   * The result may share structure with the scope and with `source`: it must never be changed, and may be kept.
   * @throws ExpressionError
   */
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
  /** Where inside the template: keys from its root, as written, and indices (`['a', '[0]', 'b.$']`); empty for a bare expression. */
  readonly path: readonly string[];
  /** The failing expression as written, without `{%` and `%}`. */
  readonly expression: string;

  constructor(error: string, message: string, expression: string, path: readonly string[] = []) {
    super(message);
    this.error = error;
    this.expression = expression;
    this.path = path;
  }

  /**
   * @param field of the state that holds the template or the expression: `Arguments`
   * @returns `Arguments/Entries[0]/Detail`
   */
  locationIn(field: string): string {
    return locationOf([field, ...this.path]);
  }

  /** The name of the error, which for some fields differs: here `error`. */
  errorIn(_field: string): string {
    return this.error;
  }

  /** The text that AWS gives as cause, after "An error occurred while executing the state '…'": here `message`. */
  causeIn(_field: string): string {
    return this.message;
  }

  /** @returns the same error, seen from a template in which the failing expression stands at `path` */
  at(path: readonly string[]): ExpressionError {
    return new ExpressionError(this.error, this.message, this.expression, path);
  }
}

/** Joins keys and indices as AWS does: `Arguments/Entries[0]/Detail`. */
const locationOf = (keys: readonly string[]): string =>
  keys.length === 0
    ? ''
    : keys.reduce((location, key) => (/^\[\d+\]$/.test(key) ? location + key : `${location}/${key}`));

/**
 * A definite JSONPath leads nowhere. AWS's text for it depends on the field:
 * - templates (Parameters, ItemSelector, ResultSelector, Assign, …) and ErrorPath, CausePath: `templateCause`, which names
 *   the field (the last key, `b.$`) and quotes what was searched;
 * - InputPath, OutputPath, TimeoutSecondsPath, HeartbeatSecondsPath and other single paths: `pathCause`.
 *
 * ItemsPath fails with another error, States.ReferencePathConflict. `errorIn` and `causeIn` pick the right one.
 */
export class PathNotFoundError extends ExpressionError {
  /** What was missing: `Missing property in path $['a']` or `No results for path: $['a']['b']`. */
  readonly reason: string;
  /** The document that was searched: the input, the context object (`$$`), or all variables. */
  readonly document: Json;
  /** The name or index that leads nowhere. */
  readonly step: string;
  /** That is an index past the end of an array, which payload templates take for null. */
  readonly pastEnd: boolean;

  constructor(
    { reason, step, pastEnd = false }: { reason: string; step: string; pastEnd?: boolean },
    expression: string,
    document: Json,
    path: readonly string[] = [],
  ) {
    const field = path.at(-1);
    super(
      'States.Runtime',
      field === undefined ? pathCause(expression, reason) : templateCause(expression, field, document),
      expression,
      path,
    );
    this.reason = reason;
    this.document = document;
    this.step = step;
    this.pastEnd = pastEnd;
  }

  override at(path: readonly string[]): PathNotFoundError {
    return new PathNotFoundError(this, this.expression, this.document, path);
  }

  get pathCause(): string {
    return pathCause(this.expression, this.reason);
  }

  override errorIn(field: string): string {
    return field === 'ItemsPath' ? REFERENCE_PATH_CONFLICT : this.error;
  }

  override causeIn(field: string): string {
    if (this.path.length > 0) return this.message;
    if (field === 'ItemsPath') return conflictCause(this.step, this.document);
    return field === 'ErrorPath' || field === 'CausePath' ? this.templateCause(field) : this.message;
  }

  /** @param field as it is written in the definition: `b.$`, `ErrorPath` */
  templateCause(field: string): string {
    return templateCause(this.expression, field, this.document);
  }
}

/** A reference path cannot be followed, or not be written to. */
export const REFERENCE_PATH_CONFLICT = 'States.ReferencePathConflict';

export const conflictCause = (step: string, document: Json): string =>
  `Unable to apply step "${step}" to input ${JSON.stringify(document)}`;

const pathCause = (expression: string, reason: string): string => `Invalid path '${expression}' : ${reason}`;

const templateCause = (expression: string, field: string, document: Json): string =>
  `The JSONPath '${expression}' specified for the field '${field}' could not be found in the input '${JSON.stringify(document)}'`;

/**
 * A JSONata expression failed. AWS's cause names the field, of which only the part inside the template is known here:
 * the core completes it with `causeIn('Arguments')`, and reports `locationIn('Arguments')` in the EvaluationFailed event.
 */
export class QueryEvaluationError extends ExpressionError {
  /** `returned nothing (undefined).`, `threw an error during evaluation. T1006: …`, … */
  readonly reason: string;

  constructor(reason: string, expression: string, path: readonly string[] = []) {
    super('States.QueryEvaluationError', reason, expression, path);
    this.reason = reason;
  }

  /**
   * An expression gave a value that its field cannot take.
   * @param expected as AWS calls JSON's types: array, boolean, null, number, object, string
   */
  static unexpectedType(expression: string, expected: string, value: Json): QueryEvaluationError {
    const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
    const reason = `returned an unexpected result type. Expected '${expected}', but was '${type}' for value: ${JSON.stringify(value)}`;
    return new QueryEvaluationError(reason, expression);
  }

  override at(path: readonly string[]): QueryEvaluationError {
    return new QueryEvaluationError(this.reason, this.expression, path);
  }

  override causeIn(field: string): string {
    return `The JSONata expression '${this.expression}' specified for the field '${this.locationIn(field)}' ${this.reason}`;
  }
}

/** The text is no expression of its language. Thrown when a definition is compiled, never when it runs. */
export class ExpressionSyntaxError extends Error {
  override readonly name = 'ExpressionSyntaxError';
  /** The text that does not parse, without `{%` and `%}`. */
  readonly expression: string;
  /** Index of the character in `expression` where it goes wrong. */
  readonly position: number;
  /** Where inside the template, as in ExpressionError. */
  readonly path: readonly string[];
  /** JSONata: AWS's code for it. What parses but cannot work in a state, such as `$$`, is unsupported. */
  readonly code: 'INVALID_JSONATA_EXPRESSION' | 'UNSUPPORTED_JSONATA_EXPRESSION' | undefined;

  constructor(
    message: string,
    expression: string,
    position: number,
    path: readonly string[] = [],
    code?: ExpressionSyntaxError['code'],
  ) {
    super(message);
    this.code = code;
    this.expression = expression;
    this.position = position;
    this.path = path;
  }
}

/** A template with at least one text that does not parse: all of them, in order. */
export class TemplateSyntaxError extends Error {
  override readonly name = 'TemplateSyntaxError';
  readonly errors: readonly ExpressionSyntaxError[];

  constructor(errors: readonly ExpressionSyntaxError[]) {
    super(errors.map((error) => `${locationOf(error.path)}: ${error.message}`).join('; '));
    this.errors = errors;
  }
}
