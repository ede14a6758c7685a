import type { ErrorObject } from 'ajv';
import { Ajv } from 'ajv';
import addFormatsModule from 'ajv-formats';

/** @returns what is wrong with a body, worded like API Gateway's `validationErrorString`; empty if nothing is */
export type BodyValidator = (body: unknown) => readonly string[];

// The package's types describe a default export that Node does not give to ES modules.
const addFormats = addFormatsModule as unknown as (ajv: Ajv) => void;

/** Compiles the schemas of an OpenAPI document, which may refer to each other. */
export class SchemaCompiler {
  readonly #ajv: Ajv;

  /** @param document the whole OpenAPI document: `$ref`s are looked up in it */
  constructor(document: object) {
    // API Gateway ignores keywords that it does not know (example, discriminator, xml …).
    this.#ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true, logger: false });
    addFormats(this.#ajv);
    this.#ajv.addSchema({ $id: 'openapi', ...(asJsonSchema(document) as object) });
  }

  /** @throws Error if the schema is not valid or refers to nothing */
  compile(schema: object): BodyValidator {
    const validate = this.#ajv.compile(absoluteReferences(asJsonSchema(schema)) as object);
    return (body) => {
      if (validate(body)) return [];
      const errors = validate.errors ?? [];
      return [...new Set(merged(errors).map((error) => describe(error, body)))];
    };
  }
}

/** OpenAPI 3.0 differs from JSON Schema in `nullable` and in boolean exclusive limits. */
function asJsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(asJsonSchema);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, asJsonSchema(value)])) as Record<
    string,
    unknown
  >;
  if (copy.nullable === true && typeof copy.type === 'string') copy.type = [copy.type, 'null'];
  for (const [limit, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (typeof copy[exclusive] !== 'boolean') continue;
    if (copy[exclusive] === true) {
      copy[exclusive] = copy[limit];
      delete copy[limit];
    } else delete copy[exclusive];
  }
  return copy;
}

function absoluteReferences(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(absoluteReferences);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string' && value.startsWith('#')
        ? `openapi${value}`
        : absoluteReferences(value),
    ]),
  );
}

/** API Gateway names all missing (and all unknown) members of an object in one message. */
function merged(errors: readonly ErrorObject[]): ErrorObject[] {
  const result: ErrorObject[] = [];
  for (const error of errors) {
    const same = result.find(
      ({ keyword, instancePath }) => keyword === error.keyword && instancePath === error.instancePath,
    );
    if (error.keyword === 'required' && same) same.params.missing.push(error.params.missingProperty);
    else if (error.keyword === 'additionalProperties' && same)
      same.params.unknown.push(error.params.additionalProperty);
    else result.push(withLists(error));
  }
  return result;
}

const withLists = (error: ErrorObject): ErrorObject => ({
  ...error,
  params: { ...error.params, missing: [error.params.missingProperty], unknown: [error.params.additionalProperty] },
});

const list = (values: readonly unknown[]): string => JSON.stringify(values);

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

function at(body: unknown, pointer: string): unknown {
  let value = body;
  for (const step of pointer.split('/').slice(1)) {
    value = (value as Record<string, unknown> | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return value;
}

/** The wording of the validator that API Gateway uses, so that mapping templates meet the same texts. */
function describe({ keyword, params, instancePath, message }: ErrorObject, body: unknown): string {
  const value = at(body, instancePath);
  const found = JSON.stringify(value);
  switch (keyword) {
    case 'required':
      return `object has missing required properties (${list([...params.missing].sort())})`;
    case 'additionalProperties':
      return `object instance has properties which are not allowed by the schema: ${list([...params.unknown].sort())}`;
    case 'type':
      return `instance type (${typeOf(value)}) does not match any allowed primitive type (allowed: ${list([params.type].flat().sort())})`;
    case 'enum':
      return `instance value (${found}) not found in enum (possible values: ${list(params.allowedValues)})`;
    case 'minimum':
      return `numeric instance is lower than the required minimum (minimum: ${params.limit}, found: ${found})`;
    case 'maximum':
      return `numeric instance is greater than the required maximum (maximum: ${params.limit}, found: ${found})`;
    case 'exclusiveMinimum':
      return `numeric instance is not strictly greater than the required minimum ${params.limit}`;
    case 'exclusiveMaximum':
      return `numeric instance is not strictly lower than the required maximum ${params.limit}`;
    case 'minLength':
      return `string ${found} is too short (length: ${[...String(value)].length}, required minimum: ${params.limit})`;
    case 'maxLength':
      return `string ${found} is too long (length: ${[...String(value)].length}, maximum allowed: ${params.limit})`;
    case 'pattern':
      return `ECMA 262 regex ${JSON.stringify(params.pattern)} does not match input string ${found}`;
    case 'minItems':
      return `array is too short: must have at least ${params.limit} elements but instance has ${(value as unknown[]).length} elements`;
    case 'maxItems':
      return `array is too long: must have at most ${params.limit} elements but instance has ${(value as unknown[]).length} elements`;
    default:
      return `${instancePath || 'instance'} ${message ?? keyword}`;
  }
}
