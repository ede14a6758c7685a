import { type ExpressionError, QueryEvaluationError } from './expression.ts';

/** Why a state failed: what Retry and Catch look at, and what the execution ends with if none of them takes it. */
export interface Failure {
  /** Absent where AWS knows none: a callback or a Fail state without error. */
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  /** Further names that it answers to in ErrorEquals. */
  readonly aliases?: readonly string[];
  /** No Retry and no Catch gets it: the output of the state could not be made. */
  readonly fatal?: boolean;
  /** It comes from the state's own fields or sizes, not from what the state called or started. */
  readonly isOwn?: boolean;
  /** A Parallel or Map state whose own fields failed at run time: there is no ParallelStateFailed or MapStateFailed. */
  readonly unrecorded?: boolean;
  /** JSONata: it is recorded as EvaluationFailed, with the field that failed. */
  readonly evaluation?: { readonly location?: string | undefined; readonly evaluated: boolean };
}

/**
 * A field of a state could not be evaluated, or yields what the field cannot take. Thrown while a state is evaluated, and
 * caught in one place (recovery.ts), which turns it into a Failure.
 */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  readonly error: string;
  /** The field: `Arguments/FunctionName`. Absent where AWS names none. */
  readonly location: string | undefined;
  readonly fatal: boolean;
  /** The field could be evaluated, but its value is not what it has to be. */
  readonly evaluated: boolean;

  constructor(
    error: string,
    message: string,
    options: { location?: string; fatal?: boolean; evaluated?: boolean } = {},
  ) {
    super(message);
    this.error = error;
    this.location = options.location;
    this.fatal = options.fatal ?? false;
    this.evaluated = options.evaluated ?? false;
  }
}

/** @param field the field's name in the definition: `Arguments`, `ErrorPath` */
export function toFieldError(error: ExpressionError, field: string, fatal = false): FieldError {
  const location = error instanceof QueryEvaluationError ? error.locationIn(field) : undefined;
  return new FieldError(error.errorIn(field), error.causeIn(field), {
    ...(location !== undefined && { location }),
    fatal,
  });
}
