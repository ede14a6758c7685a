// Requests and answers of the gateway, apart from any server.

export interface GatewayRequest {
  /** `POST` */
  readonly method: string;
  /** As the client wrote it: percent-encoded, without the query; with the stage if the client named it. */
  readonly requestPath: string;
  /** The part of the path that the API knows: without the stage. */
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Names as the client wrote them. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  /** The body was larger than API Gateway takes, and is not here. */
  readonly isTooLarge?: boolean;
  readonly sourceIp: string;
  /** `HTTP/1.1` */
  readonly protocol: string;
  /** Aborted when the client is gone. */
  readonly signal?: AbortSignal;
}

export interface GatewayResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Uint8Array;
}

export const headerOf = (message: Pick<GatewayRequest, 'headers'>, name: string): string | undefined =>
  message.headers.find(([key]) => key.toLowerCase() === name)?.[1];

/** The media type without its parameters; `application/json` if the client names none, as API Gateway assumes. */
export const mediaTypeOf = (request: Pick<GatewayRequest, 'headers'>): string =>
  (headerOf(request, 'content-type') ?? 'application/json').split(';')[0]!.trim().toLowerCase() || 'application/json';
