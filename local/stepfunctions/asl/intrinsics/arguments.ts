import { isJsonObject, type Json, type JsonObject } from '../json.ts';

/** A function refuses its arguments. The caller adds which function it was. */
export class IntrinsicFailure extends Error {
  /** What is wrong, as AWS calls it. */
  readonly problem: string;

  constructor(detail = '', problem: 'arguments' | 'template' = 'arguments') {
    super(detail);
    this.problem = problem;
  }
}

/** @param detail where AWS gives more than "Invalid arguments" */
export function refuse(detail?: string): never {
  throw new IntrinsicFailure(detail);
}

export const text = (value: Json | undefined): string => (typeof value === 'string' ? value : refuse());

export const array = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : refuse());

export const object = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : refuse());

/** The number without its fraction, as AWS takes sizes, indices and bounds. Adding 0 turns -0 into 0. */
export const whole = (value: Json | undefined): number =>
  typeof value === 'number' ? int32(Math.trunc(value) + 0) : refuse();

/** States.MathAdd rounds, halves up: 1.5 is 2 and -1.5 is -1. */
export const rounded = (value: Json | undefined): number =>
  typeof value === 'number' ? int32(Math.round(value) + 0) : refuse();

/** AWS computes with 32-bit integers, and refuses what does not fit. */
export const int32 = (value: number): number => (value === (value | 0) ? value : refuse());

/** Text for hashing and Base64, where AWS takes at most 10,000 characters. */
export function limitedText(value: Json | undefined): string {
  const result = text(value);
  return result.length <= 10_000 ? result : refuse();
}
