import type { Json } from '../json.ts';
import type { Search } from './search.ts';

/** Where a path starts: the input `$`, the context object `$$`, a workflow variable `$name`, or `@`, the item under a filter. */
export type Root =
  | { readonly type: 'input' | 'context' | 'item' }
  | { readonly type: 'variable'; readonly name: string };

export type Segment =
  | { readonly type: 'name'; readonly name: string }
  /** `['a','b']` */
  | { readonly type: 'names'; readonly names: readonly string[] }
  /** `[0]`, `[-1]`: negative counts from the end */
  | { readonly type: 'index'; readonly index: number }
  | { readonly type: 'indices'; readonly indices: readonly number[] }
  /** `[from:to]`: both may be negative or absent; `to` is exclusive */
  | { readonly type: 'slice'; readonly from?: number; readonly to?: number }
  | { readonly type: 'wildcard' }
  | { readonly type: 'filter'; readonly test: FilterTest }
  /** `..`: the next segment applies to a value and to everything below it */
  | { readonly type: 'scan' }
  /** `.length()` and its like, at the end of a path */
  | { readonly type: 'function'; readonly name: string; readonly apply: PathFunction };

/** `undefined` means that there is no result. */
export type PathFunction = (value: Json, search: Search) => Json | undefined;

/** @param search the search that the filter is part of */
export type FilterTest = (item: Json, search: Search) => boolean;

export interface Path {
  readonly text: string;
  readonly root: Root;
  readonly segments: readonly Segment[];
}

/** A definite path leads to exactly one value or to none; any other yields a list, perhaps an empty one. */
export const isDefinite = (path: Path): boolean =>
  path.segments.every(
    (segment, i) =>
      segment.type === 'name' ||
      segment.type === 'index' ||
      segment.type === 'function' ||
      // Several names at the end are merged into one object; before the end they fan out.
      (segment.type === 'names' && i === path.segments.length - 1),
  );

/** The path up to and including segment `count - 1`, in the notation of AWS's messages: `$['a'][0]['b']`. */
export function canonical(path: Path, count = path.segments.length): string {
  return `$${path.segments.slice(0, count).map(fragment).join('')}`;
}

function fragment(segment: Segment): string {
  switch (segment.type) {
    case 'name':
      return `['${segment.name}']`;
    case 'names':
      return `[${segment.names.map((name) => `'${name}'`).join(',')}]`;
    case 'index':
      return `[${segment.index}]`;
    case 'indices':
      return `[${segment.indices.join(',')}]`;
    case 'slice':
      return `[${segment.from ?? ''}:${segment.to ?? ''}]`;
    case 'wildcard':
      return '[*]';
    case 'filter':
      return '[?]';
    case 'scan':
      return '..';
    case 'function':
      return `.${segment.name}()`;
  }
}
