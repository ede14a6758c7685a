import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type Compressors, parquetReadObjects } from 'hyparquet';
import type { Json, JsonObject } from '../../asl/json.ts';
import { itemReaderFailed } from './map-failure.ts';

/** Beside Snappy, which the library brings. */
const COMPRESSORS: Compressors = {
  GZIP: (bytes) => gunzipSync(bytes),
  BROTLI: (bytes) => brotliDecompressSync(bytes),
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
    const rows = await parquetReadObjects({ file, rowEnd: limit, compressors: COMPRESSORS });
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
