import { cbor, dateToTag } from '@smithy/core/cbor';
import { fromJson } from './json-shapes.ts';
import { operationModel } from './model.ts';
import { ServiceError } from './service.ts';
import type { WireProtocol, WireRequest, WireResponse } from './wire.ts';

const TIMESTAMP = 1;

/** Smithy RPC v2 with CBOR: the operation is in the path. What newer AWS CLIs speak with CloudWatch. */
export const cborProtocol: WireProtocol = {
  target(service, { path }) {
    const operation = /\/service\/[^/]+\/operation\/([A-Za-z]+)$/.exec(path)?.[1];
    return operation ? { operation, model: operationModel(service.name, operation) } : undefined;
  },

  input(_service, { model }, { body }) {
    const value = body.length === 0 ? {} : read(body);
    return model ? (fromJson(model.input, value) as object) : value;
  },

  output: (_service, _target, output, requestId) => cborResponse(200, output, requestId),

  failure(_service, target, error, requestId) {
    const exception = target?.model?.exception(error.code);
    const document = { __type: error.code, [exception?.messageMember ?? 'message']: error.message, ...error.details };
    const response = cborResponse(error.statusCode, document, requestId);
    const fault = error.statusCode < 500 ? 'Sender' : 'Receiver';
    return {
      ...response,
      headers: { ...response.headers, 'x-amzn-query-error': `${exception?.queryCode ?? error.code};${fault}` },
    };
  },
};

export const isCborRequest = ({ headers }: WireRequest): boolean => headers['smithy-protocol'] === 'rpc-v2-cbor';

function read(body: Uint8Array): object {
  try {
    const value = asJson(cbor.deserialize(body));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // told below
  }
  throw new ServiceError('SerializationException', 'The request body is not a CBOR map');
}

/** As it would be in JSON: timestamps in seconds, bytes in base64. */
function asJson(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value !== 'object' || value === null) return value;
  const { tag, value: tagged } = value as { tag?: unknown; value?: unknown };
  if (tag === TIMESTAMP) return asJson(tagged);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asJson(member)]));
}

function asCbor(value: unknown): unknown {
  if (value instanceof Date) return dateToTag(value);
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(asCbor);
  const members = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, asCbor(member)]));
}

const cborResponse = (status: number, value: object, requestId: string): WireResponse => ({
  status,
  headers: {
    'content-type': 'application/cbor',
    'smithy-protocol': 'rpc-v2-cbor',
    'x-amzn-requestid': requestId,
  },
  body: cbor.serialize(asCbor(value)),
});
