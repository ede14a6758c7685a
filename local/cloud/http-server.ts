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

/** Listens on the loopback interface. @throws StartError */
export async function listen(port: number, handler: RequestHandler): Promise<HttpServer> {
  const server = createServer((request, response) => {
    handler(request, response).catch(() => response.destroy());
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
