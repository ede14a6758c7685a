import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartError } from './start-error.ts';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface HttpServer {
  readonly port: number;
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** Stops listening and drops the connections that are open. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/**
 * Listens on the loopback interface.
 * @param report is told of what a handler throws, which is a mistake of this cloud
 * @throws StartError
 */
export async function listen(
  port: number,
  handler: RequestHandler,
  report: (error: unknown, what: string) => void,
): Promise<HttpServer> {
  const server = createServer((request, response) => {
    handler(request, response).catch((error) => {
      // Nobody is there to be told, and it may be why it failed.
      if (response.destroyed) return;
      const what = `${request.method} ${request.url?.replace(/\?.*/s, '')}`;
      report(error, what);
      answerFailure(response, error, what);
    });
  });
  server.keepAliveTimeout = 60_000;
  await bind(server, port);
  const { port: actual } = server.address() as AddressInfo;
  return {
    port: actual,
    url: `http://${HOST}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Pages of the console show `error`, clients of an API look for `message`. */
function answerFailure(response: ServerResponse, error: unknown, what: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const reason = error instanceof Error ? error.message : String(error);
  const message = `This local cloud failed in ${what}: ${reason}. What it wrote to its error stream says where; it goes on, so try again.`;
  // What was not read of the request would be taken for the next one.
  response.writeHead(500, { 'content-type': 'application/json; charset=utf-8', connection: 'close' });
  response.end(`${JSON.stringify({ error: message, message })}\n`);
}

const bind = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => reject(portError(port, 'PORT', error)));
    server.listen({ host: HOST, port }, resolve);
  });

/** @param variable the environment variable that chooses the port */
export function portError(port: number, variable: 'PORT' | 'AWS_PORT', error: unknown): StartError {
  const { code } = error as NodeJS.ErrnoException;
  const remedy = `choose another with ${variable}=… (${variable}=0 takes any that is free)`;
  if (code === 'EADDRINUSE')
    return new StartError('PortInUse', `Port ${port} is in use: stop what uses it, or ${remedy}.`, error);
  return new StartError(
    'PortRefused',
    `Port ${port} cannot be used (${code ?? (error as Error).message}): ${remedy}.`,
    error,
  );
}
