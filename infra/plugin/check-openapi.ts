import { type BuildProblem, jsonPointer } from './build-problem.ts';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'x-amazon-apigateway-any-method'];
const FUNCTION_IN_URI = /:function:([^/:]+)(?=\/invocations|:)/;

interface OpenApi {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation | undefined>>>>;
}

interface Operation {
  readonly operationId?: string;
  readonly security?: readonly unknown[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, unknown>> };
  readonly 'x-amazon-apigateway-request-validator'?: string;
  readonly 'x-amazon-apigateway-integration'?: Integration;
}

interface Integration {
  readonly type?: string;
  readonly uri?: unknown;
  readonly passthroughBehavior?: string;
}

/**
 * The rules that make the OpenAPI document the whole truth about the API: each route leads somewhere that exists, says who
 * may call it, and validates what it takes.
 * @param functionNames deployed names, as in Lambda ARNs
 */
export function checkOpenApi(file: string, document: object, functionNames: readonly string[]): BuildProblem[] {
  const problems: BuildProblem[] = [];
  for (const [route, methods] of Object.entries((document as OpenApi).paths ?? {})) {
    for (const [method, operation] of Object.entries(methods)) {
      if (!METHODS.includes(method) || operation === undefined) continue;
      const place = jsonPointer(['paths', route, method]);
      problems.push(...faultsOf(operation, functionNames).map((message) => ({ file, place, message })));
    }
  }
  for (const { reference, path } of referencesIn(document)) {
    if (resolves(document, reference)) continue;
    problems.push({ file, place: jsonPointer(path), message: `${reference} is not in this document` });
  }
  return problems;
}

function faultsOf(operation: Operation, functionNames: readonly string[]): string[] {
  const faults: string[] = [];
  if (operation.operationId === undefined) faults.push('the route has no operationId');
  if (operation.security === undefined)
    faults.push('the route does not say who may call it: add security ([] for everyone)');
  const integration = operation['x-amazon-apigateway-integration'];
  if (integration === undefined) return [...faults, 'the route has no x-amazon-apigateway-integration'];
  if (operation.requestBody !== undefined && operation['x-amazon-apigateway-request-validator'] === undefined) {
    faults.push('the route takes a body but has no x-amazon-apigateway-request-validator');
  }
  if (integration.type === 'aws' && integration.passthroughBehavior !== 'never') {
    faults.push('the integration must say passthroughBehavior: never, or unmapped content types reach it as they are');
  }
  if (integration.type === 'aws_proxy') faults.push(...functionFaults(integration, functionNames));
  return faults;
}

function functionFaults(integration: Integration, functionNames: readonly string[]): string[] {
  const name = FUNCTION_IN_URI.exec(JSON.stringify(integration.uri ?? ''))?.[1];
  if (name === undefined) return ['the integration names no Lambda function in its uri'];
  if (functionNames.includes(name)) return [];
  return [`the integration names the function ${name}, which is not in serverless.yml`];
}

function* referencesIn(
  value: unknown,
  path: readonly string[] = [],
): Generator<{ reference: string; path: readonly string[] }> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (key === '$ref' && typeof member === 'string') yield { reference: member, path };
    else yield* referencesIn(member, [...path, key]);
  }
}

function resolves(document: object, reference: string): boolean {
  if (!reference.startsWith('#/')) return false;
  const steps = reference.slice(2).split('/');
  let at: unknown = document;
  for (const step of steps) {
    if (typeof at !== 'object' || at === null) return false;
    at = (at as Record<string, unknown>)[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return at !== undefined;
}
