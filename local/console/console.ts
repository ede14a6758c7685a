import type { IncomingMessage, ServerResponse } from 'node:http';
import { ServiceError } from '../aws/service.ts';
import { type Answer, assetAnswer, isRead, json, mailFrame, page, readFormBody, readJsonBody, send } from './answer.ts';
import { awsCall } from './api/aws-call.ts';
import { listExecutions } from './api/list-executions.ts';
import { listMails, showMail } from './api/mails.ts';
import { peekMessages } from './api/queues.ts';
import { showEvent, showExecution, showHistory } from './api/show-execution.ts';
import { showOverview } from './api/show-overview.ts';
import { showTimers } from './api/timers.ts';
import { bundleClient, type ClientBundle } from './client-bundle.ts';
import { advanceClock, clockJson } from './clock-endpoints.ts';
import { ConsoleError } from './console-error.ts';
import { executionsJson, mailboxJson } from './json-endpoints.ts';
import { streamLive } from './live-stream.ts';
import { requireLocalPage } from './local-page.ts';
import { isView, mailDocument, shell } from './shell.ts';
import type { ConsoleSources } from './sources.ts';

export interface Console {
  /** Whether a request is for the console: its path begins with `/_local`. */
  owns(request: IncomingMessage): boolean;
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

type Read = (sources: ConsoleSources, query: URLSearchParams) => unknown;
type Act = (sources: ConsoleSources, body: unknown) => Promise<unknown>;

/** What scripts and pages ask. */
const READS: Readonly<Record<string, Read>> = {
  '/_local/mailbox.json': mailboxJson,
  '/_local/executions.json': executionsJson,
  '/_local/clock': clockJson,
  '/_local/issuer/.well-known/openid-configuration': ({ issuer }) => issuer.discovery(),
  '/_local/issuer/jwks': ({ issuer }) => issuer.keys(),
  '/_local/api/application': ({ application }) => application,
  '/_local/api/event': showEvent,
  '/_local/api/execution': showExecution,
  '/_local/api/executions': listExecutions,
  '/_local/api/history': showHistory,
  '/_local/api/mail': showMail,
  '/_local/api/mails': listMails,
  '/_local/api/messages': peekMessages,
  '/_local/api/overview': showOverview,
  '/_local/api/timers': showTimers,
};

/** What changes something. */
const ACTS: Readonly<Record<string, Act>> = {
  '/_local/clock/advance': async (sources, body) => {
    const advanced = await advanceClock(sources, body);
    sources.live.changed('clock');
    return advanced;
  },
  '/_local/api/call': awsCall,
};

/** The pages and JSON endpoints under `/_local/`. */
export function createConsole(sources: ConsoleSources): Console {
  let bundle: Promise<ClientBundle> | undefined;
  const client = (): Promise<ClientBundle> => {
    bundle ??= bundleClient();
    return bundle;
  };

  async function get(request: IncomingMessage, path: string, query: URLSearchParams): Promise<Answer | undefined> {
    const wantsPage = request.headers.accept?.includes('text/html') === true;
    const read = Object.hasOwn(READS, path) ? READS[path] : undefined;
    // `/_local/clock` is both: a page for people, JSON for everybody else.
    if (read && !(wantsPage && isView(path))) return json(await read(sources, query));
    if (path === '/_local/assets/console.js') return assetAnswer((await client()).js, request);
    if (path === '/_local/assets/console.css') return assetAnswer((await client()).css, request);
    const [, frame] = /^\/_local\/mailbox\/([\w-]+)\/html$/.exec(path) ?? [];
    const mail = frame === undefined ? undefined : sources.mailbox.get(frame);
    if (mail) return mailFrame(mailDocument(mail));
    const name = sources.application.manifest?.title ?? sources.application.name;
    if (isView(path)) return page(shell(path, name, await client(), sources.mailbox));
    return wantsPage ? { ...page(shell(path, name, await client(), sources.mailbox)), status: 404 } : undefined;
  }

  async function answer(request: IncomingMessage, path: string, query: URLSearchParams): Promise<Answer> {
    requireLocalPage(request);
    if (!isRead(request) && request.method !== 'POST')
      throw new ConsoleError(405, `${request.method} is not known here.`);
    if (isRead(request)) {
      const found = await get(request, path, query);
      if (found) return found;
    } else if (path === '/_local/issuer/token') return json(await sources.issuer.grant(await readFormBody(request)));
    else if (Object.hasOwn(ACTS, path)) return json(await ACTS[path]!(sources, await readJsonBody(request)));
    throw new ConsoleError(404, `There is nothing at ${request.method} ${path}.`);
  }

  return {
    owns: ({ url = '' }) => /^\/_local(?:[/?]|$)/.test(url),
    async serve(request, response) {
      const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
      try {
        if (path === '/_local/api/live' && request.method === 'GET') {
          requireLocalPage(request);
          streamLive(sources, request, response);
          return;
        }
        send(request, response, await answer(request, path, new URLSearchParams(query)));
      } catch (error) {
        if (error instanceof ServiceError) {
          const refusal = json({ error: error.message, code: error.code });
          send(request, response, { ...refusal, status: error.statusCode });
          return;
        }
        if (!(error instanceof ConsoleError)) throw error;
        const { status, message, code } = error;
        send(request, response, { ...json({ error: message, ...(code !== undefined && { code }) }), status });
      }
    },
  };
}
