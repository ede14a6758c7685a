import { ExpressionError } from '../../asl/expression.ts';
import { FieldError } from '../../asl/failure.ts';

/** A map run cannot go on: an ASL error name and a cause. */
export class MapFailure extends Error {
  override readonly name = 'MapFailure';
  readonly error: string;

  constructor(error: string, cause: string) {
    super(cause);
    this.error = error;
  }
}

export const itemReaderFailed = (cause: string): MapFailure => new MapFailure('States.ItemReaderFailed', cause);

export const resultWriterFailed = (cause: string): MapFailure => new MapFailure('States.ResultWriterFailed', cause);

export const tooManyFailures = (): MapFailure =>
  new MapFailure('States.ExceedToleratedFailureThreshold', 'The specified tolerated failure threshold was exceeded');

/** Whatever was thrown on the way, in the words of the language. */
export function toMapFailure(error: unknown): MapFailure {
  if (error instanceof MapFailure) return error;
  if (error instanceof FieldError) return new MapFailure(error.error, error.message);
  if (error instanceof ExpressionError) return new MapFailure(error.error, error.message);
  return new MapFailure('States.Runtime', error instanceof Error ? error.message : String(error));
}
