/** Any value that JSON can express. What flows through a state machine is never anything else. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type JsonObject = { [key: string]: Json };

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @returns whether the two are the same JSON value: numbers by value, objects whatever the order of their keys */
export function sameJson(a: Json, b: Json, onValue?: () => void): boolean {
  onValue?.();
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]!, onValue));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key]!, b[key]!, onValue))
  );
}

/** @returns the values without those that are the same as one before them */
export function distinct(values: readonly Json[]): Json[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const text = JSON.stringify(value, sorted);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

const sorted = (_key: string, value: Json): Json =>
  isJsonObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
