import type { ItemReader } from '../definition.ts';
import { argumentsOf, numberField } from './expressions.ts';
import type { Fields } from './fields.ts';

export function parseReader(fields: Fields): ItemReader | undefined {
  const reader = fields.child('ItemReader');
  if (!reader) return undefined;
  reader.required('Resource');
  const resource = reader.string('Resource');
  if (resource !== undefined && !/^arn:[a-z-]+:states:::s3:(getObject|listObjectsV2)$/.test(resource))
    reader.problem('The resource of an ItemReader must be s3:getObject or s3:listObjectsV2', reader.at('Resource'));
  const parameters = argumentsOf(reader);
  const config = reader.child('ReaderConfig');
  const isListing = resource?.endsWith(':listObjectsV2') ?? false;
  const read = config ? readerConfig(config, isListing) : {};
  const hasType = config?.has('InputType') || read.manifestType === 'S3_INVENTORY';
  if (!hasType && (!isListing || read.transformation === 'LOAD_AND_FLATTEN'))
    reader.problem('These fields are required: [InputType]', reader.at('ReaderConfig'));
  reader.finish();
  return resource === undefined ? undefined : { resource, ...parameters, config: read };
}

const INPUT_TYPES = ['CSV', 'JSON', 'JSONL', 'MANIFEST', 'PARQUET'] as const;

/** What the files of an Athena manifest may be. */
const ATHENA_TYPES = ['CSV', 'JSONL', 'PARQUET'] as const;

function readerConfig(config: Fields, isListing: boolean): ItemReader['config'] {
  const manifestType = config.string('ManifestType', ['ATHENA_DATA', 'S3_INVENTORY']);
  const inputType = config.string(
    'InputType',
    manifestType === 'ATHENA_DATA' ? ATHENA_TYPES : INPUT_TYPES,
  ) as ItemReader['config']['inputType'];
  const csvHeaderLocation = config.string('CSVHeaderLocation', [
    'FIRST_ROW',
    'GIVEN',
  ]) as ItemReader['config']['csvHeaderLocation'];
  const csvHeaders = config.strings('CSVHeaders');
  const csvDelimiter = config.string('CSVDelimiter', ['COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB']);
  const maxItems = numberField(config, 'MaxItems', { minimum: 0, maximum: 100_000_000 });
  const transformation = config.string('Transformation', ['NONE', 'LOAD_AND_FLATTEN']);
  const itemsPointer = config.string('ItemsPointer');
  refuse(config, 'InputType', manifestType === 'S3_INVENTORY', 'is not supported with the ManifestType S3_INVENTORY');
  refuse(config, 'InputType', isListing && inputType === 'MANIFEST', 'must not be MANIFEST for s3:listObjectsV2');
  refuse(config, 'ManifestType', isListing, 'is only supported for s3:getObject');
  const isLoading = !isListing && transformation === 'LOAD_AND_FLATTEN';
  refuse(config, 'Transformation', isLoading, 'is only supported for s3:listObjectsV2');
  const isCsv = inputType === undefined || inputType === 'CSV' || inputType === 'MANIFEST';
  for (const name of ['CSVDelimiter', 'CSVHeaderLocation'])
    refuse(config, name, !isCsv, 'is only supported with the InputType CSV or MANIFEST');
  const isGiven = csvHeaderLocation === 'GIVEN';
  refuse(config, 'CSVHeaders', !isGiven, 'is only supported with the CSVHeaderLocation GIVEN');
  const isJson = inputType === undefined || inputType === 'JSON';
  refuse(config, 'ItemsPointer', !isJson, 'is only supported with the InputType JSON');
  if (itemsPointer && !itemsPointer.startsWith('/'))
    config.problem('ItemsPointer must be a JSON pointer, like /orders/0', config.at('ItemsPointer'));
  if (csvHeaderLocation === 'GIVEN') config.required('CSVHeaders');
  config.finish();
  return {
    ...(inputType && { inputType }),
    ...(csvHeaderLocation && { csvHeaderLocation }),
    ...(csvHeaders && { csvHeaders }),
    ...(csvDelimiter !== undefined && { csvDelimiter }),
    ...(maxItems !== undefined && { maxItems }),
    ...(transformation !== undefined && { transformation }),
    ...(manifestType !== undefined && { manifestType }),
    ...(itemsPointer !== undefined && { itemsPointer }),
  };
}

/** A field that would be ignored. */
function refuse(config: Fields, name: string, isIdle: boolean, why: string): void {
  if (isIdle && config.has(name)) config.problem(`Field '${name}' ${why}`, config.at(name));
}
