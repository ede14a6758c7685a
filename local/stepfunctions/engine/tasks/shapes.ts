import type { NormalizedSchema } from '@smithy/core/schema';
import { isJsonObject, type Json, type JsonObject } from '../../asl/json.ts';
import { type GivenBytes, operationName as pascalCase } from './sdk-services.ts';

/** Parameters that the service's model does not know. Its message is what AWS puts into the brackets of the cause. */
export class UnsupportedParameterError extends Error {
  override readonly name = 'UnsupportedParameterError';
}

/**
 * Turns the parameters of a Task state into the input of an API operation. Step Functions writes all member names in
 * Pascal case, and takes any JSON where the API wants text (and sends its JSON text).
 * @throws UnsupportedParameterError
 */
export function toServiceInput(schema: NormalizedSchema, value: Json, bytes: GivenBytes = 'json'): unknown {
  if (value === null) return undefined;
  if (schema.isStructSchema()) return toStruct(schema, value, bytes);
  if (schema.isListSchema() && Array.isArray(value)) {
    return value.map((item) => toServiceInput(schema.getValueSchema(), item, bytes));
  }
  if (schema.isMapSchema() && isJsonObject(value)) {
    return mapValues(value, (item) => toServiceInput(schema.getValueSchema(), item, bytes));
  }
  if (schema.isBlobSchema()) return bytes === 'json' ? Buffer.from(JSON.stringify(value)) : value;
  if (schema.isTimestampSchema()) return new Date(typeof value === 'number' ? value * 1000 : String(value));
  if (schema.isStringSchema()) return typeof value === 'string' ? value : JSON.stringify(value);
  return value;
}

/** What the AWS SDK for Java says of a body that it makes from text. */
const TEXT = 'text/plain; charset=UTF-8';

function toStruct(schema: NormalizedSchema, value: Json, bytes: GivenBytes): unknown {
  if (!isJsonObject(value)) return value;
  const members = membersByPascalName(schema);
  const struct: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const member = members.get(key);
    if (!member) throw new UnsupportedParameterError(`The field "${key}" is not supported by Step Functions`);
    const converted = toServiceInput(member.schema, item, bytes);
    if (converted !== undefined) struct[member.name] = converted;
    if (member.schema.isBlobSchema() && member.schema.getMergedTraits().streaming) struct.ContentType ??= TEXT;
  }
  return struct;
}

/** How integrations differ in what they make of an answer. */
export interface OutputStyle {
  /** AWS SDK integrations give ISO 8601 text, optimised ones milliseconds since 1970. */
  readonly times: 'text' | 'milliseconds';
  /** Lists that the answer lacks are there and empty, as the SDK behind some optimised integrations has it. */
  readonly emptyLists?: boolean;
}

/** Turns the output of an API operation into what a Task state sees: member names in Pascal case, bytes as text. */
export function fromServiceOutput(schema: NormalizedSchema, value: unknown, style: OutputStyle): Json | undefined {
  if (value === undefined || value === null) return style.emptyLists && schema.isListSchema() ? [] : undefined;
  if (value instanceof Date) return style.times === 'text' ? value.toISOString() : value.getTime();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (schema.isStructSchema()) {
    const source = value as Record<string, unknown>;
    const struct: JsonObject = {};
    for (const [name, member] of [...membersByPascalName(schema)].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const item = fromServiceOutput(member.schema, source[member.name], style);
      if (item !== undefined) struct[name] = item;
    }
    return struct;
  }
  if (schema.isListSchema() && Array.isArray(value)) {
    return value.map((item) => fromServiceOutput(schema.getValueSchema(), item, style) ?? null);
  }
  if (schema.isMapSchema() && typeof value === 'object') {
    return mapValues(
      value as Record<string, unknown>,
      (item) => fromServiceOutput(schema.getValueSchema(), item, style) ?? null,
    );
  }
  return value as Json;
}

interface Member {
  readonly name: string;
  readonly schema: NormalizedSchema;
}

const memberCache = new WeakMap<object, Map<string, Member>>();

function membersByPascalName(schema: NormalizedSchema): Map<string, Member> {
  const key = schema.getSchema() as object;
  let members = memberCache.get(key);
  if (!members) {
    members = new Map(
      [...schema.structIterator()].map(([name, member]) => [pascalCase(name), { name, schema: member }]),
    );
    memberCache.set(key, members);
  }
  return members;
}

function mapValues<A, B>(object: { [key: string]: A }, convert: (value: A) => B): { [key: string]: B } {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, convert(value)]));
}
