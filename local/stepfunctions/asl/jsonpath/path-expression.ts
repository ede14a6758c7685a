import { type Expression, ExpressionError, PathNotFoundError, type Scope } from '../expression.ts';
import { RegexTimeoutError } from '../guarded-regex.ts';
import { isJsonObject, type Json } from '../json.ts';
import { canonical, isDefinite, type Path, type Root, type Segment } from './path.ts';
import { SearchLimitError } from './search.ts';
import { select } from './select.ts';

/** @returns the path, compiled */
export function pathExpression(path: Path): Expression {
  const find = finder(path);
  const { root } = path;
  return {
    source: path.text,
    variables: root.type === 'variable' ? [root.name] : [],
    evaluate: (scope) => {
      const document = root.type === 'input' ? scope.input : documentOf(root, scope);
      const found = document === undefined ? undefined : find(document);
      return found === undefined ? missing(path, scope) : found;
    },
  };
}

function documentOf(root: Root, scope: Scope): Json | undefined {
  if (root.type === 'context') return scope.context;
  if (root.type === 'variable')
    return Object.hasOwn(scope.variables, root.name) ? scope.variables[root.name] : undefined;
  return scope.input;
}

type Finder = (document: Json) => Json | undefined;

/** @returns a function that yields the value of a definite path or undefined, and a list for any other path */
function finder(path: Path): Finder {
  const { segments } = path;
  if (!isDefinite(path)) return searching(path);
  const steps = segments.map(step);
  if (!steps.every((found) => found !== undefined)) {
    const search = searching(path);
    return (document) => search(document)[0];
  }
  const [first, second] = steps;
  switch (steps.length) {
    case 0:
      return (document) => document;
    case 1:
      return first!;
    case 2:
      return (document) => {
        const value = first!(document);
        return value === undefined ? undefined : second!(value);
      };
    default:
      return (document) => {
        let value: Json | undefined = document;
        for (const next of steps) {
          value = next(value);
          if (value === undefined) return undefined;
        }
        return value;
      };
  }
}

/** Filters may hold regular expressions, and what several deep scans find multiplies. */
function searching({ segments, text }: Path): (document: Json) => Json[] {
  return (document) => {
    try {
      return select(segments, document);
    } catch (error) {
      throw error instanceof RegexTimeoutError || error instanceof SearchLimitError
        ? new ExpressionError('States.Runtime', `Invalid path '${text}' : ${error.message}`, text)
        : error;
    }
  };
}

function step(segment: Segment): Finder | undefined {
  if (segment.type === 'name') return property(segment.name);
  if (segment.type === 'index') return (value) => (Array.isArray(value) ? value.at(segment.index) : undefined);
  return undefined;
}

function property(name: string): Finder {
  // JSON has no undefined, so a plain read tells whether the property is there, but for names that all objects inherit.
  if (name in Object.prototype) {
    return (value) => (isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined);
  }
  return (value) => (isJsonObject(value) ? value[name] : undefined);
}

/** A definite path throws; one that is not, and whose variable is missing, finds nothing: AWS answers `[]` to `$.missing[*]`. */
function missing(path: Path, scope: Scope): Json {
  if (!isDefinite(path)) return [];
  const document = documentOf(path.root, scope);
  if (document === undefined) {
    const name = path.root.type === 'variable' ? path.root.name : '';
    throw new PathNotFoundError(
      { reason: `No results for path: $['${name}']`, step: name },
      path.text,
      scope.variables,
    );
  }
  throw new PathNotFoundError(explain(path, document), path.text, document);
}

/** Follows the path once more, to say where it ends. */
function explain(path: Path, document: Json): { reason: string; step: string; pastEnd?: boolean } {
  const { segments } = path;
  const noResults = `No results for path: ${canonical(path)}`;
  let value: Json = document;
  for (const [i, segment] of segments.entries()) {
    const step = 'name' in segment ? segment.name : 'index' in segment ? String(segment.index) : '';
    const next: Json | undefined = select([segment], value)[0];
    if (next !== undefined) {
      value = next;
      continue;
    }
    const misfit = misfits(segment, value, canonical(path, i));
    if (misfit !== undefined) return { reason: misfit, step };
    // Jayway lets an index past the end pass silently, so that all it knows is that the whole path yields nothing.
    if (segment.type === 'name' && i < segments.length - 1) {
      return { reason: `Missing property in path ${canonical(path, i + 1)}`, step };
    }
    return { reason: noResults, step, pastEnd: segment.type === 'index' };
  }
  return { reason: noResults, step: '' };
}

/** @returns Jayway's text if the value is none that the segment applies to */
function misfits(segment: Segment, value: Json, here: string): string | undefined {
  if (segment.type === 'name' && !isJsonObject(value)) {
    return `Expected to find an object with property ['${segment.name}'] in path ${here} but found '${typeName(value)}'. This is not a json object according to the JsonProvider: '${JSON_PROVIDER}'.`;
  }
  if (segment.type === 'index' && !Array.isArray(value)) {
    return `Filter: [${segment.index}] can only be applied to arrays. Current context is: ${JSON.stringify(value)}`;
  }
  return undefined;
}

const JSON_PROVIDER = 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider';

/** The Java class that AWS's texts name. */
function typeName(value: Json): string {
  const name = {
    string: 'TextNode',
    number: Number.isInteger(value) ? 'IntNode' : 'DoubleNode',
    boolean: 'BooleanNode',
    object: Array.isArray(value) ? 'ArrayNode' : 'NullNode',
  }[typeof value as 'string' | 'number' | 'boolean' | 'object'];
  return `com.fasterxml.jackson.databind.node.${name}`;
}
