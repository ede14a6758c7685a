import type { IncomingMessage } from 'node:http';
import { ConsoleError } from './console-error.ts';

const LOCAL_HOST = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;

/**
 * Lets only this machine's own pages and programs in. Mails hold links that decide, so not even reading is for others: a
 * page elsewhere must not get here by a name of its own that it points to the loopback interface.
 * @throws ConsoleError 403
 */
export function requireLocalPage({ headers, method }: IncomingMessage): void {
  const { host = '', origin } = headers;
  if (!LOCAL_HOST.test(host))
    throw new ConsoleError(403, 'The console is only for http://127.0.0.1 and http://localhost.');
  if (origin !== undefined && origin !== `http://${host}`)
    throw new ConsoleError(403, 'Pages of other origins may not use the console.');
  // Browsers say who makes them ask, even where they send no Origin; navigation from elsewhere is fine for reading.
  const site = headers['sec-fetch-site'];
  if (method !== 'GET' && method !== 'HEAD' && site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new ConsoleError(403, 'Pages of other origins may not use the console.');
  }
}
