import type { Catcher, Retrier } from '../definition.ts';
import { assignment, jsonataTemplate, resultPath } from './expressions.ts';
import type { Fields } from './fields.ts';

const IN_CATCH = ['input', 'context', 'errorOutput'] as const;
const LONGEST = 99_999_999;
/** A year of 366 days, in seconds. */
const LONGEST_DELAY = 31_622_400;

/** Retry and Catch. Of either the first entry that matches an error counts, so one that matches all has to come last. */
export function parseRecovery(fields: Fields): { retry: readonly Retrier[]; catch: readonly Catcher[] } {
  const retriers = fields.children('Retry', true) ?? [];
  const catchers = fields.children('Catch', true) ?? [];
  const recovery = {
    retry: retriers.map(parseRetrier),
    catch: catchers.flatMap((catcher) => parseCatcher(catcher) ?? []),
  };
  checkCatchAll(retriers);
  checkCatchAll(catchers);
  return recovery;
}

function parseRetrier(fields: Fields): Retrier {
  fields.take('Comment');
  const errorEquals = errorNames(fields);
  const intervalSeconds = fields.number('IntervalSeconds', { minimum: 1, maximum: LONGEST }) ?? 1;
  const maxAttempts = fields.number('MaxAttempts', { minimum: 0, maximum: LONGEST }) ?? 3;
  const backoffRate = fields.number('BackoffRate', { minimum: 1, fraction: true }) ?? 2;
  const maxDelaySeconds = fields.number('MaxDelaySeconds', { minimum: 1, maximum: LONGEST_DELAY });
  if (maxDelaySeconds !== undefined && maxDelaySeconds <= intervalSeconds)
    fields.problem('MaxDelaySeconds must be greater than IntervalSeconds', fields.at('MaxDelaySeconds'));
  const jitter = fields.string('JitterStrategy', ['FULL', 'NONE']);
  fields.finish();
  const jitterStrategy = jitter === 'FULL' ? 'FULL' : 'NONE';
  return {
    errorEquals,
    intervalSeconds,
    maxAttempts,
    backoffRate,
    jitterStrategy,
    ...(maxDelaySeconds !== undefined && { maxDelaySeconds }),
  };
}

function parseCatcher(fields: Fields): Catcher | undefined {
  fields.take('Comment');
  const errorEquals = errorNames(fields);
  fields.required('Next');
  const next = fields.string('Next');
  const assign = assignment(fields, IN_CATCH);
  const path = fields.only('JSONPath', 'ResultPath') ? resultPath(fields) : undefined;
  const output = fields.only('JSONata', 'Output') ? jsonataTemplate(fields, 'Output', IN_CATCH) : undefined;
  fields.finish();
  if (next === undefined) return undefined;
  return {
    errorEquals,
    next,
    ...(path !== undefined && { resultPath: path }),
    ...(output && { output }),
    ...(assign && { assign }),
  };
}

function errorNames(fields: Fields): readonly string[] {
  fields.required('ErrorEquals');
  return fields.strings('ErrorEquals') ?? [];
}

function checkCatchAll(entries: readonly Fields[]): void {
  for (const [index, entry] of entries.entries()) {
    const names = entry.object.ErrorEquals;
    if (!Array.isArray(names) || !names.includes('States.ALL')) continue;
    if (names.length > 1) entry.problem("'States.ALL' must appear alone in ErrorEquals", entry.at('ErrorEquals'));
    if (index < entries.length - 1)
      entry.problem("'States.ALL' must be in the last entry of the list", entry.at('ErrorEquals'));
  }
}
