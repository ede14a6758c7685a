import type { ItemReader } from '../../asl/definition.ts';
import { isJsonObject, type Json } from '../../asl/json.ts';
import { parseCsv } from './csv.ts';
import { type ItemFile, itemsOf, parseJson, textOf } from './item-file.ts';
import { itemReaderFailed } from './map-failure.ts';
import type { StorageLocation } from './map-storage.ts';

interface Files {
  readonly read: (location: StorageLocation) => Promise<ItemFile>;
  /** Items at most, from all files together. */
  readonly limit: number;
}

/**
 * The items of the files that an Athena query (UNLOAD) has written: its manifest has a line with the URI of each. The input type
 * is theirs.
 * @throws MapFailure States.ItemReaderFailed
 */
export function readAthenaManifest(
  manifest: ItemFile,
  { read, config, limit }: Files & { readonly config: ItemReader['config'] },
): Promise<Json[]> {
  const locations = textOf(manifest)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map(toLocation);
  return readAll(locations, { read, limit }, (file, rest) => itemsOf(file, config, rest));
}

function toLocation(line: string): StorageLocation {
  const [, bucket, key] = /^"?s3:\/\/([^/]+)\/(.+?)"?$/.exec(line.trim()) ?? [];
  if (bucket === undefined || key === undefined)
    throw itemReaderFailed(`A line of the Athena manifest is not the URI of an object in S3: ${line}`);
  return { bucket, key };
}

/**
 * The lines of the files of an S3 inventory: CSV without headers, whose columns the manifest names.
 * @throws MapFailure States.ItemReaderFailed
 */
export function readInventory(manifest: ItemFile, files: Files): Promise<Json[]> {
  const value = parseJson(textOf(manifest));
  const { fileFormat, fileSchema, destinationBucket, files: list } = isJsonObject(value) ? value : {};
  if (
    fileFormat !== 'CSV' ||
    typeof fileSchema !== 'string' ||
    typeof destinationBucket !== 'string' ||
    !Array.isArray(list)
  ) {
    throw itemReaderFailed('The manifest is not one of an S3 inventory in CSV.');
  }
  const bucket = destinationBucket.replace(/^arn:[a-z-]+:s3:::/, '');
  const headers = fileSchema.split(',').map((name) => name.trim());
  const locations = list.map((file) => ({ bucket, key: keyOf(file) }));
  return readAll(locations, files, async (file, limit) => parseCsv(textOf(file), { headers, limit }));
}

function keyOf(file: Json): string {
  const key = isJsonObject(file) ? file.key : undefined;
  if (typeof key !== 'string') throw itemReaderFailed('A file of the manifest has no key.');
  return key;
}

async function readAll(
  locations: readonly StorageLocation[],
  { read, limit }: Files,
  items: (file: ItemFile, limit: number) => Promise<readonly Json[]>,
): Promise<Json[]> {
  const all: Json[] = [];
  for (const location of locations) {
    for (const item of await items(await read(location), limit - all.length)) all.push(item);
    if (all.length >= limit) break;
  }
  return all;
}
