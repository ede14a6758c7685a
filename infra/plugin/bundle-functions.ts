import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import type { BuildProblem } from './build-problem.ts';

/** `dist/get-order/index.handler`: what serverless.yml calls the handler of `functions/get-order/`. */
const BUNDLED_HANDLER = /^dist\/([a-z0-9-]+)\/index\.handler$/;

// CommonJS dependencies call require(), which an ES module does not have.
const REQUIRE_BANNER = "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);";

/**
 * Loaded on demand where credentials aren't in the environment, the user agent is a browser's, or an answer is a stream of events.
 * Functions have theirs in the environment, and none of the other.
 */
const NEVER_LOADED = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/core/event-streams',
  '@smithy/credential-provider-imds',
  'bowser',
];

/**
 * Bundles each function, AWS SDK included (it loads faster than the runtime's own), into `dist/<name>/index.mjs`. What a function
 * imports on demand is in files beside it, which cost nothing until they are needed.
 * @returns what kept it from doing so; nothing is thrown for mistakes in the sources
 */
export async function bundleFunctions(
  serviceDir: string,
  functions: Readonly<Record<string, { readonly handler: string }>>,
): Promise<BuildProblem[]> {
  const problems: BuildProblem[] = [];
  const sources: [name: string, source: string][] = [];
  for (const [key, { handler }] of Object.entries(functions)) {
    const name = BUNDLED_HANDLER.exec(handler)?.[1];
    const source = `functions/${name}/handler.ts`;
    const refuse = (message: string) => problems.push({ file: 'serverless.yml', place: `functions.${key}`, message });
    if (name === undefined) refuse(`its handler is ${handler}, not dist/<name>/index.handler`);
    else if (!existsSync(join(serviceDir, source))) refuse(`there is no ${source}`);
    else sources.push([name, source]);
  }
  if (problems.length > 0) return problems;
  const found = await Promise.all(
    sources.map(([name, source]) =>
      bundleHandler(serviceDir, join(serviceDir, source), join(serviceDir, 'dist', name)),
    ),
  );
  return unique(found.flat());
}

/** The same mistake in a file that many functions share is one. */
const unique = (problems: readonly BuildProblem[]): BuildProblem[] => [
  ...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values(),
];

/** Each by itself: files that functions share would have to be in all their archives. @param outdir of `index.mjs` and what it imports on demand */
export async function bundleHandler(serviceDir: string, source: string, outdir: string): Promise<BuildProblem[]> {
  const options: BuildOptions = {
    absWorkingDir: serviceDir,
    entryPoints: { index: source },
    outdir,
    splitting: true,
    external: NEVER_LOADED,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    keepNames: true, // Step Functions matches errors by their names
    sourcemap: 'linked',
    sourcesContent: false,
    banner: { js: REQUIRE_BANNER },
    logLevel: 'silent',
  };
  await rm(outdir, { recursive: true, force: true }); // their names change with what is in them
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
