import type { NormalizedSchema } from '@smithy/core/schema';
import { operationModel, requiredMembers } from '../../../aws/model.ts';
import { isJsonObject, type Json } from '../../asl/json.ts';
import type { TaskResource } from '../../asl/resource.ts';
import { operationName, SDK_SERVICES } from '../../engine/tasks/sdk-services.ts';
import { validationError } from '../errors.ts';
import { limitsOf } from './mock-limits.ts';
import type { FieldValidationMode } from './test-state-input.ts';

/** Members whose bytes an optimised integration turns into any JSON. */
const FREE: Readonly<Record<string, readonly string[]>> = { 'lambda:invoke': ['Payload'] };

/**
 * Holds a mocked result against the service's model. Fields that the model does not know are let pass, as AWS does.
 * `STRICT` wants the required ones, too; `NONE` checks nothing.
 * @throws ServiceError ValidationException
 */
export function checkResult(result: Json, resource: TaskResource, mode: FieldValidationMode): void {
  // What a job ends with, and what a callback brings, is in no model.
  if (mode === 'NONE' || !('pattern' in resource) || resource.pattern !== 'requestResponse') return;
  const service = resource.type === 'sdk' ? SDK_SERVICES[resource.service]?.service : resource.service;
  const output = service === undefined ? undefined : operationModel(service, operationName(resource.action))?.output;
  if (service === undefined || !output?.isStructSchema()) return;
  const free = resource.type === 'sdk' ? [] : (FREE[`${resource.service}:${resource.action}`] ?? []);
  if (!isJsonObject(result)) throw invalid('Result must be an object');
  new Check(service, mode === 'STRICT', free).structure(output, result);
}

class Check {
  readonly #service: string;
  readonly #strict: boolean;
  readonly #free: readonly string[];

  constructor(service: string, strict: boolean, free: readonly string[]) {
    this.#service = service;
    this.#strict = strict;
    this.#free = free;
  }

  structure(schema: NormalizedSchema, value: { [name: string]: Json }): void {
    const required = requiredMembers(schema);
    for (const [member, memberSchema] of schema.structIterator()) {
      const name = operationName(member);
      const field = Object.hasOwn(value, name) ? value[name] : undefined;
      if (field !== undefined && !this.#free.includes(name)) this.#value(memberSchema, field, name);
      else if (field === undefined && this.#strict && required.includes(member))
        throw invalid(`Required field '${name}' is missing`);
    }
  }

  #value(schema: NormalizedSchema, value: Json, name: string): void {
    if (schema.isStructSchema()) {
      if (!isJsonObject(value)) throw invalid(`Field '${name}' must be an object`);
      this.structure(schema, value);
    } else if (schema.isListSchema()) {
      if (!Array.isArray(value)) throw invalid(`Field '${name}' must be an array`);
      for (const item of value) this.#value(schema.getValueSchema(), item, name);
    } else if (schema.isMapSchema()) {
      if (!isJsonObject(value)) throw invalid(`Field '${name}' must be an object`);
      for (const item of Object.values(value)) this.#value(schema.getValueSchema(), item, name);
    } else if (schema.isNumericSchema() || schema.isBigIntegerSchema() || schema.isBigDecimalSchema()) {
      if (typeof value !== 'number') throw invalid(`Field '${name}' must be a number`);
      this.#limits(name, value, 'minimum', 'less than the minimum value', 'maximum', 'greater than the maximum value');
    } else if (schema.isBooleanSchema()) {
      if (typeof value !== 'boolean') throw invalid(`Field '${name}' must be a boolean`);
    } else if (!schema.isDocumentSchema()) {
      // Text; times and bytes are text as well.
      if (typeof value !== 'string') throw invalid(`Field '${name}' must be a string`);
      const [short, long] = ['smaller than the minimum length', 'greater than the maximum length'];
      this.#limits(name, value.length, 'minimumLength', short, 'maximumLength', long);
    }
  }

  #limits(
    name: string,
    size: number,
    low: 'minimum' | 'minimumLength',
    tooLow: string,
    high: 'maximum' | 'maximumLength',
    tooHigh: string,
  ): void {
    const limits = limitsOf(this.#service, name);
    if (size < (limits[low] ?? -Infinity)) throw invalid(`Field '${name}' is ${tooLow}`);
    if (size > (limits[high] ?? Infinity)) throw invalid(`Field '${name}' is ${tooHigh}`);
  }
}

const invalid = (reason: string) => validationError(`Mock result schema validation error: ${reason}`);
