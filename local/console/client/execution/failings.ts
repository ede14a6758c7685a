import type { GraphNode } from '../graph/model.ts';
import type { Details, HistoryEvent } from './history.ts';
import type { Visit } from './visits.ts';

/** What each Fail state fails with, by its name: histories say it only where the execution ends by it. */
export type Failings = ReadonlyMap<string, { readonly error: string; readonly cause?: string }>;

export function failingsOf(nodes: Iterable<GraphNode>): Failings {
  const found = new Map<string, { error: string; cause?: string }>();
  for (const { name, type, state } of nodes) {
    const { Error: error, Cause: cause } = state as { Error?: unknown; Cause?: unknown };
    if (type !== 'Fail' || !isText(error)) continue;
    found.set(name, { error, ...(isText(cause) && { cause }) });
  }
  return found;
}

/** Not what is computed when it fails. */
const isText = (value: unknown): value is string => typeof value === 'string' && !value.trimStart().startsWith('{%');

/**
 * The details of an event. Those of a Parallel or Map that failed say nothing of why: it is what failed inside of it.
 * @param inside the visit whose event led to this one
 */
export function whatFailed(
  { type }: HistoryEvent,
  details: Details,
  inside: Visit | undefined,
  failings: Failings,
): Details {
  if (!/^(?:ParallelState|MapState)Failed$/.test(type) || details.error !== undefined || !inside) return details;
  const { error, cause } = (inside.type === 'Fail' ? failings.get(inside.state) : inside.attempts.at(-1)) ?? {};
  return { ...details, ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}
