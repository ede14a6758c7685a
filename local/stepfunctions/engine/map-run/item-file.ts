import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { ItemReader } from '../../asl/definition.ts';
import { isJsonObject, type Json } from '../../asl/json.ts';
import { MAX_DEPTH, nestsTooDeep } from '../../asl/limits.ts';
import { type MapItems, membersOf } from '../../asl/states/map-input.ts';
import { type CsvOptions, parseCsv } from './csv.ts';
import { itemReaderFailed } from './map-failure.ts';
import { parseParquet } from './parquet.ts';

/** What an object of items is, and what it is called. */
export interface ItemFile {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** By the end of the name, and by how such a file begins. */
const COMPRESSIONS = [
  { name: /\.gz$/, begins: [0x1f, 0x8b], decompress: gunzipSync },
  { name: /\.zst(d)?$/, begins: [0x28, 0xb5, 0x2f, 0xfd], decompress: zstdDecompressSync },
];

/** As text; what is called `.gz` or `.zstd` may be compressed. @throws MapFailure States.ItemReaderFailed: it is not whole */
export function textOf({ key, bytes }: ItemFile): string {
  const compression = COMPRESSIONS.find(
    ({ name, begins }) => name.test(key) && begins.every((byte, index) => bytes[index] === byte),
  );
  try {
    return Buffer.from(compression ? compression.decompress(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw itemReaderFailed(`${key} cannot be decompressed: ${(error as Error).message}`);
  }
}

/**
 * The items of one object, in the format that the reader's configuration says.
 * @param limit items at most
 * @throws MapFailure States.ItemReaderFailed: it is not in that format
 */
export async function itemsOf(file: ItemFile, config: ItemReader['config'], limit: number): Promise<MapItems> {
  const { inputType, itemsPointer } = config;
  switch (inputType) {
    case 'CSV':
      return { items: parseCsv(textOf(file), { ...csvOptions(config), limit }) };
    case 'JSONL': {
      const lines = textOf(file)
        .split('\n')
        .filter((line) => line.trim() !== '');
      return { items: lines.slice(0, limit).map(parseJson) };
    }
    case 'PARQUET':
      return { items: await parseParquet(file.bytes, limit) };
    case 'JSON':
    case 'MANIFEST':
    case undefined:
      return itemsOfJson(parseJson(textOf(file)), itemsPointer, limit);
  }
}

export const csvOptions = ({ csvHeaders, csvDelimiter }: ItemReader['config']): Omit<CsvOptions, 'limit'> => ({
  ...(csvHeaders && { headers: csvHeaders }),
  ...(csvDelimiter !== undefined && { delimiter: csvDelimiter }),
});

/** A list. An object, too, but only where a pointer leads to it: AWS was recorded to refuse one that is the whole file. */
function itemsOfJson(json: Json, pointer: string | undefined, limit: number): MapItems {
  const value = pointedTo(json, pointer);
  if (value === undefined)
    throw itemReaderFailed(
      'The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.',
    );
  if (Array.isArray(value)) return { items: value.slice(0, limit) };
  if (!pointer || !isJsonObject(value)) throw itemReaderFailed('Attempting to map over non-iterable node.');
  const { items, keyed } = membersOf(value);
  return { items: items.slice(0, limit), ...(keyed && { keyed }) };
}

/** @param pointer a JSON pointer: `/orders/0/lines` */
export function pointedTo(value: Json, pointer: string | undefined): Json | undefined {
  if (!pointer) return value;
  let found: Json | undefined = value;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    found = memberOf(found, name);
  }
  return found;
}

/** Indices have no leading zeros (RFC 6901). */
function memberOf(value: Json | undefined, name: string): Json | undefined {
  if (Array.isArray(value)) return /^(0|[1-9]\d*)$/.test(name) ? value[Number(name)] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
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
