import { createRequire } from 'node:module';
import { NormalizedSchema } from '@smithy/core/schema';

/** An API operation as its service model describes it. */
export interface OperationModel {
  readonly name: string;
  /** Method, path template and status of the REST protocols. */
  readonly http?: readonly [method: string, path: string, status: number];
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** @returns whether the service model has an exception of this name, with or without the suffix `Exception`. */
  hasException(code: string): boolean;
  /** How an exception of this name goes over the wire. */
  exception(code: string): ExceptionModel | undefined;
}

export interface ExceptionModel {
  /** The code in the Query protocol, where it is not the exception's name. */
  readonly queryCode?: string;
  readonly statusCode?: number;
  /** `message` or `Message`. */
  readonly messageMember: string;
}

/** SDK client packages by signing name: their schemas are the service models. */
const CLIENT_PACKAGES: Readonly<Record<string, string>> = {
  apigateway: '@aws-sdk/client-api-gateway',
  batch: '@aws-sdk/client-batch',
  cloudformation: '@aws-sdk/client-cloudformation',
  dynamodb: '@aws-sdk/client-dynamodb',
  ecs: '@aws-sdk/client-ecs',
  elasticmapreduce: '@aws-sdk/client-emr',
  events: '@aws-sdk/client-eventbridge',
  glue: '@aws-sdk/client-glue',
  iam: '@aws-sdk/client-iam',
  kms: '@aws-sdk/client-kms',
  lambda: '@aws-sdk/client-lambda',
  logs: '@aws-sdk/client-cloudwatch-logs',
  monitoring: '@aws-sdk/client-cloudwatch',
  s3: '@aws-sdk/client-s3',
  sagemaker: '@aws-sdk/client-sagemaker',
  scheduler: '@aws-sdk/client-scheduler',
  secretsmanager: '@aws-sdk/client-secrets-manager',
  ses: '@aws-sdk/client-sesv2',
  sns: '@aws-sdk/client-sns',
  sqs: '@aws-sdk/client-sqs',
  ssm: '@aws-sdk/client-ssm',
  states: '@aws-sdk/client-sfn',
  sts: '@aws-sdk/client-sts',
};

/** Signing names of the services with a model here. */
export const modelledServices: readonly string[] = Object.keys(CLIENT_PACKAGES);

/** Services are named by requests: `valueOf` is none. */
const packageOf = (service: string): string | undefined =>
  Object.hasOwn(CLIENT_PACKAGES, service) ? CLIENT_PACKAGES[service] : undefined;

const require = createRequire(import.meta.url);
const models = new Map<string, OperationModel | undefined>();

/**
 * @param service signing name: `states`, `dynamodb`, …
 * @param operation API name: `StartExecution`
 * @returns undefined if the service or the operation is unknown here
 */
export function operationModel(service: string, operation: string): OperationModel | undefined {
  const key = `${service}:${operation}`;
  if (!models.has(key)) models.set(key, loadModel(service, operation));
  return models.get(key);
}

/** @returns the API names of all operations in the service's model; none if there is no model of it here. */
export function operationNames(service: string): string[] {
  const clientPackage = packageOf(service);
  if (!clientPackage) return [];
  const client = require(clientPackage) as Record<string, unknown>;
  return Object.keys(client).flatMap((key) => (isOperationSchema(client[key]) ? [key.slice(0, -1)] : []));
}

/** A structure's schema is `[3, namespace, name, traits, members, schemas, n]`: the first n members are required. */
export function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const [, , , , members, , count] = schema.getSchema() as readonly unknown[];
  return Array.isArray(members) && typeof count === 'number' ? members.slice(0, count) : [];
}

function loadModel(service: string, operation: string): OperationModel | undefined {
  const clientPackage = packageOf(service);
  if (!clientPackage) return undefined;
  const client = require(clientPackage) as Record<string, unknown>;
  const schema = client[`${operation}$`];
  if (!isOperationSchema(schema)) return undefined;
  const { http } = (schema[3] || {}) as { http?: [string, string, number] };
  return {
    name: operation,
    http,
    input: NormalizedSchema.of(schema[4]),
    output: NormalizedSchema.of(schema[5]),
    hasException: (code) => `${code}$` in client || `${code}Exception$` in client,
    exception: (code) => exceptionModel(client[`${code}$`]),
  };
}

type SchemaReference = Parameters<typeof NormalizedSchema.of>[0];

/** `[9, namespace, name, traits, input, output]`: 9 is the SDK's mark of an operation. */
function isOperationSchema(value: unknown): value is [9, string, string, unknown, SchemaReference, SchemaReference] {
  return Array.isArray(value) && value[0] === 9;
}

function exceptionModel(schema: unknown): ExceptionModel | undefined {
  if (!Array.isArray(schema) || schema[0] !== -3) return undefined;
  const traits = (schema[3] || {}) as { awsQueryError?: [string, number]; httpError?: number };
  const members = schema[4] as string[];
  return {
    queryCode: traits.awsQueryError?.[0],
    statusCode: traits.awsQueryError?.[1] ?? traits.httpError,
    messageMember: members.find((name) => name.toLowerCase() === 'message') ?? 'message',
  };
}
