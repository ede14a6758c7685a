import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

export interface Asset {
  readonly type: 'text/css' | 'text/javascript';
  readonly body: Buffer;
  readonly gzipped: Buffer;
  /** Changes with the content. */
  readonly version: string;
}

/** The client of the console: one script, one style sheet, nothing from elsewhere. */
export interface ClientBundle {
  readonly js: Asset;
  readonly css: Asset;
}

const compress = promisify(gzip);

/** Made when the first page is asked for, from the sources that are there then; takes a tenth of a second. */
export async function bundleClient(): Promise<ClientBundle> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('client/main.tsx', import.meta.url))],
    outdir: 'out',
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'inline',
    logLevel: 'silent',
  });
  const find = (end: string): Uint8Array => outputFiles.find(({ path }) => path.endsWith(end))!.contents;
  return { js: await asset('text/javascript', find('.js')), css: await asset('text/css', find('.css')) };
}

async function asset(type: Asset['type'], contents: Uint8Array): Promise<Asset> {
  const body = Buffer.from(contents);
  const version = createHash('sha256').update(body).digest('hex').slice(0, 12);
  return { type, body, gzipped: await compress(body, { level: 9 }), version };
}
