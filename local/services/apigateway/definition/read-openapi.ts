import type { BodyValidator } from './json-schema.ts';
import { SchemaCompiler } from './json-schema.ts';
import { readAuthorizer } from './read-authorizer.ts';
import { readIntegration } from './read-integration.ts';
import type { ApiAuthorizer, ApiMethod, GatewayResponseSettings, RequiredParameter, RestApi } from './rest-api.ts';
import { ApiDefinitionError } from './rest-api.ts';

interface OpenApiDocument {
  readonly openapi?: string;
  readonly swagger?: string;
  readonly info?: { readonly title?: string };
  readonly paths?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly security?: readonly SecurityRequirement[];
  readonly components?: {
    readonly securitySchemes?: Readonly<Record<string, SecurityScheme>>;
    readonly parameters?: object;
  };
  readonly 'x-amazon-apigateway-request-validators'?: Readonly<Record<string, ValidatorSettings>>;
  readonly 'x-amazon-apigateway-request-validator'?: string;
  readonly 'x-amazon-apigateway-gateway-responses'?: Readonly<Record<string, unknown>>;
  readonly 'x-amazon-apigateway-binary-media-types'?: readonly string[];
  readonly 'x-amazon-apigateway-api-key-source'?: string;
  readonly 'x-amazon-apigateway-policy'?: object;
}

type SecurityRequirement = Readonly<Record<string, unknown>>;

interface SecurityScheme {
  readonly type?: string;
  readonly name?: string;
  readonly in?: string;
  readonly 'x-amazon-apigateway-authtype'?: string;
  readonly 'x-amazon-apigateway-authorizer'?: unknown;
}

export interface ValidatorSettings {
  readonly validateRequestBody?: boolean;
  readonly validateRequestParameters?: boolean;
}

interface OpenApiOperation {
  readonly operationId?: string;
  readonly parameters?: readonly unknown[];
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: object }>> };
  readonly security?: readonly SecurityRequirement[];
  readonly 'x-amazon-apigateway-request-validator'?: string;
  readonly 'x-amazon-apigateway-integration'?: unknown;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];
const ANY = 'x-amazon-apigateway-any-method';

/**
 * Reads the body of an AWS::ApiGateway::RestApi: OpenAPI 3.0 with API Gateway's extensions.
 * @throws ApiDefinitionError naming every part that is wrong or not supported
 */
export function readOpenApi(id: string, document: object): RestApi {
  const api = document as OpenApiDocument;
  const problems: string[] = [];
  if (api.swagger !== undefined) problems.push(`Swagger ${api.swagger} is not supported: use OpenAPI 3.0`);
  else if (!/^3\.0(\.|$)/.test(String(api.openapi)))
    problems.push(`OpenAPI ${api.openapi} is not supported: API Gateway imports 3.0`);
  if (api['x-amazon-apigateway-policy']) problems.push('x-amazon-apigateway-policy is not supported');
  const apiKeySource = api['x-amazon-apigateway-api-key-source'] ?? 'HEADER';
  if (apiKeySource !== 'HEADER' && apiKeySource !== 'AUTHORIZER') {
    problems.push(`x-amazon-apigateway-api-key-source ${apiKeySource} is not known`);
  }
  const reader = new MethodReader(api, problems);
  const methods = Object.entries(api.paths ?? {}).flatMap(([path, item]) => reader.readPath(path, item));
  const gatewayResponses = readGatewayResponses(api['x-amazon-apigateway-gateway-responses'] ?? {});
  if (problems.length > 0) throw new ApiDefinitionError(problems);
  return {
    id,
    name: api.info?.title ?? id,
    methods,
    gatewayResponses,
    binaryMediaTypes: api['x-amazon-apigateway-binary-media-types'] ?? [],
    apiKeySource: apiKeySource as RestApi['apiKeySource'],
    document,
  };
}

class MethodReader {
  readonly #api: OpenApiDocument;
  readonly #problems: string[];
  readonly #schemas: SchemaCompiler;

  constructor(api: OpenApiDocument, problems: string[]) {
    this.#api = api;
    this.#problems = problems;
    this.#schemas = new SchemaCompiler(api);
  }

  readPath(path: string, item: Readonly<Record<string, unknown>>): ApiMethod[] {
    const methods: ApiMethod[] = [];
    for (const [key, value] of Object.entries(item)) {
      if (!METHODS.includes(key) && key !== ANY) continue;
      const httpMethod = key === ANY ? 'ANY' : key.toUpperCase();
      const method = this.#readMethod(
        httpMethod,
        path,
        value as OpenApiOperation,
        (item.parameters ?? []) as unknown[],
      );
      if (method) methods.push(method);
    }
    return methods;
  }

  #readMethod(
    httpMethod: string,
    path: string,
    operation: OpenApiOperation,
    shared: readonly unknown[],
  ): ApiMethod | undefined {
    const place = `${httpMethod} ${path}`;
    const integration = readIntegration(operation['x-amazon-apigateway-integration'], place, this.#problems);
    const validator = this.#validator(operation, place);
    const bodies = this.#bodies(operation, place);
    const security = this.#security(operation, place);
    if (!integration) return undefined;
    return {
      httpMethod,
      path,
      ...(operation.operationId !== undefined && { operationName: operation.operationId }),
      ...security,
      validateBody: validator.validateRequestBody ?? false,
      validateParameters: validator.validateRequestParameters ?? false,
      requiredParameters: [...shared, ...(operation.parameters ?? [])].flatMap((parameter) =>
        this.#required(parameter),
      ),
      bodies,
      integration,
    };
  }

  #validator(operation: OpenApiOperation, place: string): ValidatorSettings {
    const name =
      operation['x-amazon-apigateway-request-validator'] ?? this.#api['x-amazon-apigateway-request-validator'];
    if (name === undefined) return {};
    const validator = this.#api['x-amazon-apigateway-request-validators']?.[name];
    if (!validator) this.#problems.push(`${place}: there is no request validator ${name}`);
    return validator ?? {};
  }

  #bodies({ requestBody }: OpenApiOperation, place: string): Record<string, BodyValidator> {
    const bodies: Record<string, BodyValidator> = {};
    for (const [mediaType, { schema }] of Object.entries(requestBody?.content ?? {})) {
      if (!schema) continue;
      try {
        bodies[mediaType.toLowerCase()] = this.#schemas.compile(schema);
      } catch (error) {
        this.#problems.push(`${place}: the schema of ${mediaType} is not valid: ${(error as Error).message}`);
      }
    }
    return bodies;
  }

  #security(operation: OpenApiOperation, place: string): Pick<ApiMethod, 'apiKeyRequired' | 'authorizer'> {
    const requirements = operation.security ?? this.#api.security ?? [];
    let apiKeyRequired = false;
    const authorizers: ApiAuthorizer[] = [];
    for (const name of new Set(requirements.flatMap((requirement) => Object.keys(requirement)))) {
      const scheme = this.#api.components?.securitySchemes?.[name];
      const settings = scheme?.['x-amazon-apigateway-authorizer'];
      if (settings !== undefined) {
        const authorizer = readAuthorizer(name, settings, this.#problems);
        if (authorizer) authorizers.push(authorizer);
      } else if (isApiKey(scheme)) apiKeyRequired = true;
      else this.#problems.push(`${place}: the security scheme ${name} is neither an API key nor a Lambda authorizer`);
    }
    if (authorizers.length > 1) this.#problems.push(`${place}: a method has at most one authorizer`);
    return { apiKeyRequired, ...(authorizers[0] && { authorizer: authorizers[0] }) };
  }

  #required(parameter: unknown): RequiredParameter[] {
    const {
      name,
      in: place,
      required,
    } = this.#resolve(parameter) as { name?: string; in?: string; required?: boolean };
    if (!required || !name || (place !== 'path' && place !== 'query' && place !== 'header')) return [];
    return [{ name, in: place }];
  }

  #resolve(value: unknown): object {
    const { $ref } = value as { $ref?: string };
    if ($ref === undefined) return value as object;
    let found: unknown = this.#api;
    for (const step of $ref.split('/').slice(1)) found = (found as Record<string, unknown> | undefined)?.[step];
    if (typeof found === 'object' && found !== null) return found;
    this.#problems.push(`${$ref} is not in the document`);
    return {};
  }
}

const isApiKey = (scheme: SecurityScheme | undefined): boolean =>
  scheme?.type === 'apiKey' &&
  scheme.name?.toLowerCase() === 'x-api-key' &&
  scheme.in === 'header' &&
  scheme['x-amazon-apigateway-authtype'] === undefined;

function readGatewayResponses(settings: Readonly<Record<string, unknown>>): Record<string, GatewayResponseSettings> {
  return Object.fromEntries(
    Object.entries(settings).map(([type, value]) => {
      const {
        statusCode,
        responseParameters = {},
        responseTemplates = {},
      } = value as {
        statusCode?: string | number;
        responseParameters?: Readonly<Record<string, string>>;
        responseTemplates?: Readonly<Record<string, string>>;
      };
      return [
        type,
        { ...(statusCode !== undefined && { statusCode: Number(statusCode) }), responseParameters, responseTemplates },
      ];
    }),
  );
}
