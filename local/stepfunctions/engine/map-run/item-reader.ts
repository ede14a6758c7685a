import type { ItemReader } from '../../asl/definition.ts';
import type { Json, JsonObject } from '../../asl/json.ts';
import { itemsOf } from './item-file.ts';
import { readAthenaManifest, readInventory } from './item-manifest.ts';
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
  const { resource, config } = reader;
  const parameters = reader.parameters ? scope.evaluate(reader.parameters) : {};
  const bucket = required(parameters, 'Bucket');
  const maxItems = scope.number(config.maxItems, 'MaxItems') ?? 0;
  if (maxItems < 0) throw new MapFailure('States.Runtime', 'field MaxItems must be positive');
  const limit = maxItems === 0 ? MOST_ITEMS : Math.min(maxItems, MOST_ITEMS);
  const read = async (location: StorageLocation) => ({
    key: location.key,
    bytes: await reading(() => storage.read(location)),
  });

  if (resource.endsWith(':listObjectsV2')) {
    const prefix = textParameter(parameters, 'Prefix') ?? '';
    const objects = (await reading(() => storage.list(bucket, prefix))).slice(0, limit);
    const source = `s3://${bucket}`;
    if (config.transformation !== 'LOAD_AND_FLATTEN') return { items: objects.map(toItem), source };
    const items: Json[] = [];
    for (const { key } of objects) {
      const more = await itemsOf(await read({ bucket, key }), config, limit - items.length);
      for (const item of more) items.push(item);
      if (items.length >= limit) break;
    }
    return { items, source };
  }

  const versionId = textParameter(parameters, 'VersionId');
  const key = required(parameters, 'Key');
  const file = await read({ bucket, key, ...(versionId !== undefined && { versionId }) });
  const source = `s3://${bucket}/${key}`;
  if (config.manifestType === 'ATHENA_DATA')
    return { items: await readAthenaManifest(file, { read, config, limit }), source };
  if (config.inputType === 'MANIFEST' || config.manifestType === 'S3_INVENTORY')
    return { items: await readInventory(file, { read, limit }), source };
  return { items: await itemsOf(file, config, limit), source };
}

const toItem = ({ key, etag, size, lastModified, storageClass }: StoredObject): JsonObject => ({
  Etag: etag,
  Key: key,
  LastModified: Math.floor(lastModified / 1000),
  Size: size,
  StorageClass: storageClass,
});

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
