import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { HttpAnswer, HttpRequest, SendHttp } from './http-exchange.ts';

/** The server sent more than a state can hold. */
export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';
}

/** Sends requests to anywhere, without following redirects. @param maxBytes of an answer's body */
export function createHttpClient(maxBytes = 262_144): SendHttp {
  return async (request) => {
    const send = request.url.startsWith('https:') ? requestHttps : requestHttp;
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing: ClientRequest = send(request.url, {
        method: request.method,
        headers: headersOf(request),
        signal: request.signal,
        agent: false,
      });
      outgoing.once('response', resolve).once('error', reject);
      outgoing.end(request.body);
    });
    return answerOf(message, maxBytes);
  };
}

function headersOf({ headers, body }: HttpRequest): Record<string, string[]> {
  const lists: Record<string, string[]> = {};
  for (const [name, value] of headers) lists[name] = [...(lists[name] ?? []), value];
  if (body !== undefined) lists['Content-Length'] = [String(Buffer.byteLength(body))];
  return lists;
}

async function answerOf(message: IncomingMessage, maxBytes: number): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new AnswerTooLargeError(`The answer has more than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  const headers: [string, string][] = [];
  for (let index = 0; index < message.rawHeaders.length; index += 2) {
    headers.push([message.rawHeaders[index]!, message.rawHeaders[index + 1]!]);
  }
  const { statusCode = 0, statusMessage = '' } = message;
  return { status: statusCode, statusText: statusMessage, headers, body: Buffer.concat(chunks) };
}
