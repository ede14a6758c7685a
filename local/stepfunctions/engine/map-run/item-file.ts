import { gunzipSync } from 'node:zlib';
import type { ItemReader } from '../../asl/definition.ts';
import { isJsonObject, type Json } from '../../asl/json.ts';
import { MAX_DEPTH, nestsTooDeep } from '../../asl/limits.ts';
import { parseCsv } from './csv.ts';
import { itemReaderFailed } from './map-failure.ts';
import { parseParquet } from './parquet.ts';

/** What an object of items is, and what it is called. */
export interface ItemFile {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** As text; what is called `.gz` may be compressed. @throws MapFailure States.ItemReaderFailed: it is, but is not whole */
export function textOf({ key, bytes }: ItemFile): string {
  const isPacked = key.endsWith('.gz') && bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return Buffer.from(isPacked ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw itemReaderFailed(`${key} cannot be decompressed: ${(error as Error).message}`);
  }
}

/**
 * The items of one object, in the format that the reader's configuration says.
 * @param limit items at most
 * @throws MapFailure States.ItemReaderFailed: it is not in that format
 */
export async function itemsOf(file: ItemFile, config: ItemReader['config'], limit: number): Promise<Json[]> {
  const { inputType, csvHeaders, csvDelimiter, itemsPointer } = config;
  switch (inputType) {
    case 'CSV':
      return parseCsv(textOf(file), {
        ...(csvHeaders && { headers: csvHeaders }),
        ...(csvDelimiter !== undefined && { delimiter: csvDelimiter }),
        limit,
      });
    case 'JSONL':
      return textOf(file)
        .split('\n')
        .filter((line) => line.trim() !== '')
        .slice(0, limit)
        .map((line) => parseJson(line));
    case 'PARQUET':
      return parseParquet(file.bytes, limit);
    case 'JSON':
    case 'MANIFEST':
    case undefined: {
      const value = pointedTo(parseJson(textOf(file)), itemsPointer);
      if (!Array.isArray(value)) throw itemReaderFailed('Attempting to map over non-iterable node.');
      return value.slice(0, limit);
    }
  }
}

/** @param pointer a JSON pointer: `/orders/0/lines` */
function pointedTo(value: Json, pointer: string | undefined): Json | undefined {
  if (!pointer) return value;
  let found: Json | undefined = value;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    found = Array.isArray(found) ? found[Number(name)] : isJsonObject(found) ? found[name] : undefined;
  }
  return found;
}

/** @throws MapFailure States.ItemReaderFailed */
export function parseJson(text: string): Json {
  if (nestsTooDeep(text)) throw itemReaderFailed(`Arrays and objects nest deeper than ${MAX_DEPTH} levels.`);
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw itemReaderFailed('The object is not valid JSON.');
  }
}
