import type { Json } from '../json.ts';
import { MAX_BYTES, outOfMemory } from './guards.ts';

/**
 * Turns a result of the library into JSON of our own: its arrays carry hidden properties, and may hold what JSON lacks.
 * @returns undefined if there is nothing
 * @throws Error for a function, and for a value that is larger than AWS allows
 */
export const toJson = (value: unknown): Json | undefined => convert(value, { bytes: MAX_BYTES });

interface Budget {
  bytes: number;
}

function convert(value: unknown, budget: Budget): Json | undefined {
  budget.bytes -= typeof value === 'string' ? value.length : 8;
  if (budget.bytes < 0) throw outOfMemory();
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      // AWS writes what JSON lacks as text. JSON writes -0 as 0, so it must not survive here either.
      return Number.isFinite(value) ? value + 0 : String(value);
    case 'object':
      if (value === null) return null;
      return Array.isArray(value) ? convertArray(value, budget) : convertObject(value, budget);
    case 'undefined':
      return undefined;
    default:
      throw new TypeError('The result is a function');
  }
}

function convertArray(items: readonly unknown[], budget: Budget): Json {
  const result: Json[] = [];
  for (const item of items) {
    const json = convert(item, budget);
    if (json !== undefined) result.push(json);
  }
  return result;
}

function convertObject(object: object, budget: Budget): Json {
  if ('_jsonata_function' in object || '_jsonata_lambda' in object) throw new TypeError('The result is a function');
  const result: { [key: string]: Json } = {};
  for (const [key, member] of Object.entries(object)) {
    const json = convert(member, budget);
    if (json === undefined) continue;
    if (key === '__proto__') {
      Object.defineProperty(result, key, { value: json, enumerable: true, writable: true, configurable: true });
    } else result[key] = json;
  }
  return result;
}
