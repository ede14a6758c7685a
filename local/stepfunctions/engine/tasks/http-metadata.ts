import type { JsonObject } from '../../asl/json.ts';

/**
 * The description of the HTTP exchange that optimised integrations add to an answer. The call stays within the process,
 * so the headers are those that the service would have sent.
 */
export function httpMetadata(options: {
  output: object;
  requestId: string;
  contentType: string;
  at: number;
  headers?: Readonly<Record<string, string>>;
}): JsonObject {
  const { output, requestId, contentType, at } = options;
  const headers: Record<string, string> = {
    Connection: 'keep-alive',
    'Content-Length': String(Buffer.byteLength(JSON.stringify(output))),
    'Content-Type': contentType,
    Date: new Date(at).toUTCString(),
    ...options.headers,
    'x-amzn-RequestId': requestId,
  };
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
