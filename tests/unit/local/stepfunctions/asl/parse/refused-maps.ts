import type { JsonObject } from '../../../../../../local/stepfunctions/asl/json.ts';
import { DISTRIBUTED, map, one, type RefusedDefinition, SCHEMA } from './definitions.ts';

const reader = (action: string, ReaderConfig: JsonObject): JsonObject =>
  map({ ItemReader: { Resource: `arn:aws:states:::s3:${action}`, ReaderConfig } }, DISTRIBUTED);

/** What is wrong with a Map state. */
export const REFUSED_MAPS: readonly RefusedDefinition[] = [
  {
    what: 'a map without a processor',
    definition: one({ Type: 'Map', End: true }),
    problems: [`${SCHEMA}: There must be one of the following fields: [ItemProcessor, Iterator] at /States/Work`],
  },
  {
    what: 'a reader in an inline map',
    definition: map({ ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2' } }),
    problems: [`${SCHEMA}: Field 'ItemReader' is only supported for a Map state in DISTRIBUTED mode at /States/Work`],
  },
  {
    what: 'an object of items that does not say what it is',
    definition: reader('getObject', {}),
    problems: [`${SCHEMA}: These fields are required: [InputType] at /States/Work/ItemReader/ReaderConfig`],
  },
  {
    what: 'an Athena manifest that does not say what its files are',
    definition: reader('getObject', { ManifestType: 'ATHENA_DATA' }),
    problems: [`${SCHEMA}: These fields are required: [InputType] at /States/Work/ItemReader/ReaderConfig`],
  },
  {
    what: 'objects to be loaded that do not say what they are',
    definition: reader('listObjectsV2', { Transformation: 'LOAD_AND_FLATTEN' }),
    problems: [`${SCHEMA}: These fields are required: [InputType] at /States/Work/ItemReader/ReaderConfig`],
  },
  {
    what: 'an inventory that is said to be something else',
    definition: reader('getObject', { ManifestType: 'S3_INVENTORY', InputType: 'CSV' }),
    problems: [
      `${SCHEMA}: Field 'InputType' is not supported with the ManifestType S3_INVENTORY at /States/Work/ItemReader/ReaderConfig/InputType`,
    ],
  },
  {
    what: 'an Athena manifest of what no query writes',
    definition: reader('getObject', { ManifestType: 'ATHENA_DATA', InputType: 'MANIFEST' }),
    problems: [
      `${SCHEMA}: The field 'InputType' should have one of these values: [CSV, JSONL, PARQUET] at /States/Work/ItemReader/ReaderConfig/InputType`,
    ],
  },
  ...(
    [
      [
        'getObject',
        { InputType: 'JSON', Transformation: 'LOAD_AND_FLATTEN' },
        'Transformation',
        'is only supported for s3:listObjectsV2',
      ],
      [
        'getObject',
        { InputType: 'JSON', CSVDelimiter: 'TAB' },
        'CSVDelimiter',
        'is only supported with the InputType CSV or MANIFEST',
      ],
      [
        'getObject',
        { InputType: 'JSONL', CSVHeaderLocation: 'FIRST_ROW' },
        'CSVHeaderLocation',
        'is only supported with the InputType CSV or MANIFEST',
      ],
      [
        'getObject',
        { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW', CSVHeaders: ['a'] },
        'CSVHeaders',
        'is only supported with the CSVHeaderLocation GIVEN',
      ],
      [
        'getObject',
        { InputType: 'CSV', ItemsPointer: '/a' },
        'ItemsPointer',
        'is only supported with the InputType JSON',
      ],
      [
        'listObjectsV2',
        { InputType: 'MANIFEST', Transformation: 'LOAD_AND_FLATTEN' },
        'InputType',
        'must not be MANIFEST for s3:listObjectsV2',
      ],
      ['listObjectsV2', { ManifestType: 'S3_INVENTORY' }, 'ManifestType', 'is only supported for s3:getObject'],
    ] satisfies [action: string, config: JsonObject, field: string, problem: string][]
  ).map(([action, ReaderConfig, field, problem]) => ({
    what: `a reader whose ${field} contradicts the rest: ${JSON.stringify(ReaderConfig)}`,
    definition: reader(action, ReaderConfig),
    problems: [`${SCHEMA}: Field '${field}' ${problem} at /States/Work/ItemReader/ReaderConfig/${field}`],
  })),
  {
    what: 'a pointer that is none',
    definition: reader('getObject', { InputType: 'JSON', ItemsPointer: 'orders' }),
    problems: [
      `${SCHEMA}: ItemsPointer must be a JSON pointer, like /orders/0 at /States/Work/ItemReader/ReaderConfig/ItemsPointer`,
    ],
  },
  {
    what: 'a batcher without a limit',
    definition: map({ ItemBatcher: { BatchInput: {} } }, DISTRIBUTED),
    problems: [
      `${SCHEMA}: There must be one of the following fields: [MaxItemsPerBatch, MaxItemsPerBatchPath, MaxInputBytesPerBatch, MaxInputBytesPerBatchPath] at /States/Work/ItemBatcher`,
    ],
  },
  {
    what: 'an empty writer',
    definition: map({ ResultWriter: {} }, DISTRIBUTED),
    problems: [
      `${SCHEMA}: There must be one of the following fields: [Resource, WriterConfig] at /States/Work/ResultWriter`,
    ],
  },
  {
    what: 'a writer that does not say where to',
    definition: map({ ResultWriter: { Resource: 'arn:aws:states:::s3:putObject' } }, DISTRIBUTED),
    problems: [`${SCHEMA}: These fields are required: [Parameters] at /States/Work/ResultWriter`],
  },
  {
    what: 'a distributed map without a type',
    definition: map({}, { ProcessorConfig: { Mode: 'DISTRIBUTED' } }),
    problems: [`${SCHEMA}: These fields are required: [ExecutionType] at /States/Work/ItemProcessor/ProcessorConfig`],
  },
  {
    what: 'a percentage above 100',
    definition: map({ ToleratedFailurePercentage: 101 }, DISTRIBUTED),
    problems: [`${SCHEMA}: Maximum value is 100.0 at /States/Work/ToleratedFailurePercentage`],
  },
  {
    what: 'a limit from the context object',
    definition: map({ MaxConcurrencyPath: '$$.Execution.Input.n' }, DISTRIBUTED),
    problems: [`${SCHEMA}: Value is not a Reference Path at /States/Work/MaxConcurrencyPath`],
  },
  {
    what: 'a label with a blank',
    definition: map({ Label: 'my map' }, DISTRIBUTED),
    problems: ['INVALID_LABEL_NAME: Invalid label name: my map at /States/Work/Label'],
  },
  {
    what: 'a distributed map in an Express machine',
    type: 'EXPRESS',
    definition: map({}, DISTRIBUTED),
    problems: [
      `${SCHEMA}: Express state machine does not support a Map state in DISTRIBUTED mode at /States/Work/ItemProcessor/ProcessorConfig/Mode`,
    ],
  },
];
