import { conflictCause, ExpressionError, REFERENCE_PATH_CONFLICT, type ReferencePath } from '../expression.ts';
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
  return {
    source: text,
    variables,
    evaluate,
    write: (document, value) => {
      const written = write(document, steps, 0, value);
      if (written instanceof Conflict) {
        throw new ExpressionError(REFERENCE_PATH_CONFLICT, conflictCause(written.step, document), text);
      }
      return written;
    },
  };
}

/** The step that does not apply to what is there. */
class Conflict {
  readonly step: string;

  constructor(step: Step) {
    this.step = String(step);
  }
}

/** Objects on the way are made where there is nothing. Arrays do not grow, and what is there stays what it is. */
function write(document: Json | undefined, steps: readonly Step[], at: number, value: Json): Json | Conflict {
  const step = steps[at];
  if (step === undefined) return value;
  if (typeof step === 'number') {
    if (!Array.isArray(document) || step >= document.length) return new Conflict(step);
    const item = write(document[step], steps, at + 1, value);
    return item instanceof Conflict ? item : document.with(step, item);
  }
  if (document !== undefined && !isJsonObject(document)) return new Conflict(step);
  const parent = document ?? {};
  const child = write(Object.hasOwn(parent, step) ? parent[step] : undefined, steps, at + 1, value);
  if (child instanceof Conflict) return child;
  // A property named `__proto__` has to be defined, not assigned.
  return step === '__proto__'
    ? Object.fromEntries([...Object.entries(parent), [step, child]])
    : { ...parent, [step]: child };
}
