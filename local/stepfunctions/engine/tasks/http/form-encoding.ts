import { isJsonObject, type Json, type JsonObject } from '../../../asl/json.ts';

export type ArrayFormat = 'INDICES' | 'REPEAT' | 'COMMAS' | 'BRACKETS';

/** `{ "tags": ["a", "b"], "card": { "name": "x" } }` → `tags[0]=a&tags[1]=b&card[name]=x`, percent-encoded. */
export const formText = (body: JsonObject, format: ArrayFormat): string =>
  Object.entries(body)
    .flatMap(([key, value]) => pairsOf(key, value, format))
    .map(([key, value]) => `${encodeURIComponent(key)}=${value}`)
    .join('&');

/** Keys in clear, values encoded: the commas between the values of a list are not. */
function pairsOf(key: string, value: Json, format: ArrayFormat): [key: string, value: string][] {
  if (isJsonObject(value)) {
    return Object.entries(value).flatMap(([name, item]) => pairsOf(`${key}[${name}]`, item, format));
  }
  if (!Array.isArray(value)) return [[key, encodeURIComponent(textOf(value))]];
  switch (format) {
    case 'COMMAS':
      return [[key, value.map((item) => encodeURIComponent(textOf(item))).join(',')]];
    case 'INDICES':
      return value.flatMap((item, index) => pairsOf(`${key}[${index}]`, item, format));
    case 'BRACKETS':
      return value.flatMap((item) => pairsOf(`${key}[]`, item, format));
    case 'REPEAT':
      return value.flatMap((item) => pairsOf(key, item, format));
  }
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
