import type { ItemReader } from '../../asl/definition.ts';
import { isJsonObject, type Json } from '../../asl/json.ts';
import type { MapItems } from '../../asl/states/map-input.ts';
import { parseCsv } from './csv.ts';
import { csvOptions, type ItemFile, itemsOf, parseJson, textOf } from './item-file.ts';
import { itemReaderFailed } from './map-failure.ts';
import type { StorageLocation } from './map-storage.ts';

/** Files whose items are wanted, one file after another. */
export interface ListedFiles {
  readonly locations: readonly StorageLocation[];
  /** @param limit items at most */
  readonly itemsOf: (file: ItemFile, limit: number) => MapItems | Promise<MapItems>;
}

/**
 * What an Athena query (UNLOAD) has written: its manifest has a line with the URI of each file. The input type is theirs.
 * @throws MapFailure States.ItemReaderFailed
 */
export const filesOfAthena = (manifest: ItemFile, config: ItemReader['config']): ListedFiles => ({
  locations: textOf(manifest)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map(toLocation),
  itemsOf: (file, limit) => itemsOf(file, config, limit),
});

function toLocation(line: string): StorageLocation {
  const [, bucket, key] = /^"?s3:\/\/([^/]+)\/(.+?)"?$/i.exec(line.trim()) ?? [];
  if (bucket === undefined || key === undefined)
    throw itemReaderFailed(`A line of the Athena manifest is not the URI of an object in S3: ${line}`);
  return { bucket, key };
}

/**
 * The files of an S3 inventory: CSV without headers, whose columns the manifest names, unless the reader does.
 * @throws MapFailure States.ItemReaderFailed
 */
export function filesOfInventory(manifest: ItemFile, config: ItemReader['config']): ListedFiles {
  const value = parseJson(textOf(manifest));
  const { fileFormat, fileSchema, destinationBucket, files } = isJsonObject(value) ? value : {};
  if (
    fileFormat !== 'CSV' ||
    typeof fileSchema !== 'string' ||
    typeof destinationBucket !== 'string' ||
    !Array.isArray(files)
  ) {
    throw itemReaderFailed('The manifest is not one of an S3 inventory in CSV.');
  }
  const bucket = destinationBucket.replace(/^arn:[a-z-]+:s3:::/, '');
  const csvHeaders = fileSchema.split(',').map((name) => name.trim());
  const csv = csvOptions({ ...(!config.csvHeaderLocation && { csvHeaders }), ...config });
  return {
    locations: files.map((file) => ({ bucket, key: keyOf(file) })),
    itemsOf: (file, limit) => ({ items: parseCsv(textOf(file), { ...csv, limit }) }),
  };
}

function keyOf(file: Json): string {
  const key = isJsonObject(file) ? file.key : undefined;
  if (typeof key !== 'string') throw itemReaderFailed('A file of the manifest has no key.');
  return key;
}
