import type { ItemBatcher, ItemProcessor, MapState, ResultWriter } from '../definition.ts';
import type { Expression } from '../expression.ts';
import { isJsonataExpression } from '../template.ts';
import { argumentsOf, jsonata, jsonataTemplate, numberField, path, payloadTemplate, template } from './expressions.ts';
import type { Fields, Reading } from './fields.ts';
import { parseFlow } from './parse-flow.ts';
import { parseReader } from './parse-reader.ts';
import { parseRecovery } from './parse-recovery.ts';
import { resultShaping, type StateBase, transition } from './parse-state.ts';

const COUNT = { minimum: 0 };
const LONGEST_LABEL = 40;
const DISTRIBUTED_ONLY = ['ItemReader', 'ItemBatcher', 'ResultWriter', 'Label'];

export function parseMap(fields: Fields, base: StateBase): MapState | undefined {
  const shared = { ...base, ...transition(fields), ...resultShaping(fields), ...parseRecovery(fields) };
  const processor = parseProcessor(fields);
  const state = { ...shared, ...items(fields), ...limits(fields), ...distributed(fields) };
  if (processor?.mode !== 'DISTRIBUTED') refuseDistributedFields(fields);
  return processor && { ...state, type: 'Map', processor };
}

function parseProcessor(fields: Fields): ItemProcessor | undefined {
  fields.exactlyOne('ItemProcessor', 'Iterator');
  const processor = fields.child('ItemProcessor') ?? fields.child('Iterator');
  if (!processor) return undefined;
  const config = processor.child('ProcessorConfig');
  const mode = config?.string('Mode', ['INLINE', 'DISTRIBUTED']) === 'DISTRIBUTED' ? 'DISTRIBUTED' : 'INLINE';
  const executionType = config?.string('ExecutionType', ['STANDARD', 'EXPRESS']) === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
  if (mode === 'DISTRIBUTED') config?.required('ExecutionType');
  config?.finish();
  if (mode === 'DISTRIBUTED' && fields.reading.type === 'EXPRESS')
    fields.problem('Express state machine does not support a Map state in DISTRIBUTED mode', config?.at('Mode'));
  const reading: Reading = mode === 'DISTRIBUTED' ? { ...fields.reading, type: executionType } : fields.reading;
  const flow = parseFlow(processor, reading);
  processor.finish();
  return { ...flow, mode, executionType };
}

function items(fields: Fields) {
  const jsonPath = fields.only('JSONPath', 'ItemsPath', 'Parameters');
  fields.atMostOne('ItemSelector', 'Parameters');
  const list = jsonPath ? path(fields, 'ItemsPath') : undefined;
  const parameters = jsonPath ? payloadTemplate(fields, 'Parameters') : undefined;
  const given = fields.only('JSONata', 'Items') ? itemList(fields) : undefined;
  const itemSelector = template(fields, 'ItemSelector');
  const source = list ?? given;
  return { ...(source && { items: source }), ...(parameters && { parameters }), ...(itemSelector && { itemSelector }) };
}

/** JSONata: a list, whose elements may be expressions, or one expression. */
function itemList(fields: Fields): Expression | undefined {
  const value = fields.take('Items');
  if (value === undefined) return undefined;
  if (typeof value === 'string' && !isJsonataExpression(value)) return jsonata(fields, 'Items');
  return jsonataTemplate(fields, 'Items');
}

function limits(fields: Fields) {
  const maxConcurrency = numberField(fields, 'MaxConcurrency', COUNT);
  const toleratedFailureCount = numberField(fields, 'ToleratedFailureCount', COUNT);
  const toleratedFailurePercentage = numberField(fields, 'ToleratedFailurePercentage', {
    minimum: 0,
    maximum: 100,
    fraction: true,
  });
  return {
    ...(maxConcurrency !== undefined && { maxConcurrency }),
    ...(toleratedFailureCount !== undefined && { toleratedFailureCount }),
    ...(toleratedFailurePercentage !== undefined && { toleratedFailurePercentage }),
  };
}

function distributed(fields: Fields) {
  const label = fields.string('Label');
  if (label !== undefined) checkLabel(label, fields);
  const itemReader = parseReader(fields);
  const itemBatcher = parseBatcher(fields);
  const resultWriter = parseWriter(fields);
  return {
    ...(label !== undefined && { label }),
    ...(itemReader && { itemReader }),
    ...(itemBatcher && { itemBatcher }),
    ...(resultWriter && { resultWriter }),
  };
}

function refuseDistributedFields(fields: Fields): void {
  for (const name of DISTRIBUTED_ONLY)
    if (fields.has(name)) fields.problem(`Field '${name}' is only supported for a Map state in DISTRIBUTED mode`);
}

/** A label becomes part of the names of the child executions. */
function checkLabel(label: string, fields: Fields): void {
  const location = fields.at('Label');
  if (label.length > LONGEST_LABEL)
    fields.problem(
      `Label exceeds the allowed length of ${LONGEST_LABEL} characters: ${label}`,
      location,
      'INVALID_LABEL_NAME',
    );
  if (/[\s?*<>{}[\]"#%\\^|~`$&,;:/\p{Cc}]/u.test(label))
    fields.problem(`Invalid label name: ${label}`, location, 'INVALID_LABEL_NAME');
  if (fields.reading.labels.has(label))
    fields.problem(`Duplicate label name: ${label}`, location, 'DUPLICATE_LABEL_NAME');
  fields.reading.labels.set(label, location);
}

const BATCH_LIMITS = ['MaxItemsPerBatch', 'MaxItemsPerBatchPath', 'MaxInputBytesPerBatch', 'MaxInputBytesPerBatchPath'];

function parseBatcher(fields: Fields): ItemBatcher | undefined {
  const batcher = fields.child('ItemBatcher');
  if (!batcher) return undefined;
  const batchInput = template(batcher, 'BatchInput');
  const maxItemsPerBatch = numberField(batcher, 'MaxItemsPerBatch', COUNT);
  const maxInputBytesPerBatch = numberField(batcher, 'MaxInputBytesPerBatch', { minimum: 0, maximum: 262_144 });
  if (!BATCH_LIMITS.some((name) => batcher.has(name)))
    batcher.problem(`There must be one of the following fields: [${BATCH_LIMITS.join(', ')}]`);
  batcher.finish();
  return {
    ...(batchInput && { batchInput }),
    ...(maxItemsPerBatch !== undefined && { maxItemsPerBatch }),
    ...(maxInputBytesPerBatch !== undefined && { maxInputBytesPerBatch }),
  };
}

function parseWriter(fields: Fields): ResultWriter | undefined {
  const writer = fields.child('ResultWriter');
  if (!writer) return undefined;
  const resource = writer.string('Resource');
  if (resource !== undefined && !/^arn:[a-z-]+:states:::s3:putObject$/.test(resource))
    writer.problem('The resource of a ResultWriter must be s3:putObject', writer.at('Resource'));
  const parameters = argumentsOf(writer);
  const config = writer.child('WriterConfig');
  const isExporting = resource !== undefined || parameters.parameters !== undefined;
  if (isExporting) writer.required('Resource', fields.language === 'JSONata' ? 'Arguments' : 'Parameters');
  else if (!config) writer.problem('There must be one of the following fields: [Resource, WriterConfig]');
  const outputType = config?.string('OutputType', ['JSON', 'JSONL']);
  const transformation = config?.string('Transformation', ['NONE', 'COMPACT', 'FLATTEN']);
  config?.finish();
  writer.finish();
  return {
    ...(resource !== undefined && { resource }),
    ...parameters,
    ...(config && {
      config: {
        ...(outputType !== undefined && { outputType }),
        ...(transformation !== undefined && { transformation }),
      },
    }),
  };
}
