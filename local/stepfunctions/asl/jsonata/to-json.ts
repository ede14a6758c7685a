import type { Json } from '../json.ts';

/**
 * Turns a result of the library into JSON of our own: its arrays carry hidden properties, and may hold what JSON lacks.
 * @returns undefined if there is nothing
 * @throws TypeError for a function
 */
export function toJson(value: unknown): Json | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      // AWS writes what JSON lacks as text. JSON writes -0 as 0, so it must not survive here either.
      return Number.isFinite(value) ? value + 0 : String(value);
    case 'object':
      if (value === null) return null;
      return Array.isArray(value) ? arrayToJson(value) : objectToJson(value);
    case 'undefined':
      return undefined;
    default:
      throw new TypeError('The result is a function');
  }
}

function arrayToJson(items: readonly unknown[]): Json {
  const result: Json[] = [];
  for (const item of items) {
    const json = toJson(item);
    if (json !== undefined) result.push(json);
  }
  return result;
}

function objectToJson(object: object): Json {
  if ('_jsonata_function' in object || '_jsonata_lambda' in object) throw new TypeError('The result is a function');
  const result: { [key: string]: Json } = {};
  for (const [key, member] of Object.entries(object)) {
    const json = toJson(member);
    if (json === undefined) continue;
    if (key === '__proto__') Object.defineProperty(result, key, { value: json, enumerable: true, writable: true });
    else result[key] = json;
  }
  return result;
}
