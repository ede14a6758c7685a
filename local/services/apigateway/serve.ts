import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { newTraceHeader } from '../../aws/trace-header.ts';
import { authorize } from './authorize.ts';
import type { RestApi } from './definition/rest-api.ts';
import { GatewayError } from './gateway-error.ts';
import { gatewayResponse } from './gateway-response.ts';
import type { GatewayState, ServedApi, Stage } from './gateway-state.ts';
import type { IntegrationPorts } from './handle-call.ts';
import { integrate, invoke } from './handle-call.ts';
import type { GatewayRequest, GatewayResponse } from './message.ts';
import { headerOf } from './message.ts';
import type { ApiCall } from './request-context.ts';
import type { RouteMatch } from './router.ts';
import { admit } from './usage-plans.ts';
import { validateRequest } from './validate-request.ts';

/** Where a request is for. */
export interface Destination {
  readonly served: ServedApi;
  readonly stage: Stage;
}

export interface GatewayOptions extends IntegrationPorts {
  readonly state: GatewayState;
  /** Told of failures that are mistakes of this cloud. */
  readonly report: (error: unknown, what: string) => void;
  /** Told of every answered call. */
  readonly onAnswered?: (
    call: ApiCall,
    destination: Destination,
    answer: GatewayResponse,
    responseType: string | undefined,
  ) => void;
}

/** Answers one request. Never throws: what goes wrong becomes an answer as well. */
export async function handle(
  request: GatewayRequest,
  destination: Destination,
  options: GatewayOptions,
): Promise<GatewayResponse> {
  const { served, stage } = destination;
  let call = newCall(request, destination, options.state.clock.now());
  let answer: GatewayResponse;
  let responseType: string | undefined;
  try {
    if (request.isTooLarge) throw new GatewayError('REQUEST_TOO_LARGE');
    const route = findRoute(served, request);
    if (!route) throw new GatewayError('MISSING_AUTHENTICATION_TOKEN');
    call = { ...call, ...route };
    call = await authorized(call, options);
    call = admitted(call, served.api, stage, options.state);
    validateRequest(call, route.method);
    answer = await integrate(call, route.method, served.api, options);
  } catch (error) {
    const refusal = asGatewayError(error, call, options);
    responseType = refusal.type;
    answer = refused(refusal, call, served.api, options);
  }
  // Whoever left was answered nothing, and nothing says that it would have been a failure.
  if (!request.signal?.aborted) options.onAnswered?.(call, destination, answer, responseType);
  return {
    ...answer,
    headers: [['x-amzn-RequestId', call.requestId], ['x-amz-apigw-id', call.extendedRequestId], ...answer.headers],
  };
}

function newCall(request: GatewayRequest, { served, stage }: Destination, at: number): ApiCall {
  return {
    request,
    requestId: randomUUID(),
    extendedRequestId: `${randomBytes(11).toString('base64url')}=`,
    traceId: headerOf(request, 'x-amzn-trace-id') ?? newTraceHeader(at),
    at,
    account: served.account,
    region: served.region,
    apiId: served.api.id,
    stage: stage.name,
    stageVariables: stage.variables,
    pathParameters: {},
  };
}

function findRoute({ router }: ServedApi, { method, path }: GatewayRequest): RouteMatch | undefined {
  try {
    return router.find(method, path);
  } catch (error) {
    if (error instanceof URIError) throw new GatewayError('DEFAULT_4XX');
    throw error;
  }
}

/** Longer than a function of 29 s needs, as with integrations. */
const AUTHORIZER_TIMEOUT = 29_000;

async function authorized(call: ApiCall, options: GatewayOptions): Promise<ApiCall> {
  const method = call.method!;
  if (!method.authorizer) return call;
  const answers = options.state.authorizerAnswers;
  const signal = AbortSignal.timeout(AUTHORIZER_TIMEOUT);
  return {
    ...call,
    authorized: await authorize(call, method, method.authorizer, answers, (functionArn, event) =>
      invoke(functionArn, event, call, options, signal),
    ),
  };
}

function admitted(call: ApiCall, api: RestApi, stage: Stage, state: GatewayState): ApiCall {
  const method = call.method!;
  let result = call;
  if (method.apiKeyRequired) {
    const fromHeader = api.apiKeySource === 'HEADER';
    const value = fromHeader ? headerOf(call.request, 'x-api-key') : call.authorized?.usageIdentifierKey;
    const apiKey = admit(
      value,
      { apiId: call.apiId, stage: call.stage },
      state.keys(),
      state.plans.values(),
      state.meter,
    );
    result = { ...call, apiKey };
  }
  if (stage.throttle)
    state.meter.throttle(`${call.apiId}/${call.stage}/${method.httpMethod} ${method.path}`, stage.throttle);
  return result;
}

function asGatewayError(error: unknown, call: ApiCall, { report }: GatewayOptions): GatewayError {
  if (error instanceof GatewayError) return error;
  if (!call.request.signal?.aborted) report(error, `${call.request.method} ${call.method?.path ?? 'an unknown route'}`);
  return new GatewayError('API_CONFIGURATION_ERROR');
}

function refused(error: GatewayError, call: ApiCall, api: RestApi, { report }: GatewayOptions): GatewayResponse {
  try {
    return gatewayResponse(error, call, api);
  } catch (cause) {
    report(cause, `gateway response ${error.type}`);
    return {
      status: 500,
      headers: [['Content-Type', 'application/json']],
      body: '{"message":"Internal server error"}',
    };
  }
}

/** AWS's limit for a payload. */
const LARGEST_BODY = 10_485_760;

/** Beyond this the rest of a body that is too large is not even thrown away: the connection is closed. */
const LARGEST_DISCARDED = 67_108_864;

/** @returns undefined if the body is larger than API Gateway takes */
export function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LARGEST_BODY) chunks.push(chunk);
      // Read on, so that the client gets to read the answer, but not for ever.
      else if (size > LARGEST_DISCARDED) resolve(undefined);
    });
    request.once('end', () => resolve(size <= LARGEST_BODY ? Buffer.concat(chunks) : undefined));
    request.once('error', reject);
    request.once('close', () => reject(new Error('the client went away')));
  });
}

/** What the HTTP connection itself decides. */
const CONNECTION_HEADERS = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'trailer',
  'te',
]);

export function send(response: ServerResponse, answer: GatewayResponse, closeConnection: boolean): void {
  if (!response.writable || response.headersSent) return;
  const headers = new Map<string, string | string[]>();
  for (const [name, value] of answer.headers) {
    const key = name.toLowerCase();
    if (CONNECTION_HEADERS.has(key)) continue;
    const before = headers.get(key);
    headers.set(key, before === undefined ? value : [before, value].flat());
  }
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  try {
    for (const [name, value] of headers) response.setHeader(name, value);
    if (closeConnection) response.setHeader('connection', 'close');
    response.writeHead(answer.status);
  } catch {
    // A function set a header or a status that HTTP does not allow.
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    response.writeHead(502, { 'content-type': 'application/json' });
    response.end('{"message":"Internal server error"}');
    return;
  }
  response.end(body);
}
