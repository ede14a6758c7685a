import type { IncomingMessage, ServerResponse } from 'node:http';
import { COMMON_HEADERS } from './answer.ts';
import { clockJson } from './clock-endpoints.ts';
import type { ConsoleSources } from './sources.ts';

/** How often the time is told, in milliseconds: it passes on the clock of this cloud, which is not the browser's. */
const TICK = 1_000;

/** Server-sent events: `change` says what did, `clock` what time it is. Ends when the page goes away. */
export function streamLive(sources: ConsoleSources, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...COMMON_HEADERS });
  const tell = (event: string, value: object): void => {
    response.write(`event: ${event}\ndata: ${JSON.stringify(value)}\n\n`);
  };
  const tick = (): void => tell('clock', clockJson(sources));
  tick();
  const tickOn = (): void => {
    try {
      tick();
    } catch {
      // The page asks again, and is told why when that fails too.
      response.destroy();
    }
  };
  const timer = setInterval(tickOn, TICK).unref();
  const end = sources.live.subscribe((changes) => {
    tell('change', changes);
    tickOn();
  });
  request.once('close', () => {
    clearInterval(timer);
    end();
  });
  response.once('close', () => {
    clearInterval(timer);
    end();
  });
}
