import type { Expression } from '../expression.ts';
import { compileIntrinsic } from '../intrinsics/compile-intrinsic.ts';
import { parsePath } from './parse-path.ts';
import { pathExpression } from './path-expression.ts';

/**
 * Compiles what may stand in a field that takes a path: a JSONPath from `$` (the input), `$$` (the context object) or
 * `$name` (a workflow variable), or a call of an intrinsic function, `States.Format(…)`.
 *
 * Paths follow Jayway's rules, which AWS uses. A definite path (names and indices) that leads nowhere throws a
 * PathNotFoundError. Any other (wildcard, slice, filter, deep scan, union of indices) yields a list, empty if nothing matches.
 * @throws ExpressionSyntaxError
 */
export function compilePath(text: string): Expression {
  return text.startsWith('States.') ? compileIntrinsic(text) : pathExpression(parsePath(text));
}
