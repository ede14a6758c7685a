import type { BodyValidator } from './json-schema.ts';

/** A REST API as it is served. */
export interface RestApi {
  readonly id: string;
  readonly name: string;
  readonly methods: readonly ApiMethod[];
  /** By response type: MISSING_AUTHENTICATION_TOKEN, DEFAULT_4XX, … */
  readonly gatewayResponses: Readonly<Record<string, GatewayResponseSettings>>;
  /** Media types whose bodies are bytes, not text. */
  readonly binaryMediaTypes: readonly string[];
  /** Where API keys come from: the header x-api-key, or what an authorizer answers. */
  readonly apiKeySource: 'HEADER' | 'AUTHORIZER';
  /** What it was read from; absent: paths and methods are resources of their own. */
  readonly document?: object;
}

export interface ApiMethod {
  /** `GET`, or `ANY` */
  readonly httpMethod: string;
  /** `/orders/{orderId}` */
  readonly path: string;
  readonly operationName?: string;
  readonly apiKeyRequired: boolean;
  /** Asked before anything else is done; absent: everybody may call. */
  readonly authorizer?: ApiAuthorizer;
  readonly validateBody: boolean;
  readonly validateParameters: boolean;
  readonly requiredParameters: readonly RequiredParameter[];
  /** By media type. */
  readonly bodies: Readonly<Record<string, BodyValidator>>;
  readonly integration: Integration;
}

/** A Lambda function that says who calls and which methods of the API that one may call. */
export interface ApiAuthorizer {
  /** The same for all methods that it is asked for, so that its answers are kept for all of them. */
  readonly name: string;
  readonly type: 'TOKEN' | 'REQUEST';
  readonly functionArn: string;
  /** What has to be in a request, and by which answers are kept. */
  readonly identitySources: readonly IdentitySource[];
  /** Of a TOKEN: others are refused without asking. */
  readonly tokenPattern?: RegExp;
  /** How long an answer is kept. */
  readonly ttlSeconds: number;
}

/** `method.request.header.Authorization` */
export interface IdentitySource {
  readonly in: 'header' | 'querystring' | 'context' | 'stageVariables';
  readonly name: string;
}

export interface RequiredParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
}

export interface GatewayResponseSettings {
  readonly statusCode?: number;
  /** `gatewayresponse.header.X` → `'static'` or a reference to the request. */
  readonly responseParameters: Readonly<Record<string, string>>;
  /** By media type. */
  readonly responseTemplates: Readonly<Record<string, string>>;
}

export type Integration = {
  readonly timeoutMilliseconds: number;
  /** `integration.request.header.X` → `method.request.header.Y`, `'static'`, `context.z`, … */
  readonly requestParameters: Readonly<Record<string, string>>;
  /** VTL by media type. */
  readonly requestTemplates: Readonly<Record<string, string>>;
  readonly passthroughBehavior: 'when_no_match' | 'when_no_templates' | 'never';
  readonly responses: readonly IntegrationResponse[];
} & IntegrationTarget;

export type IntegrationTarget =
  | { readonly type: 'mock' }
  /** The function gets the whole request and gives the whole answer. */
  | { readonly type: 'lambdaProxy'; readonly functionArn: string }
  /** The function gets what the request template makes. */
  | { readonly type: 'lambda'; readonly functionArn: string }
  /** Any action of an AWS service. */
  | {
      readonly type: 'service';
      readonly httpMethod: string;
      readonly service: string;
      readonly region: string;
      readonly action: ServiceAction;
      /** ARN of the role that calls it. */
      readonly role?: string;
    };

/** `states:action/StartSyncExecution`, or `sqs:path/000000000000/orders` */
export type ServiceAction = { readonly name: string } | { readonly path: string };

export interface IntegrationResponse {
  /** Absent: the default. Matched as a whole against the status, or the error message of a function. */
  readonly selectionPattern?: string;
  readonly statusCode: number;
  /** `method.response.header.X` → `integration.response.header.Y`, `'static'`, … */
  readonly responseParameters: Readonly<Record<string, string>>;
  /** VTL by media type. */
  readonly responseTemplates: Readonly<Record<string, string>>;
}

/** The API cannot be served; names every reason. */
export class ApiDefinitionError extends Error {
  override readonly name = 'ApiDefinitionError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.problems = problems;
  }
}
