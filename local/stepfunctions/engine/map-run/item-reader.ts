import type { ItemReader } from '../../asl/definition.ts';
import { isJsonObject, type Json, type JsonObject } from '../../asl/json.ts';
import { type ItemFile, itemsOf } from './item-file.ts';
import { filesOfAthena, filesOfInventory, type ListedFiles } from './item-manifest.ts';
import { type ItemPart, type ItemSet, itemSet } from './item-set.ts';
import { itemReaderFailed, MapFailure, toMapFailure } from './map-failure.ts';
import { type MapScope, textParameter } from './map-scope.ts';
import type { MapStorage, StorageLocation, StoredObject } from './map-storage.ts';

/** AWS reads at most so many items. */
const MOST_ITEMS = 100_000_000;

/** Parameters that there are, by action. */
const LIST = ['Bucket', 'Prefix', 'ExpectedBucketOwner'];
const GET = ['Bucket', 'Key', 'VersionId', 'ExpectedBucketOwner'];

/**
 * Reads the items of a Distributed Map from S3.
 * @throws MapFailure `States.ItemReaderFailed` if the object is not there or not what it is said to be
 */
export async function readItems(reader: ItemReader, scope: MapScope, storage: MapStorage): Promise<ItemSet> {
  const { resource, config } = reader;
  const parameters = reader.parameters ? scope.evaluate(reader.parameters) : {};
  const isListing = resource.endsWith(':listObjectsV2');
  refuseOthers(parameters, isListing ? LIST : GET);
  const bucket = required(parameters, 'Bucket');
  const limit = limitOf(config, scope);
  const expectedOwner = textParameter(parameters, 'ExpectedBucketOwner');
  const owner = expectedOwner === undefined ? {} : { expectedOwner };
  const read = async (location: StorageLocation): Promise<ItemFile> => ({
    key: location.key,
    bytes: await reading(() => storage.read({ ...location, ...owner })),
  });

  if (isListing) {
    const prefix = textParameter(parameters, 'Prefix') ?? '';
    const objects = await reading(() => storage.list({ bucket, prefix, ...owner }));
    if (config.transformation !== 'LOAD_AND_FLATTEN')
      return itemSet({ items: objects.slice(0, limit).map(toItem) }, uriOf({ bucket, key: '' }));
    const locations = objects.map(({ key }) => ({ bucket, key }));
    return readAll({ locations, itemsOf: (file, rest) => itemsOf(file, config, rest) }, read, limit);
  }

  const versionId = textParameter(parameters, 'VersionId');
  if (versionId !== undefined && config.inputType === 'PARQUET')
    throw itemReaderFailed('VersionId is not supported for Parquet files.');
  const location = { bucket, key: required(parameters, 'Key'), ...(versionId !== undefined && { versionId }) };
  const file = await read(location);
  if (config.manifestType === 'ATHENA_DATA') return readAll(filesOfAthena(file, config), read, limit);
  if (config.inputType === 'MANIFEST' || config.manifestType === 'S3_INVENTORY')
    return readAll(filesOfInventory(file, config), read, limit);
  return itemSet(await itemsOf(file, config, limit), uriOf(location));
}

/** How many items may be read. @throws MapFailure or FieldError if MaxItems is no such number */
export function limitOf(config: ItemReader['config'], scope: MapScope): number {
  const maxItems = scope.number(config.maxItems, 'MaxItems') ?? 0;
  if (maxItems < 0) throw new MapFailure('States.Runtime', 'field MaxItems must be positive');
  return maxItems === 0 ? MOST_ITEMS : Math.min(maxItems, MOST_ITEMS);
}

/** @param limit items at most, from all files together */
async function readAll(
  files: ListedFiles,
  read: (location: StorageLocation) => Promise<ItemFile>,
  limit: number,
): Promise<ItemSet> {
  const items: Json[] = [];
  const parts: ItemPart[] = [];
  for (const location of files.locations) {
    if (items.length >= limit) break;
    const more = await files.itemsOf(await read(location), limit - items.length);
    for (const item of more.items) items.push(item);
    parts.push(...itemSet(more, uriOf(location)).parts);
  }
  return { items, parts };
}

const uriOf = ({ bucket, key }: StorageLocation): string => `S3://${bucket}${key === '' ? '' : `/${key}`}`;

const toItem = ({ key, etag, size, lastModified, storageClass }: StoredObject): JsonObject => ({
  Etag: etag,
  Key: key,
  LastModified: Math.floor(lastModified / 1000),
  Size: size,
  StorageClass: storageClass,
});

function refuseOthers(parameters: Json, known: readonly string[]): void {
  const other = isJsonObject(parameters) && Object.keys(parameters).find((name) => !known.includes(name));
  if (other) throw itemReaderFailed(`The parameter ${other} is not supported.`);
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
