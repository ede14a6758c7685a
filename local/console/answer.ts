import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Asset } from './client-bundle.ts';
import { ConsoleError } from './console-error.ts';

export interface Answer {
  readonly status?: number;
  readonly type: 'text/html' | 'application/json' | Asset['type'];
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/** For mails: whoever wrote them, nothing in them runs and nothing is fetched but pictures. */
const MAIL_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: https:; form-action 'none'; frame-ancestors 'self'";

export const page = (body: string): Answer => ({ type: 'text/html', body });
export const json = (value: unknown): Answer => ({ type: 'application/json', body: `${JSON.stringify(value)}\n` });

export const mailFrame = (body: string): Answer => ({
  type: 'text/html',
  body,
  headers: { 'content-security-policy': MAIL_POLICY, 'referrer-policy': 'no-referrer' },
});

/** Its URL changes with its content. */
export function assetAnswer({ type, body, gzipped }: Asset, { headers }: IncomingMessage): Answer {
  const zip = /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''));
  return {
    type,
    body: zip ? gzipped : body,
    headers: {
      'cache-control': 'max-age=31536000, immutable',
      vary: 'accept-encoding',
      ...(zip && { 'content-encoding': 'gzip' }),
    },
  };
}

/** What every answer of the console says. */
export const COMMON_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': PAGE_POLICY,
};

export function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const { status = 200, type, body, headers = {} } = answer;
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
    ...COMMON_HEADERS,
    ...headers,
    // What was not read of a refused body would be taken for the next request.
    ...(request.complete || isRead(request) ? {} : { connection: 'close' }),
  });
  response.end(body);
}

export const isRead = ({ method }: IncomingMessage): boolean => method === 'GET' || method === 'HEAD';

/** Room for the largest input of an execution, escaped, and what is around it. */
const LARGEST_BODY = 2_000_000;

/** @throws ConsoleError if it is no JSON, or too large */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const text = await readText(request, 'application/json');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ConsoleError(400, 'The body is not JSON.');
  }
}

/** @throws ConsoleError if it is no form, or too large */
export const readFormBody = async (request: IncomingMessage): Promise<URLSearchParams> =>
  new URLSearchParams(await readText(request, 'application/x-www-form-urlencoded'));

async function readText(request: IncomingMessage, wanted: string): Promise<string> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim();
  if (type !== wanted) throw new ConsoleError(415, `Send ${wanted}.`);
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > LARGEST_BODY) throw new ConsoleError(413, `The body has more than ${LARGEST_BODY} characters.`);
  }
  return text;
}
