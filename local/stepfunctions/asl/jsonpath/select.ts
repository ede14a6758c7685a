import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { MAX_PAYLOAD_BYTES } from '../limits.ts';
import type { Segment } from './path.ts';
import { Search, SearchLimitError } from './search.ts';

/** Values that can be found: a list of more is larger than a payload may be. */
const MOST_FOUND = MAX_PAYLOAD_BYTES / 2;

/**
 * All values that the segments lead to from `start`, in document order; what does not fit is passed over.
 * @param search the search that this is part of, if the segments stand in a filter
 * @throws SearchLimitError
 */
export function select(segments: readonly Segment[], start: Json, search = new Search(start)): Json[] {
  const found: Json[] = [];
  walk(segments, 0, start, search, found);
  return found;
}

function walk(segments: readonly Segment[], at: number, value: Json, search: Search, found: Json[]): void {
  search.step();
  if (found.length > MOST_FOUND) throw new SearchLimitError();
  const segment = segments[at];
  if (segment === undefined) {
    found.push(value);
    return;
  }
  const go = (next: Json): void => walk(segments, at + 1, next, search, found);
  switch (segment.type) {
    case 'name':
      if (has(value, segment.name)) go(value[segment.name]!);
      return;
    case 'names':
      walkNames(segment.names, at === segments.length - 1, value, go);
      return;
    case 'index':
      walkIndex(value, segment.index, go);
      return;
    case 'indices':
      for (const index of segment.indices) walkIndex(value, index, go);
      return;
    case 'slice':
      if (Array.isArray(value)) value.slice(segment.from, segment.to).forEach(go);
      return;
    case 'wildcard':
      if (typeof value === 'object' && value !== null) Object.values(value).forEach(go);
      return;
    case 'filter':
      // On an object the filter asks about the object itself.
      for (const item of Array.isArray(value) ? value : isJsonObject(value) ? [value] : []) {
        search.step();
        if (segment.test(item, search)) go(item);
      }
      return;
    case 'function': {
      const result = segment.apply(value, search);
      if (result !== undefined) go(result);
      return;
    }
    case 'scan':
      walkBelow(segments, at + 1, value, search, found);
      return;
  }
}

/** Applies what follows `..` to every object and array at or below `value`, parents before children. */
function walkBelow(segments: readonly Segment[], at: number, value: Json, search: Search, found: Json[]): void {
  search.step();
  if (typeof value !== 'object' || value === null) return;
  // A filter sees each object once, as itself; applying it to the array as well would find the object twice.
  if (segments[at]?.type !== 'filter' || !Array.isArray(value)) walk(segments, at, value, search, found);
  for (const child of Array.isArray(value) ? value : Object.values(value))
    walkBelow(segments, at, child, search, found);
}

function walkNames(names: readonly string[], last: boolean, value: Json, go: (next: Json) => void): void {
  if (!isJsonObject(value)) return;
  const present = names.filter((name) => Object.hasOwn(value, name));
  if (last) go(Object.fromEntries(present.map((name) => [name, value[name]!])));
  else for (const name of present) go(value[name]!);
}

function walkIndex(value: Json, index: number, go: (next: Json) => void): void {
  const item = Array.isArray(value) ? value.at(index) : undefined;
  if (item !== undefined) go(item);
}

const has = (value: Json, name: string): value is JsonObject => isJsonObject(value) && Object.hasOwn(value, name);
