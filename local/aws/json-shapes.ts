import type { NormalizedSchema } from '@smithy/core/schema';
import { ServiceError } from './service.ts';

/** Members that may have a fraction. Their schema says of all numbers only that they are numbers. */
const WITH_FRACTION = new Set([
  ...['Counts', 'Maximum', 'MaxCapacity', 'Minimum', 'SampleCount', 'Sum', 'Threshold', 'Value', 'Values'],
  ...['AdditionalVersionWeights', 'ExecutionEnvironmentMemoryGiBPerVCpu', 'rateLimit', 'toleratedFailurePercentage'],
  ...['BidPriceAsPercentageOfOnDemandPrice', 'Priority', 'Prob', 'SampleFraction', 'ThresholdFraction'],
]);

/**
 * Reads what came as JSON into the shapes of the API reference: timestamps become `Date`, blobs `Uint8Array`. Members
 * that the model does not know and nulls are left out, and whole numbers lose their fraction, as AWS does.
 * @param name of the member that it is, or is in
 * @throws ServiceError SerializationException where a type is wrong
 */
export function fromJson(schema: NormalizedSchema, value: unknown, name = ''): unknown {
  if (schema.isDocumentSchema() || value === null || value === undefined) return value;
  if (schema.isStructSchema() || schema.isUnitSchema()) {
    const source = asObject(value);
    const result: Record<string, unknown> = {};
    for (const [each, member] of members(schema)) {
      const given = source[jsonName(each, member)];
      if (given !== null && given !== undefined) result[each] = fromJson(member, given, each);
    }
    return result;
  }
  if (schema.isMapSchema()) {
    const item = schema.getValueSchema();
    const entries = Object.entries(asObject(value)).filter(([, entry]) => entry !== null);
    return Object.fromEntries(entries.map(([key, entry]) => [key, fromJson(item, entry, name)]));
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw wrongType(value, 'a list');
    const item = schema.getValueSchema();
    return value.map((entry) => fromJson(item, entry, name));
  }
  const scalar = scalarFromJson(schema, value);
  return typeof scalar === 'number' && !WITH_FRACTION.has(name) ? Math.trunc(scalar) : scalar;
}

function scalarFromJson(schema: NormalizedSchema, value: unknown): unknown {
  if (schema.isTimestampSchema()) {
    const date = typeof value === 'number' ? new Date(value * 1000) : new Date(typeof value === 'string' ? value : '');
    if (Number.isNaN(date.getTime())) throw wrongType(value, 'a timestamp');
    return date;
  }
  if (schema.isBlobSchema()) {
    if (typeof value !== 'string') throw wrongType(value, 'a blob');
    return new Uint8Array(Buffer.from(value, 'base64'));
  }
  if (schema.isBooleanSchema() && typeof value !== 'boolean') throw wrongType(value, 'a Boolean');
  if (schema.isStringSchema() && typeof value !== 'string') throw wrongType(value, 'a String');
  if (schema.isNumericSchema() && typeof value !== 'number') throw wrongType(value, 'a Number');
  return value;
}

/** The reverse. Without a schema, `Date` and `Uint8Array` decide. Members that are undefined or null are left out. */
export function toJson(schema: NormalizedSchema | undefined, value: unknown): unknown {
  if (value instanceof Date) return timestampToJson(schema, value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) {
    const item = schema?.isListSchema() ? schema.getValueSchema() : undefined;
    return value.map((entry) => toJson(item, entry));
  }
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(value)) {
    if (entry === undefined || entry === null) continue;
    const member = memberOf(schema, name);
    result[member ? jsonName(name, member) : name] = toJson(member, entry);
  }
  return result;
}

function memberOf(schema: NormalizedSchema | undefined, name: string): NormalizedSchema | undefined {
  if (schema?.isMapSchema()) return schema.getValueSchema();
  return schema?.isStructSchema() ? schema.getMemberSchemas()[name] : undefined;
}

const DATE_TIME = 5;
const HTTP_DATE = 6;

function timestampToJson(schema: NormalizedSchema | undefined, value: Date): number | string {
  if (schema?.getSchema() === DATE_TIME) return value.toISOString();
  if (schema?.getSchema() === HTTP_DATE) return value.toUTCString();
  return value.getTime() / 1000;
}

/** The members of a structure; none for an operation without input or output. */
export function members(schema: NormalizedSchema): Iterable<[string, NormalizedSchema]> {
  return schema.isUnitSchema() ? [] : schema.structIterator();
}

const jsonName = (name: string, member: NormalizedSchema): string => member.getMergedTraits().jsonName ?? name;

function asObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(value, 'a structure or map');
  return value as Record<string, unknown>;
}

function wrongType(value: unknown, wanted: string): ServiceError {
  const kind = Array.isArray(value) ? 'LIST' : typeof value === 'object' ? 'STRUCTURE' : typeof value;
  return new ServiceError('SerializationException', `${kind.toUpperCase()}_VALUE can not be converted to ${wanted}`);
}
