import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RuntimeError } from './error-document.ts';

export type Handler = (
  event: unknown,
  context: object,
  callback?: (error: unknown, result?: unknown) => void,
) => unknown;

/** Node.js runtimes up to this one accept handlers that answer through a callback. */
const LAST_WITH_CALLBACK = 22;

/**
 * @param handler path without extension, a dot, and the name of the export: `dist/place-order/index.handler`
 * @throws what the module throws, or a RuntimeError with AWS's name: Runtime.ImportModuleError, Runtime.HandlerNotFound, …
 */
export async function loadHandler(taskRoot: string, handler: string, runtime: string): Promise<Handler> {
  const [, modulePath, exportPath] = /^((?:.*\/)?[^./]+)\.(.+)$/.exec(handler) ?? [];
  if (!modulePath || !exportPath) throw new RuntimeError('Runtime.MalformedHandlerName', `Bad handler ${handler}`);
  const module = await loadModule(join(taskRoot, modulePath), modulePath);
  const found = exportPath
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], module);
  if (found === undefined) throw new RuntimeError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw new RuntimeError('Runtime.HandlerNotFound', `${handler} is not a function`);
  if (found.length >= 3 && Number(/\d+/.exec(runtime)?.[0]) > LAST_WITH_CALLBACK) {
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      `AWS Lambda has removed support for callback-based function handlers starting with Node.js 24: ${handler} takes a callback; make it return a promise.`,
    );
  }
  return found as Handler;
}

async function loadModule(path: string, name: string): Promise<unknown> {
  const file = ['.js', '.mjs', '.cjs'].map((extension) => path + extension).find((candidate) => existsSync(candidate));
  if (!file) throw new RuntimeError('Runtime.ImportModuleError', `Error: Cannot find module '${name}'`);
  try {
    return isModule(file) ? await import(pathToFileURL(file).href) : createRequire(file)(file);
  } catch (error) {
    throw named(error);
  }
}

function isModule(file: string): boolean {
  if (!file.endsWith('.js')) return file.endsWith('.mjs');
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest))
      return (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: string }).type === 'module';
    if (folder === dirname(folder)) return false;
  }
}

/** The runtime gives two kinds of failures to load its own names; whatever else a module throws keeps its name. */
function named(error: unknown): unknown {
  if (error instanceof SyntaxError)
    return new RuntimeError('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`);
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND') {
    return new RuntimeError('Runtime.ImportModuleError', `Error: ${String(message)}`);
  }
  return error;
}
