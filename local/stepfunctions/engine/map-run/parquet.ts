import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type Compressors, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import type { Json, JsonObject } from '../../asl/json.ts';
import { itemReaderFailed } from './map-failure.ts';

/** Bytes of a group of rows, and of the description at the end, that AWS reads. */
const MAX_GROUP = 256 * 2 ** 20;
const MAX_FOOTER = 5 * 2 ** 20;

/** Beside Snappy, which the library brings. */
const COMPRESSORS: Compressors = {
  GZIP: (bytes) => gunzipSync(bytes),
  ZSTD: (bytes) => zstdDecompressSync(bytes),
};

/**
 * Rows of an Apache Parquet file as objects by column. Times are ISO 8601, bytes that are no text Base64, 64-bit integers
 * numbers.
 * @param limit rows at most
 * @throws MapFailure States.ItemReaderFailed: it is none, or compressed in a way that is not supported
 */
export async function parseParquet(bytes: Uint8Array, limit: number): Promise<JsonObject[]> {
  const file = {
    byteLength: bytes.byteLength,
    slice: (start: number, end?: number) => Uint8Array.from(bytes.subarray(start, end)).buffer,
  };
  try {
    const metadata = await parquetMetadataAsync(file);
    if (metadata.metadata_length > MAX_FOOTER) throw new Error('its footer is larger than 5 MB');
    if (metadata.row_groups.some(({ total_byte_size }) => total_byte_size > MAX_GROUP))
      throw new Error('a group of rows is larger than 256 MB');
    const rows = await parquetReadObjects({ file, metadata, rowEnd: limit, compressors: COMPRESSORS });
    return rows.map((row) => toJson(row) as JsonObject);
  } catch (error) {
    throw itemReaderFailed(`The object is not readable as Parquet: ${(error as Error).message}`);
  }
}

function toJson(value: unknown): Json {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toJson(member)]));
  // Infinite numbers, and those that are none, are nothing that JSON could say.
  if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return null;
  return value as Json;
}
