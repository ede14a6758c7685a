import type { ApiMethod } from './definition/rest-api.ts';
import type { RequestParameters } from './mapping/variables.ts';
import type { GatewayRequest } from './message.ts';
import { headerOf } from './message.ts';

/** What is known of a call while it is served. */
export interface ApiCall {
  readonly request: GatewayRequest;
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly traceId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly account: string;
  readonly region: string;
  readonly apiId: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** Absent until a route was found. */
  readonly method?: ApiMethod;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly apiKey?: { readonly id: string; readonly value: string };
  readonly authorized?: Authorized;
}

/** What an authorizer said of the caller. */
export interface Authorized {
  readonly principalId: string;
  /** Numbers and booleans have become text. */
  readonly context: Readonly<Record<string, string>>;
  /** The API key's value, where keys come from authorizers. */
  readonly usageIdentifierKey?: string;
}

/** `method.request.*`: the last value counts where a name comes several times. */
export function parametersOf({ request, pathParameters }: ApiCall): RequestParameters {
  return {
    path: pathParameters,
    querystring: Object.fromEntries(request.query),
    header: Object.fromEntries(request.headers),
  };
}

/** `$context` of templates, and the requestContext of a Lambda proxy event, as far as they agree. */
export function contextOf(call: ApiCall): Record<string, unknown> {
  const { request, method } = call;
  const host = headerOf(request, 'host') ?? 'localhost';
  const domainName = host.replace(/:\d+$/, '');
  return {
    accountId: call.account,
    apiId: call.apiId,
    authorizer: call.authorized ? { ...call.authorized.context, principalId: call.authorized.principalId } : null,
    domainName,
    domainPrefix: domainName.split('.')[0],
    extendedRequestId: call.extendedRequestId,
    httpMethod: request.method,
    identity: {
      accessKey: null,
      accountId: null,
      apiKey: call.apiKey?.value ?? null,
      apiKeyId: call.apiKey?.id ?? null,
      caller: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: request.sourceIp,
      user: null,
      userAgent: headerOf(request, 'user-agent') ?? null,
      userArn: null,
    },
    path: request.requestPath,
    protocol: request.protocol,
    requestId: call.requestId,
    requestTime: commonLogTime(call.at),
    requestTimeEpoch: call.at,
    resourceId: method ? resourceId(method.path) : null,
    resourcePath: method?.path ?? null,
    stage: call.stage,
    xrayTraceId: /1-[0-9a-f]{8}-[0-9a-f]{24}/.exec(call.traceId)?.[0] ?? null,
    ...(method?.operationName !== undefined && { operationName: method.operationName }),
  };
}

/** Six characters that stay the same for a path. */
function resourceId(path: string): string {
  let hash = 7;
  for (const char of path) hash = (hash * 31 + char.charCodeAt(0)) % 2_176_782_336;
  return hash.toString(36).padStart(6, '0');
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `09/Apr/2026:12:34:56 +0000` */
function commonLogTime(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${time} +0000`;
}
