import type { NormalizedSchema } from '@smithy/core/schema';
import { jsonFailure, parseJson } from './json-protocol.ts';
import { fromJson, members, toJson } from './json-shapes.ts';
import { scalarFromText } from './query-shapes.ts';
import { findRoute } from './rest-routes.ts';
import type { ServiceError } from './service.ts';
import { type Target, text, type WireProtocol, type WireRequest, type WireResponse } from './wire.ts';
import { escapeXml, fromXml, scalarToText, toXml } from './xml-shapes.ts';

const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** REST-JSON: method and path tell the operation; headers, query and body its parameters. */
export const restJsonProtocol: WireProtocol = {
  target: (service, request) => findRoute(service.name, request),
  input: (_service, target, request) =>
    restInput(target, request, (schema, body) => fromJson(schema, parseJson(body)) as object),
  output: (_service, target, output, requestId) => restOutput(target, output, requestId, 'application/json', writeJson),
  failure(_service, target, error, requestId, request) {
    const status =
      error.statusCode === 400 ? (target?.model?.exception(error.code)?.statusCode ?? 400) : error.statusCode;
    return jsonFailure(target, error, status, requestId, request);
  },
};

const writeJson = (schema: NormalizedSchema, value: object): string => JSON.stringify(toJson(schema, value));

/** REST-XML: the same with XML. Only S3 speaks it. */
export const restXmlProtocol: WireProtocol = {
  target: (service, request) => findRoute(service.name, request),
  input: (_service, target, request) => restInput(target, request, (schema, body) => fromXml(schema, body) as object),
  output: (_service, target, output, requestId) => restOutput(target, output, requestId, 'application/xml', writeXml),
  failure(_service, target, error, requestId, request) {
    const status =
      error.statusCode === 400 ? (target?.model?.exception(error.code)?.statusCode ?? 400) : error.statusCode;
    return {
      status,
      headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
      body: errorXml(error, requestId, request),
    };
  },
};

const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

function writeXml(schema: NormalizedSchema, value: object): string {
  const name = schema.getName() ?? 'Result';
  // The one answer of S3 whose root is its only member.
  const location = name === 'GetBucketLocationOutput' && schema.getMemberSchema('LocationConstraint');
  if (location)
    return (
      XML_DECLARATION +
      toXml(
        location,
        (value as { LocationConstraint?: string }).LocationConstraint ?? '',
        'LocationConstraint',
        S3_NAMESPACE,
      )
    );
  return XML_DECLARATION + toXml(schema, value, name.replace(/Output$/, 'Result'), S3_NAMESPACE);
}

function errorXml(error: ServiceError, requestId: string, request: WireRequest): string | undefined {
  if (request.method === 'HEAD' || error.statusCode === 304) return undefined;
  const details = Object.entries(error.details).map(
    ([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`,
  );
  return (
    `${XML_DECLARATION}<Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>` +
    `${details.join('')}<RequestId>${requestId}</RequestId></Error>`
  );
}

type ReadBody = (schema: NormalizedSchema, body: string) => object;

function restInput({ model, labels = {} }: Target, request: WireRequest, readBody: ReadBody): object {
  const result: Record<string, unknown> = {};
  let bodyIsPayload = false;
  for (const [name, member] of members(model!.input)) {
    const traits = member.getMergedTraits();
    if (traits.httpPayload) {
      bodyIsPayload = true;
      if (member.isStructSchema())
        result[name] = request.body.length > 0 ? readBody(member, text(request.body)) : undefined;
      else result[name] = member.isBlobSchema() ? request.body : text(request.body);
    }
  }
  // Members without a place of their own are in the body.
  if (!bodyIsPayload && request.body.length > 0) Object.assign(result, readBody(model!.input, text(request.body)));
  for (const [name, member] of members(model!.input)) {
    const value = outsideBody(name, member, labels, request);
    if (value !== undefined) result[name] = value;
  }
  return result;
}

function outsideBody(
  name: string,
  member: NormalizedSchema,
  labels: Readonly<Record<string, string>>,
  request: WireRequest,
): unknown {
  const { httpLabel, httpHeader, httpQuery, httpPrefixHeaders } = member.getMergedTraits();
  if (httpLabel) return labels[name];
  if (httpQuery) {
    if (member.isListSchema()) return request.query.has(httpQuery) ? request.query.getAll(httpQuery) : undefined;
    const value = request.query.get(httpQuery);
    return value === null ? undefined : scalarFromText(member, value);
  }
  if (httpHeader) {
    const value = request.headers[httpHeader.toLowerCase()];
    if (value === undefined) return undefined;
    return member.isListSchema() ? String(value).split(/\s*,\s*/) : scalarFromText(member, String(value));
  }
  if (httpPrefixHeaders) {
    const prefix = httpPrefixHeaders.toLowerCase();
    const found = Object.entries(request.headers).filter(([header]) => header.startsWith(prefix));
    return found.length > 0
      ? Object.fromEntries(found.map(([header, value]) => [header.slice(prefix.length), value]))
      : undefined;
  }
  return undefined;
}

type WriteBody = (schema: NormalizedSchema, value: object) => string;

function restOutput(
  { model }: Target,
  output: object,
  requestId: string,
  contentType: string,
  writeBody: WriteBody,
): WireResponse {
  const headers: Record<string, string> = { 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId };
  const inBody: Record<string, unknown> = {};
  let status = model!.http![2];
  let payload: { schema: NormalizedSchema; value: unknown } | undefined;
  let hasBody = false;
  for (const [name, member] of members(model!.output)) {
    const value = (output as Record<string, unknown>)[name];
    const { httpHeader, httpPrefixHeaders, httpResponseCode, httpPayload } = member.getMergedTraits();
    if (httpPayload) payload = { schema: member, value };
    else if (httpResponseCode) status = (value as number | undefined) ?? status;
    else if (httpHeader) {
      if (value !== undefined && value !== null) headers[httpHeader.toLowerCase()] = scalarToText(member, value, true);
    } else if (httpPrefixHeaders) {
      for (const [key, entry] of Object.entries(value ?? {})) headers[httpPrefixHeaders + key] = String(entry);
    } else {
      hasBody = true;
      inBody[name] = value;
    }
  }
  // A part of an object.
  if (headers['content-range'] !== undefined) status = 206;
  if (payload) {
    const { schema, value } = payload;
    if (value === undefined || value === null) return { status, headers };
    if (schema.isStructSchema())
      return { status, headers: { 'content-type': contentType, ...headers }, body: writeBody(schema, value) };
    return {
      status,
      headers: { 'content-type': 'application/octet-stream', ...headers },
      body: value as Uint8Array | string,
    };
  }
  if (!hasBody) return { status, headers };
  return { status, headers: { 'content-type': contentType, ...headers }, body: writeBody(model!.output, inBody) };
}
