import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { findOperation, perform } from './caller.ts';
import { cborProtocol, isCborRequest } from './cbor-protocol.ts';
import { jsonProtocol } from './json-protocol.ts';
import { parameters, queryProtocol } from './query-protocol.ts';
import { contentEncodings, readBody } from './request-body.ts';
import { restJsonProtocol, restXmlProtocol } from './rest-protocol.ts';
import { type Authorize, type Caller, type Principal, type Service, ServiceError } from './service.ts';
import { signatureScope } from './signature-scope.ts';
import type { Target, WireProtocol, WireRequest, WireResponse } from './wire.ts';

export interface EndpointOptions {
  /** May grow after the start. */
  readonly services: readonly Service[];
  /** Absent: everybody may do everything. */
  readonly authorize?: Authorize;
  /** Whom the session token of a request is for; undefined: a developer. Absent: there are developers only. */
  readonly principalOf?: (sessionToken: string | undefined) => Principal | undefined;
  /** 0: any that is free. */
  readonly port?: number;
  /** Told of failures that are no ServiceError: mistakes of this cloud. */
  readonly report?: (error: unknown, what: string) => void;
}

export interface Endpoint {
  /** `http://127.0.0.1:4566` */
  readonly url: string;
  readonly port: number;
  /** Stops listening and drops the connections that are open. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const BODY_LIMIT = 16 * 1024 * 1024;
/** Objects of S3 and code of Lambda functions. */
const LARGE_BODY_LIMIT = 256 * 1024 * 1024;

/**
 * Serves all services on one port of the loopback interface, to unmodified AWS SDKs and the AWS CLI.
 * @throws the server's error (`EADDRINUSE`, `EACCES`) if the port cannot be had
 */
export async function createEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { port = 0, report = () => {} } = options;
  const server = createServer((request, response) => {
    serve(request, response, options).catch((error) => {
      report(error, `${request.method} ${request.url}`);
      response.destroy();
    });
  });
  // A long poll lasts up to a minute, and what it calls may take longer.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: HOST, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${actualPort}`,
    port: actualPort,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { services, authorize = () => {}, principalOf = () => undefined, report = () => {} }: EndpointOptions,
): Promise<void> {
  const requestId = randomUUID();
  const gone = new AbortController();
  response.once('close', () => response.writableFinished || gone.abort());
  let wireRequest = withoutBody(request);
  let service: Service = { name: 'this endpoint', operations: {} };
  let protocol: WireProtocol = protocolOf(wireRequest, '');
  let target: Target | undefined;
  let answer: WireResponse;
  try {
    refuseForeignPages(request);
    const scope = signatureScope(request.headers, wireRequest.query);
    if (!scope)
      throw new ServiceError(
        'MissingAuthenticationToken',
        'The request is not signed: nothing tells which service it is for.',
        403,
      );
    const caller: Caller = {
      account: scope.account,
      region: scope.region,
      endpoint: `http://${request.headers.host}`,
      signal: gone.signal,
      ...traceOf(request.headers),
      ...whom(principalOf(sessionTokenOf(request.headers, wireRequest.query))),
    };
    service = services.find(({ name }) => name === scope.service) ?? { name: scope.service, operations: {} };
    protocol = protocolOf(wireRequest, scope.service);
    const limit = scope.service === 's3' || scope.service === 'lambda' ? LARGE_BODY_LIMIT : BODY_LIMIT;
    wireRequest = {
      ...wireRequest,
      headers: withoutChunking(request.headers),
      body: await readBody(request, limit, { gzip: scope.service !== 's3' }),
    };
    protocol = protocolOf(wireRequest, scope.service);
    target = protocol.target(service, wireRequest);
    if (!target) throw unknownOperation(service, wireRequest, services);
    const operation = findOperation(services, service.name, target.operation);
    const input = protocol.input(service, target, wireRequest);
    const output = await perform(operation, service.name, target.operation, input, caller, authorize);
    answer = protocol.output(service, target, output, requestId, wireRequest);
  } catch (error) {
    if (gone.signal.aborted || request.errored) return;
    const what = `${service.name}:${target?.operation ?? `${request.method} ${wireRequest.path}`}`;
    answer = protocol.failure(service, target, asServiceError(error, what, report), requestId, wireRequest);
  }
  send(response, answer, request);
}

function traceOf({ 'x-amzn-trace-id': header }: IncomingHttpHeaders): { traceHeader?: string } {
  return typeof header === 'string' ? { traceHeader: header } : {};
}

const whom = (principal: Principal | undefined): { principal?: Principal } => (principal ? { principal } : {});

/** Temporary credentials come with one; in a presigned URL it is a parameter. */
function sessionTokenOf(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined {
  const header = headers['x-amz-security-token'];
  return typeof header === 'string' ? header : (query.get('X-Amz-Security-Token') ?? undefined);
}

function withoutBody(request: IncomingMessage): WireRequest {
  // `sync-` is what SDKs put before the host of StartSyncExecution.
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').replace(/^sync-/, '');
  const [path, query = ''] = (request.url ?? '/').split(/\?(.*)/s) as [string, string?];
  const hostPrefix = /^(.+?)(?:\.s3(?:[.-][a-z0-9-]+)?)?\.(?:localhost|127\.0\.0\.1)$/.exec(host)?.[1];
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: request.headers,
    body: new Uint8Array(),
    ...(hostPrefix && hostPrefix !== 's3' && { hostPrefix }),
  };
}

/** How the request was packed is not what S3 is told of the object. */
function withoutChunking(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const encodings = contentEncodings(headers);
  if (!encodings.includes('aws-chunked')) return headers;
  const { 'content-encoding': _, ...others } = headers;
  const kept = encodings.filter((encoding) => encoding !== 'aws-chunked');
  return kept.length > 0 ? { ...others, 'content-encoding': kept.join(',') } : others;
}

function protocolOf(request: WireRequest, service: string): WireProtocol {
  if (isCborRequest(request)) return cborProtocol;
  if (request.headers['x-amz-target'] !== undefined) return jsonProtocol;
  if (service === 's3') return restXmlProtocol;
  return parameters(request).has('Action') ? queryProtocol : restJsonProtocol;
}

function unknownOperation(service: Service, request: WireRequest, services: readonly Service[]): ServiceError {
  if (!services.includes(service)) {
    return new ServiceError('UnknownServiceException', `This local cloud has no service ${service.name}.`, 501);
  }
  const what = `${request.method} ${request.path}`;
  return new ServiceError(
    'UnknownOperationException',
    `This local cloud does not know the operation ${what} of ${service.name}.`,
    501,
  );
}

/**
 * A web page must not reach this endpoint: neither from its own origin nor by a name that it points to the loopback
 * interface. AWS clients send no Origin and name the host as they were told.
 */
function refuseForeignPages({ headers }: IncomingMessage): void {
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  const isLocal = /^(?:.*\.)?localhost$|^(?:.*[.-])?127(?:\.\d{1,3}){3}$|^\[::1\]$/.test(host);
  if (!isLocal)
    throw new ServiceError('AccessDenied', `The host ${host} is not this machine's loopback interface.`, 403);
  // An image or a link carries no Origin, but browsers say where it comes from.
  const site = headers['sec-fetch-site'];
  if (headers.origin || (site !== undefined && site !== 'none')) {
    throw new ServiceError('AccessDenied', 'Web pages may not call this endpoint.', 403);
  }
}

function asServiceError(error: unknown, what: string, report: NonNullable<EndpointOptions['report']>): ServiceError {
  if (error instanceof ServiceError) return error;
  report(error, what);
  const message = error instanceof Error ? error.message : String(error);
  return new ServiceError('InternalFailure', `This local cloud failed in ${what}: ${message}`, 500);
}

function send(response: ServerResponse, { status, headers, body = '' }: WireResponse, request: IncomingMessage): void {
  if (!response.writable) return;
  // An unread rest of a body would be taken for the next request.
  const close = request.readableEnded ? {} : { connection: 'close' };
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const isHead = request.method === 'HEAD';
  const length = status === 204 || status === 304 ? {} : { 'content-length': String(bytes.length) };
  response.writeHead(status, { ...(isHead ? {} : length), ...headers, ...(isHead ? {} : length), ...close });
  response.end(isHead ? undefined : bytes);
}
