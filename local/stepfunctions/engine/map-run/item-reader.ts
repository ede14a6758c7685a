import { gunzipSync } from 'node:zlib';
import type { ItemReader } from '../../asl/definition.ts';
import { isJsonObject, type Json, type JsonObject } from '../../asl/json.ts';
import { MAX_DEPTH, nestsTooDeep } from '../../asl/limits.ts';
import { parseCsv } from './csv.ts';
import { itemReaderFailed, MapFailure, toMapFailure } from './map-failure.ts';
import { type MapScope, textParameter } from './map-scope.ts';
import type { MapStorage, StorageLocation, StoredObject } from './map-storage.ts';

/** AWS reads at most so many items. */
const MOST_ITEMS = 100_000_000;

export interface ReadItems {
  readonly items: readonly Json[];
  /** What `Map.Item.Source` of the context object says. */
  readonly source: string;
}

/**
 * Reads the items of a Distributed Map from S3.
 * @throws MapFailure `States.ItemReaderFailed` if the object is not there or not what it is said to be
 */
export async function readItems(reader: ItemReader, scope: MapScope, storage: MapStorage): Promise<ReadItems> {
  const parameters = reader.parameters ? scope.evaluate(reader.parameters) : {};
  const bucket = required(parameters, 'Bucket');
  const maxItems = scope.number(reader.config.maxItems, 'MaxItems') ?? 0;
  if (maxItems < 0) throw new MapFailure('States.Runtime', 'field MaxItems must be positive');
  const limit = maxItems === 0 ? MOST_ITEMS : Math.min(maxItems, MOST_ITEMS);
  if (reader.resource.endsWith(':listObjectsV2')) {
    const prefix = textParameter(parameters, 'Prefix') ?? '';
    const objects = (await reading(() => storage.list(bucket, prefix))).slice(0, limit);
    if (reader.config.transformation !== 'LOAD_AND_FLATTEN')
      return { items: objects.map(toItem), source: `s3://${bucket}` };
    const loaded: Json[] = [];
    for (const { key } of objects)
      loaded.push(...(await readObject(reader, storage, { bucket, key }, limit - loaded.length)));
    return { items: loaded.slice(0, limit), source: `s3://${bucket}` };
  }
  const versionId = textParameter(parameters, 'VersionId');
  const location = { bucket, key: required(parameters, 'Key'), ...(versionId !== undefined && { versionId }) };
  return { items: await readObject(reader, storage, location, limit), source: `s3://${bucket}/${location.key}` };
}

async function readObject(
  reader: ItemReader,
  storage: MapStorage,
  location: StorageLocation,
  limit: number,
): Promise<Json[]> {
  const { inputType, csvHeaders, csvDelimiter, itemsPointer } = reader.config;
  const bytes = unpacked(await reading(() => storage.read(location)), location.key);
  const text = Buffer.from(bytes).toString('utf8');
  switch (inputType) {
    case 'CSV':
      return parseCsv(text, {
        ...(csvHeaders && { headers: csvHeaders }),
        ...(csvDelimiter !== undefined && { delimiter: csvDelimiter }),
        limit,
      });
    case 'JSONL':
      return text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .slice(0, limit)
        .map((line) => parseJson(line));
    case 'MANIFEST':
      return readInventory(reader, storage, parseJson(text), limit);
    case 'JSON':
    case undefined: {
      const value = pointedTo(parseJson(text), itemsPointer);
      if (!Array.isArray(value)) throw itemReaderFailed('Attempting to map over non-iterable node.');
      return value.slice(0, limit);
    }
    case 'PARQUET':
      throw itemReaderFailed('The local cloud does not read PARQUET.');
  }
}

/** The files of an S3 inventory: CSV without headers, whose columns the manifest names. */
async function readInventory(reader: ItemReader, storage: MapStorage, manifest: Json, limit: number): Promise<Json[]> {
  if (reader.config.manifestType === 'ATHENA_DATA')
    throw itemReaderFailed('The local cloud does not read manifests of type ATHENA_DATA.');
  const { fileFormat, fileSchema, destinationBucket, files } = isJsonObject(manifest) ? manifest : {};
  if (
    fileFormat !== 'CSV' ||
    typeof fileSchema !== 'string' ||
    typeof destinationBucket !== 'string' ||
    !Array.isArray(files)
  ) {
    throw itemReaderFailed('The manifest is not one of an S3 inventory in CSV.');
  }
  const bucket = destinationBucket.replace(/^arn:[a-z-]+:s3:::/, '');
  const headers = fileSchema.split(',').map((name) => name.trim());
  const items: Json[] = [];
  for (const file of files) {
    const key = required(file, 'key');
    const bytes = unpacked(await reading(() => storage.read({ bucket, key })), key);
    items.push(...parseCsv(Buffer.from(bytes).toString('utf8'), { headers, limit: limit - items.length }));
    if (items.length >= limit) break;
  }
  return items;
}

const toItem = ({ key, etag, size, lastModified, storageClass }: StoredObject): JsonObject => ({
  Etag: etag,
  Key: key,
  LastModified: Math.floor(lastModified / 1000),
  Size: size,
  StorageClass: storageClass,
});

const unpacked = (bytes: Uint8Array, key: string): Uint8Array =>
  key.endsWith('.gz') && bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;

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

function parseJson(text: string): Json {
  if (nestsTooDeep(text)) throw itemReaderFailed(`Arrays and objects nest deeper than ${MAX_DEPTH} levels.`);
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw itemReaderFailed('The object is not valid JSON.');
  }
}

function required(parameters: Json, name: string): string {
  const value = textParameter(parameters, name);
  if (value === undefined) throw itemReaderFailed(`The parameter ${name} is missing.`);
  return value;
}

async function reading<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw itemReaderFailed(toMapFailure(error).message);
  }
}
