import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { bundleHandler } from '../../infra/plugin/bundle-functions.ts';

export interface MeasuredBundle {
  readonly name: string;
  /** Bytes of what a cold start loads. */
  readonly gzipped: number;
  /** Bytes of what is only loaded when it is needed. */
  readonly onDemand: number;
  /** Milliseconds of CPU time to import it in a fresh process: the median of several. */
  readonly coldImport: number;
  /** Of an empty handler with the same clients of the AWS SDK, measured in the same run; absent: it has none. */
  readonly emptyImport?: number;
}

const TIMES = 5;
const TEMPLATE = '.serverless/cloudformation-template-update-stack.json';
const CLIENT = /@aws-sdk\/((?:client|lib)-[a-z0-9-]+)\/dist/g;

/** Measures each bundle in `dist/` beside an empty handler that has the same SDK clients, built in the same way. */
export async function measureBundles(root: string): Promise<readonly MeasuredBundle[]> {
  const work = mkdtempSync(join(root, 'node_modules/.countersign-bundles-'));
  try {
    const variables = variablesOf(root);
    const names = [...variables.keys()].sort();
    const clientsOf = new Map(names.map((name) => [name, clientsIn(join(root, 'dist', name))]));
    const kinds = [...new Set(clientsOf.values())].filter((kind) => kind !== '');
    for (const [index, kind] of kinds.entries()) {
      const problems = await bundleHandler(root, await emptyHandler(work, kind, index), join(work, String(index)));
      if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
    }
    const measured: MeasuredBundle[] = [];
    for (const name of names) {
      const folder = join(root, 'dist', name);
      const kind = kinds.indexOf(clientsOf.get(name) ?? '');
      const [own, empty]: [number[], number[]] = [[], []];
      for (let time = 0; time < TIMES; time++) {
        // In turns, so that whatever else the machine does meets both.
        own.push(await importTime(join(folder, 'index.mjs'), variables.get(name)));
        if (kind >= 0) empty.push(await importTime(join(work, String(kind), 'index.mjs')));
      }
      const emptyImport = kind >= 0 && { emptyImport: median(empty) };
      measured.push({ name, ...sizesOf(folder), coldImport: median(own), ...emptyImport });
    }
    return measured;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const STATIC_IMPORT = /(?:from|import)"\.\/([\w.-]+\.mjs)"/g;

/** `index.mjs` and the files that it imports before it runs, directly or not. */
function loadedAtStart(folder: string, file = 'index.mjs', found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, next = ''] of readFileSync(join(folder, file), 'utf8').matchAll(STATIC_IMPORT))
    loadedAtStart(folder, next, found);
  return found;
}

/** @param folder of one bundle: `dist/<name>` */
export function sizesOf(folder: string): Pick<MeasuredBundle, 'gzipped' | 'onDemand'> {
  const atStart = loadedAtStart(folder);
  const sizes = { gzipped: 0, onDemand: 0 };
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.mjs'))) {
    const { length } = gzipSync(readFileSync(join(folder, file)), { level: 9 });
    sizes[atStart.has(file) ? 'gzipped' : 'onDemand'] += length;
  }
  return sizes;
}

/** The SDK clients that a cold start loads, by the source maps. */
function clientsIn(folder: string): string {
  const names = [...loadedAtStart(folder)].flatMap((file) => {
    const { sources } = JSON.parse(readFileSync(join(folder, `${file}.map`), 'utf8')) as { sources: readonly string[] };
    return sources.flatMap((source) => [...source.matchAll(CLIENT)].map(([, name]) => name));
  });
  return [...new Set(names)].sort().join(' ');
}

/** @returns the source of a handler that makes the clients and does nothing with them */
async function emptyHandler(work: string, kind: string, index: number): Promise<string> {
  const packages = kind.split(' ').filter((name) => name.startsWith('client-'));
  const classes = await Promise.all(packages.map(clientClassOf));
  const imports = packages.map((name, number) => `import { ${classes[number]} } from '@aws-sdk/${name}';`);
  const clients = classes.map((name) => `new ${name}({})`).join(', ');
  const file = join(work, `empty-${index}.ts`);
  writeFileSync(
    file,
    `${imports.join('\n')}\nconst clients = [${clients}];\nexport const handler = async () => clients.length;\n`,
  );
  return file;
}

/** `DynamoDBClient` of `client-dynamodb`. */
async function clientClassOf(name: string): Promise<string> {
  const exported = Object.keys(await import(`@aws-sdk/${name}`));
  const found = exported.find((each) => each.endsWith('Client') && !each.startsWith('__'));
  if (!found) throw new Error(`@aws-sdk/${name} exports no client.`);
  return found;
}

type Variables = Readonly<Record<string, string>>;

const CREDENTIALS = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' };

interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Default?: string }>>;
  readonly Resources: Readonly<
    Record<string, { Type: string; Properties: { Handler?: string; Environment?: { Variables: object } } }>
  >;
}

/** The variables of each function as the package sets them, by its bundle; what only a deployment knows is any text. */
function variablesOf(root: string): ReadonlyMap<string, Variables> {
  const { Parameters = {}, Resources } = JSON.parse(readFileSync(join(root, TEMPLATE), 'utf8')) as Template;
  const textOf = (value: unknown): string =>
    typeof value === 'string' ? value : (Parameters[(value as { Ref?: string }).Ref ?? '']?.Default ?? 'any');
  return new Map(
    Object.values(Resources).flatMap(({ Type, Properties }) => {
      const name = /^dist\/([^/]+)\//.exec(Properties?.Handler ?? '')?.[1];
      if (Type !== 'AWS::Lambda::Function' || name === undefined) return [];
      const variables = Object.entries(Properties.Environment?.Variables ?? {});
      return [[name, Object.fromEntries(variables.map(([key, value]) => [key, textOf(value) || 'any']))]];
    }),
  );
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[TIMES >> 1] ?? Number.NaN;

/** CPU time, in milliseconds: whatever else the machine does is not in it. */
function importTime(file: string, variables: Variables = {}): Promise<number> {
  const program = `const before = process.cpuUsage();
    await import(${JSON.stringify(file)});
    const { user, system } = process.cpuUsage(before);
    console.log((user + system) / 1000); process.exit(0);`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: { PATH: process.env.PATH, ...CREDENTIALS, ...variables },
    });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    let wrong = '';
    child.stderr.on('data', (chunk) => {
      wrong += chunk;
    });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve(Number(said.trim().split('\n').at(-1))) : reject(new Error(wrong)),
    );
  });
}

export function tableOfBundles(bundles: readonly MeasuredBundle[]): string {
  const rows = bundles.map(({ name, gzipped, onDemand, coldImport, emptyImport }) =>
    [
      name.padEnd(20),
      `${(gzipped / 1_024).toFixed(1)} KB`.padStart(10),
      `${(onDemand / 1_024).toFixed(1)} KB`.padStart(12),
      `${coldImport.toFixed(0)} ms`.padStart(8),
      (emptyImport === undefined ? 'no client' : `${(coldImport / emptyImport).toFixed(2)} x`).padStart(11),
    ].join(''),
  );
  return ['bundle                gzipped   on demand  import    x empty', ...rows].join('\n');
}
