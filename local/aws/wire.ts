import type { IncomingHttpHeaders } from 'node:http';
import type { OperationModel } from './model.ts';
import { type Service, ServiceError } from './service.ts';

/** An HTTP request whose body has arrived and was unpacked. */
export interface WireRequest {
  readonly method: string;
  /** As sent: percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** `bucket` of `bucket.localhost`, if the name of the host has such a first part. */
  readonly hostPrefix?: string;
  readonly body: Uint8Array;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** What a request asks for. */
export interface Target {
  readonly operation: string;
  readonly model?: OperationModel;
  /** Parts of a REST path. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** One way to carry operations over HTTP. */
export interface WireProtocol {
  /** @returns undefined if nothing tells the operation. @throws ServiceError */
  target(service: Service, request: WireRequest): Target | undefined;
  /** @throws ServiceError */
  input(service: Service, target: Target, request: WireRequest): object;
  output(service: Service, target: Target, output: object, requestId: string, request: WireRequest): WireResponse;
  failure(
    service: Service,
    target: Target | undefined,
    error: ServiceError,
    requestId: string,
    request: WireRequest,
  ): WireResponse;
}

/** @throws ServiceError if it is not UTF-8, which Node.js would mend silently */
export function text(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new ServiceError('SerializationException', 'The body is not UTF-8.');
  }
}
