import type { ComponentChildren } from 'preact';
import type { Topic } from '../lib/live.ts';
import { useLoad } from '../lib/load.ts';

/** Milliseconds for which an answer serves all cells of a row. */
const FRESH = 200;
const MOST_ASKED = 500;

/** Asks once for what several cells of a row show. @param load of one thing, by its id */
export function shared<T>(load: (id: string) => Promise<T>): (id: string) => Promise<T> {
  const asked = new Map<string, { readonly at: number; readonly answer: Promise<T> }>();
  return (id) => {
    const known = asked.get(id);
    if (known && performance.now() - known.at < FRESH) return known.answer;
    const answer = load(id);
    asked.delete(id);
    asked.set(id, { at: performance.now(), answer });
    if (asked.size > MOST_ASKED) asked.delete(asked.keys().next().value!);
    return answer;
  };
}

/** What only asking tells of a row: asked when the row is drawn, so that ten thousand rows are no ten thousand questions. */
export function Detail<T>({
  of,
  load,
  version = '',
  live,
  every,
  children,
}: {
  of: string;
  load: (id: string) => Promise<T>;
  /** Asks again when it changes. */
  version?: string;
  live?: readonly Topic[];
  every?: number;
  children: (value: T) => ComponentChildren;
}) {
  const loaded = useLoad(`${of} ${version}`, () => load(of), {
    ...(live && { live }),
    ...(every !== undefined && { every }),
  });
  if (loaded.value === undefined) return <span class="quiet">{loaded.error ? '–' : '…'}</span>;
  return <>{children(loaded.value)}</>;
}
