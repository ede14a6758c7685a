import type { Level } from './metric-store.ts';
import { combine, type Statistics, single } from './statistics.ts';

const MINUTE = 60_000;

/**
 * A level as AWS samples it, once at the end of each minute of the span; reckoned by stretches, however long they are.
 * @param changes in order; the first may lie before the span
 */
export function levelStatistics(
  changes: readonly (readonly [at: number, level: Level])[],
  from: number,
  to: number,
  unit: string,
): Statistics | undefined {
  let found: Statistics | undefined;
  for (const [index, [at, level]] of changes.entries()) {
    const first = sampleFrom(Math.max(at, from + 1));
    const last = sampleFrom(Math.min(changes[index + 1]?.[0] ?? to + 1, to + 1)) - MINUTE;
    if (first > last || 'nothing' in level) continue;
    const samples = (last - first) / MINUTE + 1;
    const stretch = 'value' in level ? single(level.value, unit, samples) : ages(level.since, first, last, samples);
    found = combine(found, { ...stretch, unit });
  }
  return found;
}

/** The first sample at or after a moment. */
const sampleFrom = (at: number): number => Math.ceil(at / MINUTE) * MINUTE;

function ages(since: number, first: number, last: number, samples: number): Omit<Statistics, 'unit'> {
  const [minimum, maximum] = [(first - since) / 1000, (last - since) / 1000];
  return { count: samples, sum: ((minimum + maximum) / 2) * samples, minimum, maximum };
}
