import type { NormalizedSchema } from '@smithy/core/schema';
import { members } from '../../../../local/aws/json-shapes.ts';

/** Numbers from 0 to 1 that are the same at each run (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const DEEP = JSON.parse(`${'{"M":'.repeat(3_000)}1${'}'.repeat(3_000)}`) as object;

const TEXTS = [
  '',
  'x',
  '/x/y',
  'arn:aws:sqs:us-east-1:000000000000:x',
  '{"a":[null]}',
  '[',
  '\u0000',
  '%',
  'é'.repeat(2_000),
];
const NUMBERS = [0, 1, -1, 1.5, 1e9, 2 ** 53, 1e300];
const WRONG = [null, 'x', 1, -1.5, true, [], [null], [[]], {}, { x: null }, { toString: 1 }, DEEP];

/** An input with the members of a schema: some as they should be, some not even of the right type. */
export function garbage(schema: NormalizedSchema, roll: () => number, depth = 0): unknown {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(roll() * values.length)]!;
  if (depth > 0 && roll() < 0.1) return pick(WRONG);
  if (depth > 4) return pick([{}, [], 'x', 1]);
  if (schema.isStructSchema()) {
    const share = depth === 0 ? 0.8 : 0.5;
    const given = [...members(schema)].filter(() => roll() < share);
    return Object.fromEntries(given.map(([name, member]) => [name, garbage(member, roll, depth + 1)]));
  }
  if (schema.isListSchema()) return roll() < 0.2 ? [] : [garbage(schema.getValueSchema(), roll, depth + 1)];
  if (schema.isMapSchema()) return { [pick(TEXTS)]: garbage(schema.getValueSchema(), roll, depth + 1) };
  if (schema.isNumericSchema() || schema.isTimestampSchema()) return pick(NUMBERS);
  if (schema.isBooleanSchema()) return roll() < 0.5;
  return pick(TEXTS);
}
