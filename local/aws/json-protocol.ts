import { crc32 } from 'node:zlib';
import { fromJson, toJson } from './json-shapes.ts';
import { operationModel } from './model.ts';
import { ServiceError } from './service.ts';
import { type Target, text, type WireProtocol, type WireRequest, type WireResponse } from './wire.ts';

/** AWS JSON 1.0 and 1.1: the operation is in the header `X-Amz-Target`. */
export const jsonProtocol: WireProtocol = {
  target(service, { headers }) {
    const operation = String(headers['x-amz-target']).split('.').at(-1);
    return operation ? { operation, model: operationModel(service.name, operation) } : undefined;
  },

  input(service, target, { body }) {
    const value = parseJson(text(body) || '{}');
    return service.rawJson || !target.model ? value : (fromJson(target.model.input, value) as object);
  },

  output(service, target, output, requestId, request) {
    const value = service.rawJson ? output : toJson(target.model?.output, output);
    return jsonResponse(200, value, requestId, request);
  },

  failure: (_service, target, error, requestId, request) =>
    jsonFailure(target, error, error.statusCode, requestId, request),
};

/** What AWS's parsers take is less deep; what is much deeper would be too deep for the stack of whoever reads it. */
const DEEPEST = 1_000;

/** @throws ServiceError SerializationException */
export function parseJson(body: string): object {
  const value = parsed(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ServiceError('SerializationException', 'The request body is not a JSON object');
  // Each level has two brackets.
  if (body.length > 2 * DEEPEST && isDeeperThan(DEEPEST, value))
    throw new ServiceError('SerializationException', `The request body has more than ${DEEPEST} levels`);
  return value;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const isDeeperThan = (levels: number, value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((entry) => isDeeperThan(levels - 1, entry)));

export function jsonFailure(
  target: Target | undefined,
  error: ServiceError,
  status: number,
  requestId: string,
  request: WireRequest,
): WireResponse {
  const exception = target?.model?.exception(error.code);
  const document = { __type: error.code, [exception?.messageMember ?? 'message']: error.message, ...error.details };
  const response = jsonResponse(status, toJson(undefined, document), requestId, request);
  const queryError: Record<string, string> = request.headers['x-amzn-query-mode']
    ? { 'x-amzn-query-error': `${exception?.queryCode ?? error.code};${status < 500 ? 'Sender' : 'Receiver'}` }
    : {};
  return { ...response, headers: { ...response.headers, 'x-amzn-errortype': error.code, ...queryError } };
}

function jsonResponse(status: number, value: unknown, requestId: string, { headers }: WireRequest): WireResponse {
  const body = Buffer.from(JSON.stringify(value));
  const contentType = headers['content-type']?.startsWith('application/x-amz-json-1.')
    ? headers['content-type']
    : 'application/json';
  return {
    status,
    headers: { 'content-type': contentType, 'x-amzn-requestid': requestId, 'x-amz-crc32': String(crc32(body)) },
    body,
  };
}

export const isJsonRequest = (request: WireRequest): boolean => request.headers['x-amz-target'] !== undefined;
