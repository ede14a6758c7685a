import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import type { BuildProblem } from './build-problem.ts';
import { hashOf } from './hash-of.ts';

/** `dist/get-order/index.handler`: what serverless.yml calls the handler of `functions/get-order/`. */
const BUNDLED_HANDLER = /^dist\/([a-z0-9-]+)\/index\.handler$/;

/** What npm has installed, in its own words. */
const INSTALLED = 'node_modules/.package-lock.json';

/** What bundles are made of, beside what is installed. */
const SOURCES = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'config',
  'functions',
  'domain',
  'adapters',
  'infra/plugin/bundle-functions.ts',
];
/** Which bundles there are, and the hash of what they were made from. */
const MARKER = 'dist/made-from.txt';

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

/** Leaves out what is never loaded, but for those who import it at once: S3's client does so with streams of events. */
const LEAVE_OUT: Plugin = {
  name: 'leave-out',
  setup({ onResolve }) {
    onResolve({ filter: /^(@aws-sdk\/|@smithy\/|bowser$)/ }, ({ path, kind }) =>
      kind === 'dynamic-import' && NEVER_LOADED.includes(path) ? { path, external: true } : undefined,
    );
  },
};

/**
 * Bundles each function, AWS SDK included (it loads faster than the runtime's own), into `dist/<name>/index.mjs`. What a function
 * imports on demand is in files beside it, which cost nothing until they are needed. Bundles of the same sources are there already
 * when another stage is packaged, or when nothing but what is around the functions was changed.
 * @returns what kept it from doing so; nothing is thrown for mistakes in the sources
 */
export async function bundleFunctions(
  serviceDir: string,
  functions: Readonly<Record<string, { readonly handler: string }>>,
): Promise<BuildProblem[]> {
  const problems: BuildProblem[] = [];
  const sources = new Map<string, string>();
  for (const [key, { handler }] of Object.entries(functions)) {
    const name = BUNDLED_HANDLER.exec(handler)?.[1];
    const source = `functions/${name}/handler.ts`;
    const refuse = (message: string) => problems.push({ file: 'serverless.yml', place: `functions.${key}`, message });
    if (name === undefined) refuse(`its handler is ${handler}, not dist/<name>/index.handler`);
    else if (!existsSync(join(serviceDir, source))) refuse(`there is no ${source}`);
    else sources.set(name, source);
  }
  if (problems.length > 0) return problems;
  const installed = existsSync(join(serviceDir, INSTALLED)) ? [INSTALLED] : [];
  const wanted = [hashOf(serviceDir, [...SOURCES, ...installed]), ...[...sources.keys()].sort()].join(' ');
  if (await areThere(serviceDir, sources.keys(), wanted)) return [];
  await rm(join(serviceDir, MARKER), { force: true });
  problems.push(...unique(await bundleHandlers(serviceDir, sources)));
  if (problems.length === 0) await writeFile(join(serviceDir, MARKER), wanted);
  return problems;
}

async function areThere(serviceDir: string, names: Iterable<string>, wanted: string): Promise<boolean> {
  const made = await readFile(join(serviceDir, MARKER), 'utf8').catch(() => '');
  return made === wanted && [...names].every((name) => existsSync(join(serviceDir, 'dist', name, 'index.mjs')));
}

/**
 * Together, so that what they share is read once; those that import something on demand again by themselves, as files that
 * functions share would have to be in all their archives.
 */
async function bundleHandlers(serviceDir: string, sources: ReadonlyMap<string, string>): Promise<BuildProblem[]> {
  const dist = join(serviceDir, 'dist');
  await Promise.all([...sources.keys()].map((name) => rm(join(dist, name), { recursive: true, force: true })));
  const bundleAlone = async (alone: readonly string[]): Promise<BuildProblem[]> => {
    const each = [...sources].filter(([, source]) => alone.includes(source));
    return (
      await Promise.all(each.map(([name, source]) => bundleHandler(serviceDir, source, join(dist, name))))
    ).flat();
  };
  const optionsOf = (entries: readonly (readonly [string, string])[]) => ({
    ...optionsFor(serviceDir, Object.fromEntries(entries.map(([name, source]) => [`${name}/index`, source])), dist),
    metafile: true,
  });

  // Our own sources are read in no time: they tell nearly always who has to be alone, before anything is bundled for nothing.
  const seen = await run({ ...optionsOf([...sources]), packages: 'external', plugins: [], write: false });
  if (!seen.metafile) return seen.problems;
  const known = importersOnDemand(seen.metafile);
  const others = [...sources].filter(([, source]) => !known.includes(source));
  const [together, problems] = await Promise.all([run(optionsOf(others)), bundleAlone(known)]);
  // A package may import on demand as well.
  const found = together.metafile ? await bundleAlone(importersOnDemand(together.metafile)) : [];
  return [...together.problems, ...problems, ...found];
}

/** The entry points that are made of a file which imports something on demand. */
const importersOnDemand = (metafile: Metafile): string[] =>
  Object.values(metafile.outputs).flatMap(({ entryPoint = '', inputs }) =>
    Object.keys(inputs).some((file) => importsOnDemand(metafile, file)) ? [entryPoint] : [],
  );

const importsOnDemand = ({ inputs }: Metafile, file: string): boolean =>
  inputs[file]?.imports.some(({ kind, external }) => kind === 'dynamic-import' && !external) ?? false;

/** The same mistake in a file that many functions share is one. */
const unique = (problems: readonly BuildProblem[]): BuildProblem[] => [
  ...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values(),
];

/** Bundles one. @param outdir of `index.mjs` and what it imports on demand */
export async function bundleHandler(serviceDir: string, source: string, outdir: string): Promise<BuildProblem[]> {
  await rm(outdir, { recursive: true, force: true }); // the names of files change with what is in them
  return (await run({ ...optionsFor(serviceDir, { index: source }, outdir), splitting: true })).problems;
}

const optionsFor = (serviceDir: string, entryPoints: Record<string, string>, outdir: string) =>
  ({
    absWorkingDir: serviceDir,
    entryPoints,
    outdir,
    plugins: [LEAVE_OUT],
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
  }) satisfies BuildOptions;

async function run(
  options: BuildOptions & { absWorkingDir: string },
): Promise<{ problems: BuildProblem[]; metafile?: Metafile | undefined }> {
  try {
    const { metafile } = await build(options);
    return { problems: [], metafile };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const problems = error.errors.map(({ text, location }) => ({
      file:
        location === null ? 'functions/' : relative(options.absWorkingDir, join(options.absWorkingDir, location.file)),
      place: location === null ? '' : `line ${location.line}`,
      message: text,
    }));
    return { problems };
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
