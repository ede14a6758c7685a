import { isJsonObject, type Json, type JsonObject } from '../../../asl/json.ts';
import type { TaskOutcome } from '../../ports.ts';
import type { OptimizedAction, TaskAttempt } from '../integration.ts';
import { type ConnectionData, ConnectionError, NOTHING, openConnection } from './connection.ts';
import { type ArrayFormat, formText } from './form-encoding.ts';
import { AnswerTooLargeError } from './http-client.ts';
import {
  bodyOf,
  exchangeOutput,
  type HttpAnswer,
  type HttpRequest,
  isSuccess,
  mediaTypeOf,
  queryText,
  textValues,
} from './http-exchange.ts';
import { tracedRequest, tracedResponse } from './http-trace.ts';

const PARAMETERS = [
  'ApiEndpoint',
  'Method',
  'Authentication',
  'InvocationConfig',
  'Headers',
  'QueryParameters',
  'RequestBody',
  'Transform',
];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];
const ARRAY_FORMATS = ['INDICES', 'REPEAT', 'COMMAS', 'BRACKETS'];
const FORBIDDEN_HEADER =
  /^(?:a-im|accept-charset|accept-datetime|accept-encoding|authorization|cache-control|connection|content-encoding|content-md5|date|expect|forwarded|from|host|http2-settings|if-match|if-modified-since|if-none-match|if-range|if-unmodified-since|max-forwards|origin|pragma|proxy-authorization|referer|server|te|trailer|transfer-encoding|upgrade|via|warning|x-forwarded-.*|x-amz-.*|x-amzn-.*)$/i;
const UNREADABLE = /^(?:application\/octet-stream|image\/.*|video\/.*|audio\/.*)$/;
const LIMIT_MILLISECONDS = 60_000;

/** Something about the task or the answer that no retry helps against. */
class HttpTaskError extends Error {
  override readonly name = 'States.Runtime';
}

/** `arn:aws:states:::http:invoke`: calls an HTTPS API with the authorisation of an EventBridge connection. */
export const invokeHttp: OptimizedAction = {
  patterns: ['requestResponse'],
  async call(attempt, parameters) {
    const limit = new AbortController();
    const { clock } = attempt.environment;
    const cancel = clock.at(clock.now() + LIMIT_MILLISECONDS, () =>
      limit.abort(new Error('There was no answer in 60 s.')),
    );
    try {
      const signal = AbortSignal.any([limit.signal, attempt.context.signal]);
      return await exchange(attempt, parameters, signal);
    } catch (error) {
      return failure(errorName(error), (limit.signal.aborted ? limit.signal.reason : (error as Error)).message);
    } finally {
      cancel();
    }
  },
};

const failure = (error: string, cause: string): TaskOutcome => ({ ok: false, error, cause });

function errorName(error: unknown): string {
  if (error instanceof HttpTaskError || error instanceof ConnectionError) return error.name;
  return error instanceof AnswerTooLargeError ? 'States.DataLimitExceeded' : 'States.Http.Socket';
}

async function exchange(attempt: TaskAttempt, parameters: JsonObject, signal: AbortSignal): Promise<TaskOutcome> {
  checkParameters(parameters);
  const connection = await openConnection(attempt, connectionArn(parameters), signal);
  const request = requestOf(parameters, connection, attempt, signal);
  const { trace } = attempt.context;
  if (trace) {
    const shown = trace.revealSecrets ? request : requestOf(parameters, NOTHING, attempt, signal);
    trace.http = { request: tracedRequest(shown) };
  }
  const answer = await attempt.environment.sendHttp(request);
  if (trace) trace.http = { ...trace.http, response: tracedResponse(request, answer) };
  const text = textOf(answer);
  return isSuccess(answer)
    ? { ok: true, output: exchangeOutput(answer, bodyOf(answer, text)) }
    : failure(`States.Http.StatusCode.${answer.status}`, text || answer.statusText);
}

function checkParameters({ ApiEndpoint, Method, Headers = {}, ...rest }: JsonObject): void {
  const unknown = Object.keys(rest).find((name) => !PARAMETERS.includes(name));
  if (unknown) throw new HttpTaskError(`The field "${unknown}" is not supported by Step Functions`);
  const url = URL.parse(String(ApiEndpoint));
  // On AWS it must be HTTPS; on this machine a server may go without.
  const isLocal = url?.protocol === 'http:' && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url?.protocol !== 'https:' && !isLocal) {
    throw new HttpTaskError(`ApiEndpoint has to be an HTTPS URL, not ${JSON.stringify(ApiEndpoint)}`);
  }
  if (!METHODS.includes(String(Method))) throw new HttpTaskError(`Method has to be one of ${METHODS.join(', ')}`);
  if (!isJsonObject(Headers)) throw new HttpTaskError('Headers have to be an object');
  const forbidden = Object.keys(Headers).find((name) => FORBIDDEN_HEADER.test(name));
  if (forbidden) throw new HttpTaskError(`The header ${forbidden} cannot be set`);
}

function connectionArn({ Authentication, InvocationConfig }: JsonObject): string {
  for (const config of [InvocationConfig, Authentication]) {
    if (isJsonObject(config) && typeof config.ConnectionArn === 'string') return config.ConnectionArn;
  }
  throw new HttpTaskError('InvocationConfig.ConnectionArn is missing');
}

/** Puts together what the task and the connection say; where both say something, the connection counts. */
function requestOf(
  { ApiEndpoint, Method, Headers = {}, QueryParameters = {}, RequestBody, Transform }: JsonObject,
  connection: ConnectionData,
  { context }: TaskAttempt,
  signal: AbortSignal,
): HttpRequest {
  const url = new URL(String(ApiEndpoint));
  if (!isJsonObject(QueryParameters)) throw new HttpTaskError('QueryParameters have to be an object');
  const query = queryText({ ...QueryParameters, ...asObject(connection.query) });
  if (query) url.search = url.search ? `${url.search}&${query}` : query;
  const body = bodyText(mergedBody(RequestBody, connection), Transform);
  const set = new Set(connection.headers.map(({ key }) => key.toLowerCase()));
  const own = Object.entries(Headers as JsonObject).filter(([name]) => !set.has(name.toLowerCase()));
  const headers: (readonly [string, string])[] = [
    ...own.flatMap(([name, value]) => textValues(value).map((each) => [name, each] as const)),
    ...connection.headers.map(({ key, value }) => [key, value] as const),
  ];
  const isTyped = headers.some(([name]) => name.toLowerCase() === 'content-type');
  if (!isTyped) headers.push(['Content-Type', 'application/json; charset=UTF-8']);
  headers.push(['Range', 'bytes=0-262144'], ['User-Agent', `Amazon|StepFunctions|HttpInvoke|${context.region}`]);
  return { method: String(Method), url: url.href, headers, ...(body !== undefined && { body }), signal };
}

const asObject = (parameters: ConnectionData['query']): JsonObject =>
  Object.fromEntries(parameters.map(({ key, value }) => [key, value]));

function mergedBody(body: Json | undefined, connection: ConnectionData): Json | undefined {
  if (connection.body.length === 0) return body;
  if (body !== undefined && !isJsonObject(body)) {
    throw new HttpTaskError(
      'A RequestBody that is no object cannot be merged with the body parameters of the connection',
    );
  }
  return { ...body, ...asObject(connection.body) };
}

function bodyText(body: Json | undefined, transform: Json | undefined): string | undefined {
  if (body === undefined) return undefined;
  const { RequestBodyEncoding = 'NONE', RequestEncodingOptions = {} } = isJsonObject(transform) ? transform : {};
  if (RequestBodyEncoding === 'NONE') return JSON.stringify(body);
  if (RequestBodyEncoding !== 'URL_ENCODED')
    throw new HttpTaskError('RequestBodyEncoding has to be NONE or URL_ENCODED');
  const { ArrayFormat = 'INDICES' } = isJsonObject(RequestEncodingOptions) ? RequestEncodingOptions : {};
  if (!ARRAY_FORMATS.includes(String(ArrayFormat))) {
    throw new HttpTaskError(`ArrayFormat has to be one of ${ARRAY_FORMATS.join(', ')}`);
  }
  if (!isJsonObject(body)) throw new HttpTaskError('Only an object can be URL-encoded');
  return formText(body, ArrayFormat as ArrayFormat);
}

function textOf(answer: HttpAnswer): string {
  const type = mediaTypeOf(answer);
  if (UNREADABLE.test(type)) throw new HttpTaskError(`An answer of the type ${type} cannot be read`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(answer.body);
  } catch {
    throw new HttpTaskError('The answer cannot be read as text');
  }
}
