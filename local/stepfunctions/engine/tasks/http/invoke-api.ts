import { STATUS_CODES } from 'node:http';
import { isJsonObject, type Json, type JsonObject } from '../../../asl/json.ts';
import type { TaskOutcome } from '../../ports.ts';
import type { OptimizedAction } from '../integration.ts';
import { bodyOf, exchangeOutput, isSuccess, queryText, textValues } from './http-exchange.ts';

const PARAMETERS = [
  'ApiEndpoint',
  'Method',
  'Headers',
  'Stage',
  'Path',
  'QueryParameters',
  'RequestBody',
  'AllowNullValues',
  'AuthType',
];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];
const METHODS_WITH_BODY = ['POST', 'PUT', 'PATCH'];
const AUTH_TYPES = ['NO_AUTH', 'IAM_ROLE', 'RESOURCE_POLICY'];
const ENDPOINT = /^([0-9a-z]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;
const FORBIDDEN_HEADER =
  /^(?:x-forwarded.*|x-amz.*|authorization|connection|content-md5|expect|host|max-forwards|proxy-authenticate|server|te|transfer-encoding|trailer|upgrade|via|www-authenticate)$/i;

/** `arn:aws:states:::apigateway:invoke`: calls an API of the local API Gateway. */
export const invokeApi: OptimizedAction = {
  patterns: ['requestResponse', 'waitForTaskToken'],
  async call({ environment, context }, parameters) {
    const problem = problemOf(parameters);
    if (problem) return { ok: false, error: 'States.Runtime', cause: problem };
    const { Method, Stage, Path = '', QueryParameters = {}, Headers = {}, RequestBody } = parameters;
    const [, apiId = ''] = ENDPOINT.exec(String(parameters.ApiEndpoint)) ?? [];
    const query = queryText(QueryParameters as JsonObject);
    const body = parameters.AllowNullValues === true ? RequestBody : withoutNulls(RequestBody ?? null);
    const hasBody = body !== undefined && body !== null;
    const contentType = [['Content-Type', 'application/json']] as const;
    const headers = Object.entries(Headers as JsonObject).flatMap(([name, value]) =>
      textValues(value).map((each) => [name, each] as const),
    );
    const isTyped = headers.some(([name]) => name.toLowerCase() === 'content-type');
    const answer = await environment.callApi(apiId, Stage === undefined ? undefined : String(Stage), {
      method: String(Method),
      url: `/${String(Path).replace(/^\//, '')}${query && `?${query}`}`,
      headers: [...headers, ...(hasBody && !isTyped ? contentType : [])],
      ...(hasBody && { body: JSON.stringify(body) }),
      signal: context.signal,
    });
    if (!answer) {
      const cause = `${parameters.ApiEndpoint}: this local cloud has no such API${Stage ? `, or no stage ${Stage} of it` : ''}`;
      return { ok: false, error: 'ApiGateway.UnknownHostException', cause };
    }
    const text = Buffer.from(answer.body).toString('utf8');
    const statusText = answer.statusText || (STATUS_CODES[answer.status] ?? '');
    return isSuccess(answer)
      ? { ok: true, output: exchangeOutput({ ...answer, statusText }, bodyOf(answer, text)) }
      : failure(`ApiGateway.${answer.status}`, text || statusText);
  },
};

const failure = (error: string, cause: string): TaskOutcome => ({ ok: false, error, cause });

function problemOf(parameters: JsonObject): string | undefined {
  const unknown = Object.keys(parameters).find((name) => !PARAMETERS.includes(name));
  if (unknown) return `The field "${unknown}" is not supported by Step Functions`;
  const { ApiEndpoint, Method, Headers = {}, QueryParameters = {}, AuthType = 'NO_AUTH', RequestBody } = parameters;
  if (!ENDPOINT.test(String(ApiEndpoint))) {
    return `ApiEndpoint has to be like abc123.execute-api.us-east-1.amazonaws.com, not ${JSON.stringify(ApiEndpoint)}`;
  }
  if (!METHODS.includes(String(Method))) return `Method has to be one of ${METHODS.join(', ')}`;
  if (!AUTH_TYPES.includes(String(AuthType))) return `AuthType has to be one of ${AUTH_TYPES.join(', ')}`;
  if (!isJsonObject(Headers)) return 'Headers have to be an object';
  if (!isJsonObject(QueryParameters)) return 'QueryParameters have to be an object';
  const forbidden = Object.keys(Headers).find((name) => FORBIDDEN_HEADER.test(name));
  if (forbidden) return `The header ${forbidden} is not permitted`;
  if (RequestBody !== undefined && RequestBody !== null && !METHODS_WITH_BODY.includes(String(Method))) {
    return `RequestBody is only supported for ${METHODS_WITH_BODY.join(', ')}`;
  }
  return undefined;
}

/** Members that are null are not sent, unless the task says so. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
}
