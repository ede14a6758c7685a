import type { ApiMethod } from '../definition/rest-api.ts';
import { GatewayError } from '../gateway-error.ts';
import type { GatewayRequest, GatewayResponse } from '../message.ts';
import { headerOf } from '../message.ts';
import type { ApiCall } from '../request-context.ts';
import { contextOf } from '../request-context.ts';

/** The event of a Lambda proxy integration, payload format 1.0. */
export function proxyEvent(call: ApiCall, method: ApiMethod, binaryMediaTypes: readonly string[]): object {
  const { request } = call;
  const isBinary = isBinaryType(headerOf(request, 'content-type'), binaryMediaTypes);
  const { host = 'localhost' } = Object.fromEntries(
    request.headers.map(([name, value]) => [name.toLowerCase(), value]),
  );
  const headers: GatewayRequest['headers'] = [
    ...request.headers,
    ['X-Amzn-Trace-Id', call.traceId],
    ['X-Forwarded-For', request.sourceIp],
    ['X-Forwarded-Port', /:(\d+)$/.exec(host)?.[1] ?? '80'],
    ['X-Forwarded-Proto', 'http'],
  ];
  const { operationName, ...context } = contextOf(call);
  return {
    resource: method.path,
    path: request.path,
    httpMethod: request.method,
    headers: Object.fromEntries(headers),
    multiValueHeaders: grouped(headers),
    queryStringParameters: request.query.length > 0 ? Object.fromEntries(request.query) : null,
    multiValueQueryStringParameters: request.query.length > 0 ? grouped(request.query) : null,
    pathParameters: Object.keys(call.pathParameters).length > 0 ? call.pathParameters : null,
    stageVariables: Object.keys(call.stageVariables).length > 0 ? call.stageVariables : null,
    requestContext: { ...context, ...(operationName !== undefined && { operationName }) },
    body: request.body.byteLength === 0 ? null : Buffer.from(request.body).toString(isBinary ? 'base64' : 'utf8'),
    isBase64Encoded: isBinary && request.body.byteLength > 0,
  };
}

function grouped(pairs: readonly (readonly [string, string])[]): Record<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) groups.set(name, [...(groups.get(name) ?? []), value]);
  return Object.fromEntries(groups);
}

interface ProxyAnswer {
  readonly statusCode?: number | string;
  readonly headers?: Readonly<Record<string, unknown>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly unknown[]>> | null;
  readonly body?: string | number | boolean | null;
  readonly isBase64Encoded?: boolean;
}

const MEMBERS = new Set(['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded', 'cookies']);

/**
 * @param text JSON text that the function returned
 * @throws GatewayError DEFAULT_5XX (502) if it is no answer, as API Gateway says of a malformed one
 */
export function proxyResponse(
  text: string,
  request: GatewayRequest,
  binaryMediaTypes: readonly string[],
): GatewayResponse {
  const answer = parseAnswer(text);
  const headers: [string, string][] = [];
  const multiple = answer.multiValueHeaders ?? {};
  for (const [name, values] of Object.entries(multiple))
    for (const value of values) headers.push([name, String(value)]);
  // Where a header is in both, the multi-value one counts.
  const named = new Set(Object.keys(multiple).map((name) => name.toLowerCase()));
  for (const [name, value] of Object.entries(answer.headers ?? {})) {
    if (!named.has(name.toLowerCase()) && value !== null && value !== undefined) headers.push([name, String(value)]);
  }
  if (!headers.some(([name]) => name.toLowerCase() === 'content-type'))
    headers.push(['Content-Type', 'application/json']);
  const body = answer.body === undefined || answer.body === null ? '' : String(answer.body);
  const isBytes = answer.isBase64Encoded === true && wantsBytes(request, headers, binaryMediaTypes);
  return { status: Number(answer.statusCode ?? 200), headers, body: isBytes ? Buffer.from(body, 'base64') : body };
}

function parseAnswer(text: string): ProxyAnswer {
  const answer = JSON.parse(text) as ProxyAnswer | null;
  const isObject = typeof answer === 'object' && answer !== null && !Array.isArray(answer);
  const { statusCode = 200, body, headers, multiValueHeaders } = isObject ? answer : {};
  const isWellFormed =
    isObject &&
    Object.keys(answer).every((key) => MEMBERS.has(key)) &&
    Number.isInteger(Number(statusCode)) &&
    Number(statusCode) >= 100 &&
    Number(statusCode) <= 599 &&
    (typeof body !== 'object' || body === null) &&
    [headers, multiValueHeaders].every(
      (value) => value === undefined || (typeof value === 'object' && !Array.isArray(value)),
    ) &&
    Object.values(multiValueHeaders ?? {}).every(Array.isArray);
  if (!isWellFormed) throw new GatewayError('DEFAULT_5XX');
  return answer;
}

const isBinaryType = (contentType: string | undefined, binaryMediaTypes: readonly string[]): boolean => {
  const mediaType = (contentType ?? 'application/json').split(';')[0]!.trim().toLowerCase();
  return binaryMediaTypes.some((pattern) => {
    const [type, subtype] = pattern.toLowerCase().split('/');
    const [givenType, givenSubtype] = mediaType.split('/');
    return (type === '*' || type === givenType) && (subtype === '*' || subtype === givenSubtype);
  });
};

/** API Gateway decodes the body if the client's first Accept or the answer's own type is a binary one. */
const wantsBytes = (
  request: GatewayRequest,
  headers: readonly [string, string][],
  binaryMediaTypes: readonly string[],
): boolean =>
  isBinaryType(headerOf(request, 'accept')?.split(',')[0], binaryMediaTypes) ||
  isBinaryType(headerOf({ headers }, 'content-type'), binaryMediaTypes);
