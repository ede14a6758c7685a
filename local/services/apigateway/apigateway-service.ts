import type { IncomingMessage, ServerResponse } from 'node:http';
import { refusalWith } from '../../aws/constraints.ts';
import type { CallService, Service } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import { type Metrics, NO_METRICS } from '../../metrics.ts';
import type { Storage } from '../../storage.ts';
import { createAccessLog } from './access-log.ts';
import { recordCall } from './gateway-metrics.ts';
import { GatewayState } from './gateway-state.ts';
import type { GatewayRequest, GatewayResponse } from './message.ts';
import { apiGatewayOperations } from './operations.ts';
import { apiGatewayResources } from './resources.ts';
import type { Destination, GatewayOptions } from './serve.ts';
import { handle, readBody, send } from './serve.ts';

export interface ApiGatewayOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly call: CallService;
  /** Of the AWS endpoint, for integrations with AWS services. */
  readonly endpointUrl: () => string;
  /** Where the APIs are served: `http://127.0.0.1:3000`. */
  readonly publicUrl: () => string;
  /** Absent: nobody looks. */
  readonly metrics?: Metrics;
  readonly report?: (error: unknown, what: string) => void;
}

export interface ApiGatewayService extends Service {
  /**
   * The local URL of a stage, or of the API itself if none is named: at the root for the first API, as with a domain of
   * its own; at `/_api/<id>/<stage>` for each.
   * @returns undefined if the API is not here
   */
  urlOf(restApiId: string, stage?: string): string | undefined;
  /** The OpenAPI document of the first API, as it was deployed; undefined if there is none. */
  document(): object | undefined;
  /** Serves a request for any of the APIs. */
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** As `serve`, without a server: paths begin at the root. */
  handle(request: Omit<GatewayRequest, 'path'>): Promise<GatewayResponse>;
  close(): Promise<void>;
}

/** Amazon API Gateway: REST APIs from OpenAPI documents. */
export function createApiGatewayService(options: ApiGatewayOptions): ApiGatewayService {
  const { storage, clock, call, metrics = NO_METRICS, report = () => {} } = options;
  const state = new GatewayState(storage, clock);
  const log = createAccessLog(call, () => clock.now());
  const gateway: GatewayOptions = {
    state,
    report,
    call,
    endpointUrl: options.endpointUrl,
    onAnswered: (apiCall, { served, stage }, answer, responseType) => {
      log.record(apiCall, stage, answer, responseType);
      recordCall(metrics, clock, apiCall, served, stage, answer);
    },
  };

  function answer(request: Omit<GatewayRequest, 'path'>): Promise<GatewayResponse> {
    const found = findDestination(request.method, request.requestPath, state);
    return found ? handle({ ...request, path: found.path }, found, gateway) : Promise.resolve(noApi());
  }

  return {
    name: 'apigateway',
    refuse: refusalWith('BadRequestException'),
    operations: apiGatewayOperations(state),
    resources: apiGatewayResources(state),
    urlOf(restApiId, stage) {
      const served = state.findApi(restApiId);
      if (!served) return undefined;
      const isFirst = state.apis[0] === served;
      if (isFirst) return options.publicUrl();
      return `${options.publicUrl()}/_api/${restApiId}${stage === undefined ? '' : `/${stage}`}`;
    },
    document: () => state.apis[0]?.api.document,
    async serve(incoming, response) {
      const gone = new AbortController();
      response.once('close', () => response.writableFinished || gone.abort());
      try {
        const body = await readBody(incoming);
        const result = await answer(requestOf(incoming, body, gone.signal));
        // The rest of a body that was not read would be taken for the next request.
        send(response, result, !incoming.complete);
      } catch (error) {
        if (gone.signal.aborted) return;
        report(error, `${incoming.method} ${incoming.url}`);
        send(
          response,
          { status: 500, headers: [['content-type', 'application/json']], body: '{"message":"Internal server error"}' },
          true,
        );
      }
    },
    handle: answer,
    close: () => log.flushed(),
  };
}

/** The first API is at the root, with or without the name of its stage before the path; each is at `/_api/<id>/<stage>`. */
function findDestination(
  method: string,
  requestPath: string,
  state: GatewayState,
): (Destination & { path: string }) | undefined {
  const [, id, stageName, rest] = /^\/_api\/([a-z0-9]+)\/([^/]+)(\/.*)?$/.exec(requestPath) ?? [];
  if (id && stageName) {
    const served = state.findApi(id);
    const stage = state.stages.get(`${id}/${stageName}`);
    return served && stage && { served, stage, path: rest ?? '/' };
  }
  const served = state.apis[0];
  const stage = served && state.stagesOf(served.api.id)[0];
  if (!served || !stage) return undefined;
  const prefix = `/${stage.name}`;
  const hasStage = requestPath === prefix || requestPath.startsWith(`${prefix}/`);
  // A path of the API that happens to begin with the stage's name wins.
  const path = hasStage && !knows(served, method, requestPath) ? requestPath.slice(prefix.length) || '/' : requestPath;
  return { served, stage, path };
}

function knows({ router }: Destination['served'], method: string, path: string): boolean {
  try {
    return router.find(method, path) !== undefined;
  } catch {
    return false;
  }
}

function requestOf(
  incoming: IncomingMessage,
  body: Uint8Array | undefined,
  signal: AbortSignal,
): Omit<GatewayRequest, 'path'> {
  const [requestPath = '/', query = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  const { rawHeaders } = incoming;
  const headers: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) headers.push([rawHeaders[index]!, rawHeaders[index + 1]!]);
  return {
    method: incoming.method ?? 'GET',
    // A proxy may send an absolute URL.
    requestPath: requestPath.replace(/^https?:\/\/[^/]+/, '') || '/',
    query: [...new URLSearchParams(query)],
    headers,
    body: body ?? new Uint8Array(),
    isTooLarge: body === undefined,
    sourceIp: (incoming.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
    protocol: `HTTP/${incoming.httpVersion}`,
    signal,
  };
}

const noApi = (): GatewayResponse => ({
  status: 404,
  headers: [['content-type', 'application/json']],
  body: '{"message":"There is no API here: the package that was loaded has none."}',
});
