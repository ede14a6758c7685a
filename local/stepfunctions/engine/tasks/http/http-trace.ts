import type { JsonObject } from '../../../asl/json.ts';
import type { HttpAnswer, HttpRequest } from './http-exchange.ts';

/** AWS's `InspectionDataRequest`. */
export const tracedRequest = ({ method, url, headers, body }: HttpRequest): JsonObject => ({
  protocol: protocolOf(url),
  method,
  url,
  headers: headerText(headers),
  ...(body !== undefined && { body }),
});

/** AWS's `InspectionDataResponse`. */
export const tracedResponse = (
  { url }: HttpRequest,
  { status, statusText, headers, body }: HttpAnswer,
): JsonObject => ({
  protocol: protocolOf(url),
  statusCode: String(status),
  statusMessage: statusText,
  headers: headerText(headers),
  body: Buffer.from(body).toString('utf8'),
});

const protocolOf = (url: string): string => new URL(url).protocol.replace(':', '');

/** `[Content-Type: application/json, Range: bytes=0-262144]` */
const headerText = (headers: HttpRequest['headers']): string =>
  `[${headers.map(([name, value]) => `${name}: ${value}`).join(', ')}]`;
