import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  advanceClock,
  ConsoleError,
  type ConsoleSources,
  clockJson,
  executionsJson,
  latestExecutions,
  mailboxJson,
} from './json-endpoints.ts';
import { requireLocalPage } from './local-page.ts';
import { executionsPage, mailboxPage, mailDocument, mailPage, notFoundPage, overviewPage } from './pages.ts';

export interface Console {
  /** Whether a request is for the console: its path begins with `/_local`. */
  owns(request: IncomingMessage): boolean;
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

interface Answer {
  readonly status?: number;
  readonly type: 'text/html' | 'application/json' | 'text/css' | 'text/javascript';
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/** For mails: whoever wrote them, nothing in them runs and nothing is fetched but pictures. */
const MAIL_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: https:; form-action 'none'; frame-ancestors 'self'";
const LARGEST_BODY = 16_384;

const asset = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

/** The pages and JSON endpoints under `/_local/`. */
export function createConsole(sources: ConsoleSources): Console {
  const files = { css: asset('console.css'), js: asset('console.js') };

  async function get(path: string, query: URLSearchParams): Promise<Answer | undefined> {
    switch (path) {
      case '/_local':
      case '/_local/':
        return page(overview(sources));
      case '/_local/mailbox':
        return page(mailboxPage(sources.mailbox.list()));
      case '/_local/executions':
        return page(executionsPage(latestExecutions(sources)));
      case '/_local/mailbox.json':
        return json(mailboxJson(sources, query));
      case '/_local/executions.json':
        return json(executionsJson(sources));
      case '/_local/clock':
        return json(clockJson(sources));
      case '/_local/console.css':
        return { type: 'text/css', body: files.css };
      case '/_local/console.js':
        return { type: 'text/javascript', body: files.js };
      default:
        return mail(path, sources);
    }
  }

  async function post(path: string, request: IncomingMessage): Promise<Answer | undefined> {
    if (path !== '/_local/clock/advance') return undefined;
    const { value, isForm } = await readBody(request);
    const advanced = await advanceClock(sources, value);
    // A form was sent by a page, which wants to see itself again.
    return isForm ? { ...page(''), status: 303, headers: { location: '/_local/' } } : json(advanced);
  }

  async function answer(request: IncomingMessage, path: string, query: URLSearchParams): Promise<Answer> {
    requireLocalPage(request);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead && request.method !== 'POST') throw new ConsoleError(405, `${request.method} is not known here.`);
    const found = isRead ? await get(path, query) : await post(path, request);
    if (found) return found;
    if (request.headers.accept?.includes('text/html')) return { ...page(notFoundPage()), status: 404 };
    throw new ConsoleError(404, `There is nothing at ${request.method} ${path}.`);
  }

  return {
    owns: ({ url = '' }) => /^\/_local(?:[/?]|$)/.test(url),
    async serve(request, response) {
      const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
      let result: Answer;
      try {
        result = await answer(request, path, new URLSearchParams(query));
      } catch (error) {
        if (!(error instanceof ConsoleError)) throw error;
        result = { ...json({ error: error.message }), status: error.status };
      }
      send(request, response, result);
    },
  };
}

const page = (body: string): Answer => ({ type: 'text/html', body });
const json = (value: object): Answer => ({ type: 'application/json', body: `${JSON.stringify(value)}\n` });

function overview(sources: ConsoleSources): string {
  const { clock, mailbox } = sources;
  const executions = latestExecutions(sources);
  return overviewPage({ now: clock.now(), nextTimer: clock.nextTimer(), mails: mailbox.list(), executions });
}

/** `/_local/mailbox/<id>` and, for the frame in it, `/_local/mailbox/<id>/html`. */
function mail(path: string, { mailbox }: ConsoleSources): Answer | undefined {
  const [, id, frame] = /^\/_local\/mailbox\/([\w-]+)(\/html)?$/.exec(path) ?? [];
  const found = id === undefined ? undefined : mailbox.get(id);
  if (!found) return undefined;
  if (!frame) return page(mailPage(found));
  return { type: 'text/html', body: mailDocument(found), headers: { 'content-security-policy': MAIL_POLICY, 'referrer-policy': 'no-referrer' } };
}

async function readBody(request: IncomingMessage): Promise<{ value: unknown; isForm: boolean }> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim();
  const isForm = type === 'application/x-www-form-urlencoded';
  const isJson = type === 'application/json';
  if (!isForm && !isJson) throw new ConsoleError(415, 'Send application/json.');
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > LARGEST_BODY) throw new ConsoleError(413, `The body has more than ${LARGEST_BODY} characters.`);
  }
  if (isForm) {
    const { seconds, ...others } = Object.fromEntries(new URLSearchParams(text));
    return { value: { ...others, ...(seconds !== undefined && { seconds: Number(seconds) }) }, isForm };
  }
  try {
    return { value: JSON.parse(text) as unknown, isForm };
  } catch {
    throw new ConsoleError(400, 'The body is not JSON.');
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status = 200, type, body, headers = {} }: Answer,
): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'content-security-policy': PAGE_POLICY,
    ...headers,
    // What was not read of a refused body would be taken for the next request.
    ...(request.complete || request.method === 'GET' || request.method === 'HEAD' ? {} : { connection: 'close' }),
  });
  response.end(body);
}
