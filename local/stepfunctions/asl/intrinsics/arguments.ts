import { isJsonObject, type Json, type JsonObject } from '../json.ts';

/** A function refuses its arguments. The caller adds which function it was. */
export class IntrinsicFailure extends Error {}

export function refuse(message: string): never {
  throw new IntrinsicFailure(message);
}

export const text = (value: Json | undefined): string =>
  typeof value === 'string' ? value : refuse(`Expected a string, but was ${JSON.stringify(value)}`);

export const array = (value: Json | undefined): Json[] =>
  Array.isArray(value) ? value : refuse(`Expected an array, but was ${JSON.stringify(value)}`);

export const object = (value: Json | undefined): JsonObject =>
  isJsonObject(value) ? value : refuse(`Expected a JSON object, but was ${JSON.stringify(value)}`);

/** AWS rounds numbers to integers, halves up: 1.5 is 2 and -1.5 is -1. */
export const integer = (value: Json | undefined): number =>
  // Adding 0 turns -0, which rounding -0.5 yields, into 0.
  typeof value === 'number' ? Math.round(value) + 0 : refuse(`Expected a number, but was ${JSON.stringify(value)}`);

/** Text for hashing and Base64, where AWS takes at most 10,000 characters. */
export function limitedText(value: Json | undefined): string {
  const result = text(value);
  return result.length <= 10_000 ? result : refuse('Expected a string of at most 10000 characters');
}
