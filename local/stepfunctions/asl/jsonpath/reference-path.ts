import { ExpressionError, type ReferencePath } from '../expression.ts';
import { isJsonObject, type Json } from '../json.ts';
import { Scanner } from '../scanner.ts';
import { parsePath } from './parse-path.ts';
import { pathExpression } from './path-expression.ts';

type Step = string | number;

/**
 * Compiles a path that can be written to, such as a ResultPath: only names and indices that are not negative.
 * @throws ExpressionSyntaxError
 */
export function compileReferencePath(text: string): ReferencePath {
  const path = parsePath(text);
  const steps = path.segments.map((segment): Step => {
    if (segment.type === 'name') return segment.name;
    if (segment.type === 'index' && segment.index >= 0) return segment.index;
    return new Scanner(text).fail('a reference path has only names and indices');
  });
  const { evaluate, variables } = pathExpression(path);
  return { source: text, variables, evaluate, write: (document, value) => write(document, steps, 0, value, text) };
}

/** Objects on the way are made where there are none; what is no object is replaced by one, as AWS does it. Arrays do not grow. */
function write(document: Json | undefined, steps: readonly Step[], at: number, value: Json, text: string): Json {
  const step = steps[at];
  if (step === undefined) return value;
  if (typeof step === 'number') {
    if (!Array.isArray(document) || step >= document.length) throw unwritable(text, document);
    return document.with(step, write(document[step], steps, at + 1, value, text));
  }
  if (Array.isArray(document)) throw unwritable(text, document);
  const parent = isJsonObject(document) ? document : {};
  const child = write(Object.hasOwn(parent, step) ? parent[step] : undefined, steps, at + 1, value, text);
  // A property named `__proto__` has to be defined, not assigned.
  return step === '__proto__'
    ? Object.fromEntries([...Object.entries(parent), [step, child]])
    : { ...parent, [step]: child };
}

const unwritable = (text: string, document: Json | undefined): ExpressionError =>
  new ExpressionError(
    'States.ResultPathMatchFailure',
    `Unable to apply ReferencePath ${text} to input ${JSON.stringify(document ?? null)}`,
    text,
  );
