import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import type { BuildProblem } from './build-problem.ts';

/** `dist/get-order/index.handler`: what serverless.yml calls the handler of `functions/get-order/`. */
const BUNDLED_HANDLER = /^dist\/([a-z0-9-]+)\/index\.handler$/;

// CommonJS dependencies call require(), which an ES module does not have.
const REQUIRE_BANNER = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

const CREDENTIALS = join(import.meta.dirname, 'lambda-credentials.ts');

/**
 * Bundles each function, AWS SDK included (it loads faster than the runtime's own), into `dist/<name>/index.mjs`.
 * @returns what kept it from doing so; nothing is thrown for mistakes in the sources
 */
export async function bundleFunctions(
  serviceDir: string,
  functions: Readonly<Record<string, { readonly handler: string }>>,
): Promise<BuildProblem[]> {
  const problems: BuildProblem[] = [];
  const entryPoints: Record<string, string> = {};
  for (const [key, { handler }] of Object.entries(functions)) {
    const name = BUNDLED_HANDLER.exec(handler)?.[1];
    const source = `functions/${name}/handler.ts`;
    const refuse = (message: string) => problems.push({ file: 'serverless.yml', place: `functions.${key}`, message });
    if (name === undefined) refuse(`its handler is ${handler}, not dist/<name>/index.handler`);
    else if (!existsSync(join(serviceDir, source))) refuse(`there is no ${source}`);
    else entryPoints[`${name}/index`] = join(serviceDir, source);
  }
  if (problems.length > 0) return problems;
  return bundle(serviceDir, entryPoints);
}

async function bundle(serviceDir: string, entryPoints: Record<string, string>): Promise<BuildProblem[]> {
  const options: BuildOptions = {
    absWorkingDir: serviceDir,
    entryPoints,
    outdir: join(serviceDir, 'dist'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    alias: { '@aws-sdk/credential-provider-node': CREDENTIALS },
    keepNames: true, // Step Functions matches errors by their names
    sourcemap: 'linked',
    sourcesContent: false,
    banner: { js: REQUIRE_BANNER },
    logLevel: 'silent',
  };
  try {
    await build(options);
    return [];
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    return error.errors.map(({ text, location }) => ({
      file: location === null ? 'functions/' : relative(serviceDir, join(serviceDir, location.file)),
      place: location === null ? '' : `line ${location.line}`,
      message: text,
    }));
  }
}

interface BuildFailure extends Error {
  readonly errors: readonly {
    readonly text: string;
    readonly location: { readonly file: string; readonly line: number } | null;
  }[];
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);
}
