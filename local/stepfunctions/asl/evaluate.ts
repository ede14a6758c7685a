import { type Expression, ExpressionError, type Scope } from './expression.ts';
import { toFieldError } from './failure.ts';
import type { Json } from './json.ts';

/**
 * Evaluates a field of a state.
 * @param field its name in the definition
 * @param fatal no Retry and no Catch gets what goes wrong here
 * @throws FieldError
 */
export function evaluate(expression: Expression, field: string, readings: Scope, fatal = false): Json {
  try {
    return expression.evaluate(readings);
  } catch (error) {
    if (error instanceof ExpressionError) throw toFieldError(error, field, fatal);
    throw error;
  }
}
