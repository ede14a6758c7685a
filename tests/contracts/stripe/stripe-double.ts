import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, type Params, StripeRefusal, stripeObjects } from './stripe-objects.ts';

// A double of Stripe's HTTP API, for the real library: form-encoded requests, idempotency keys, errors, as documented at
// https://docs.stripe.com/api (authentication, errors, idempotent requests, payment intents, refunds).

/**
 * What goes wrong with a call:
 * `no request` is never answered and does nothing; `no answer` acts and is never answered; `no connection` is cut before anything
 * happens; the others answer with an error of that kind, `server error` having acted or not.
 */
export type Fault =
  | 'no request'
  | 'no answer'
  | 'no connection'
  | 'rate limit'
  | 'server error'
  | 'server error after effect'
  | 'declined';

export interface StripeDouble {
  readonly url: string;
  readonly objects: ReturnType<typeof stripeObjects>;
  /** Every request that arrived: `POST /v1/refunds`, with its idempotency key. */
  readonly requests: readonly { readonly route: string; readonly key: string | undefined; readonly params: Params }[];
  /** API keys that are accepted. */
  readonly apiKeys: Set<string>;
  /** The next calls of a route fail; the last fault stands for all further ones if `always`. */
  fail(route: string, faults: readonly Fault[], always?: boolean): void;
  close(): Promise<void>;
}

interface Stored {
  readonly fingerprint: string;
  /** Absent while the first request is under way. */
  answer?: Answer;
}

export async function startStripeDouble(
  options: { readonly releasesAreRefunds?: boolean } = {},
): Promise<StripeDouble> {
  const objects = stripeObjects(options);
  const requests: { route: string; key: string | undefined; params: Params }[] = [];
  const apiKeys = new Set(['sk_test_double']);
  const faults = new Map<string, { list: Fault[]; always: boolean }>();
  const stored = new Map<string, Stored>();

  const server = createServer((request, response) => {
    handle(request, response).catch((error) =>
      send(response, { status: 500, body: errorBody('api_error', String(error)) }),
    );
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://stripe');
    const params = parseParams(request.method === 'GET' ? url.search.slice(1) : await bodyOf(request));
    const key = request.method === 'POST' ? request.headers['idempotency-key']?.toString() : undefined;
    const route = `${request.method} ${url.pathname.replace(/(pi|re|ch)_[A-Za-z0-9]+/, ':id')}`;
    requests.push({ route, key, params });
    const fault = nextFault(route);
    if (fault === 'no request') return;
    if (fault === 'no connection') return void request.socket.destroy();
    if (!apiKeys.has(String(request.headers.authorization).replace(/^Bearer /, '')))
      return send(response, { status: 401, body: errorBody('invalid_request_error', 'Invalid API Key provided') });
    if (fault === 'rate limit')
      return send(response, {
        status: 429,
        body: errorBody('invalid_request_error', 'Too many requests', 'rate_limit'),
      });
    const act = () => perform(request.method ?? '', url.pathname, params, fault);
    if (key === undefined) return answer(response, act(), fault);
    const fingerprint = JSON.stringify([route, url.pathname, params]);
    const known = stored.get(key);
    if (known && known.fingerprint !== fingerprint) return send(response, { status: 400, body: misusedKey(key) });
    if (known && !known.answer) return send(response, { status: 409, body: keyInUse });
    if (known?.answer) return send(response, known.answer, { 'idempotent-replayed': 'true' });
    const entry: Stored = { fingerprint };
    stored.set(key, entry);
    // Others may arrive with the same key before this one is done.
    await new Promise((resolve) => setImmediate(resolve));
    const result = act();
    // What fails before the endpoint begins isn't kept.
    if (result.status === 400 || result.status === 404) stored.delete(key);
    else entry.answer = result;
    answer(response, result, fault);
  }

  function perform(method: string, path: string, params: Params, fault: Fault | undefined): Answer {
    if (fault === 'server error') return { status: 500, body: errorBody('api_error', 'An unknown error occurred') };
    try {
      const result = objects.perform(method, path, params, fault === 'declined');
      return fault === 'server error after effect'
        ? { status: 500, body: errorBody('api_error', 'An unknown error occurred') }
        : result;
    } catch (error) {
      if (error instanceof StripeRefusal) return error.answer;
      throw error;
    }
  }

  const answer = (response: ServerResponse, result: Answer, fault: Fault | undefined) => {
    if (fault !== 'no answer') send(response, result);
  };

  function nextFault(route: string): Fault | undefined {
    const entry = faults.get(route);
    return entry?.always && entry.list.length === 1 ? entry.list[0] : entry?.list.shift();
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    requests,
    apiKeys,
    fail: (route, list, always = false) => void faults.set(route, { list: [...list], always }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const errorBody = (type: string, message: string, code?: string) => ({
  error: { type, message, ...(code && { code }) },
});

const keyInUse = errorBody(
  'idempotency_error',
  'There is currently another in-progress request using this idempotency key.',
  'idempotency_key_in_use',
);

const misusedKey = (key: string) =>
  errorBody('idempotency_error', `Keys for idempotent requests can only be used with the same parameters: ${key}.`);

function send(response: ServerResponse, { status, body }: Answer, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_double', ...headers });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** `metadata[a]=1&expand[0]=x` as `{'metadata[a]': '1', 'expand[0]': 'x'}`: names stay as they are written. */
const parseParams = (text: string): Params => Object.fromEntries(new URLSearchParams(text));
