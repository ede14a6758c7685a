import process from 'node:process';
import { format } from 'node:util';

const LEVELS = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' } as const;

/**
 * Sends what a function prints to `write`: lines of the console as the runtime words them, everything else as it is. Goes
 * past the thread's own streams, whose output can arrive after the invocation is over.
 */
export function captureOutput(
  logFormat: 'Text' | 'JSON',
  requestId: () => string | undefined,
  write: (text: string) => void,
): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
      write(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
      const done = rest.at(-1);
      if (typeof done === 'function') done();
      return true;
    };
  }
  for (const [method, level] of Object.entries(LEVELS)) {
    console[method as keyof typeof LEVELS] = (...args: unknown[]) =>
      write(logFormat === 'JSON' ? jsonLine(level, requestId(), args) : textLine(level, requestId(), args));
  }
}

const textLine = (level: string, requestId: string | undefined, args: readonly unknown[]): string =>
  `${new Date().toISOString()}\t${requestId ?? 'undefined'}\t${level}\t${format(...args)}\n`;

function jsonLine(level: string, requestId: string | undefined, args: readonly unknown[]): string {
  const [first] = args;
  const message =
    args.length === 1 && typeof first === 'object' && first !== null && !(first instanceof Error)
      ? first
      : format(...args);
  return `${JSON.stringify({ timestamp: new Date().toISOString(), level, requestId, message })}\n`;
}
