import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { gzipSync } from 'node:zlib';
import { bundleHandler } from '../../infra/plugin/bundle-functions.ts';

export interface MeasuredBundle {
  readonly name: string;
  /** Bytes. */
  readonly gzipped: number;
  /** Milliseconds of CPU time to import it in a fresh process: the median of several. */
  readonly coldImport: number;
  /** Of an empty handler with the same clients of the AWS SDK, measured in the same run. */
  readonly emptyImport: number;
}

const TIMES = 5;
const CLIENT = /@aws-sdk\/((?:client|lib)-[a-z0-9-]+)\/dist/g;

/** Measures each bundle in `dist/` beside an empty handler that has the same SDK clients, built in the same way. */
export async function measureBundles(root: string): Promise<readonly MeasuredBundle[]> {
  const work = mkdtempSync(join(tmpdir(), 'countersign-bundles-'));
  try {
    const names = readdirSync(join(root, 'dist')).sort();
    const clientsOf = new Map(names.map((name) => [name, clientsIn(join(root, 'dist', name, 'index.mjs.map'))]));
    const kinds = [...new Set([...clientsOf.values()])];
    for (const [index, kind] of kinds.entries()) {
      const problems = await bundleHandler(root, emptyHandler(root, work, kind, index), join(work, String(index)));
      if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
    }
    const measured: MeasuredBundle[] = [];
    for (const name of names) {
      const file = join(root, 'dist', name, 'index.mjs');
      const empty = join(work, String(kinds.indexOf(clientsOf.get(name) ?? '')), 'index.mjs');
      const times = { own: [] as number[], empty: [] as number[] };
      for (let time = 0; time < TIMES; time++) {
        // In turns, so that whatever else the machine does meets both.
        times.own.push(await importTime(file));
        times.empty.push(await importTime(empty));
      }
      measured.push({
        ...{ name, gzipped: gzipSync(readFileSync(file), { level: 9 }).length },
        ...{ coldImport: median(times.own), emptyImport: median(times.empty) },
      });
    }
    return measured;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The SDK clients that a bundle holds, by its source map. */
function clientsIn(map: string): string {
  const { sources } = JSON.parse(readFileSync(map, 'utf8')) as { sources: readonly string[] };
  return [...new Set(sources.flatMap((source) => [...source.matchAll(CLIENT)].map(([, name]) => name)))]
    .sort()
    .join(' ');
}

/** @returns the source of a handler that makes the clients and does nothing with them */
function emptyHandler(root: string, work: string, kind: string, index: number): string {
  const clients = kind.split(' ').filter((name) => name.startsWith('client-'));
  const lines = clients.map(
    (name, number) => `import * as client${number} from ${JSON.stringify(join(root, 'node_modules/@aws-sdk', name))};`,
  );
  const made = clients.map(
    (_, number) =>
      `new (Object.entries(client${number}).find(([name]) => /Client$/.test(name) && !name.startsWith('__'))[1])({})`,
  );
  const file = join(work, `empty-${index}.ts`);
  writeFileSync(
    file,
    `${lines.join('\n')}\nconst clients = [${made.join(', ')}];\nexport const handler = async () => clients.length;\n`,
  );
  return file;
}

const ENVIRONMENT = {
  ...process.env,
  ...{ AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' },
};

/** A handler looks whether its variables are there: each name that looks like one is set. */
function importTime(file: string): Promise<number> {
  const variables = JSON.stringify(
    [...readFileSync(file, 'utf8').matchAll(/"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"/g)].map(([, name]) => name),
  );
  const program = `for (const name of ${variables}) process.env[name] ??= 'none';
    const before = process.cpuUsage();
    await import(${JSON.stringify(file)});
    const { user, system } = process.cpuUsage(before);
    console.log((user + system) / 1000); process.exit(0);`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { env: ENVIRONMENT });
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

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

export function tableOfBundles(bundles: readonly MeasuredBundle[]): string {
  const rows = bundles.map(({ name, gzipped, coldImport, emptyImport }) =>
    [
      name.padEnd(20),
      `${(gzipped / 1_024).toFixed(1)} KB`.padStart(10),
      `${coldImport.toFixed(0)} ms`.padStart(8),
      `${(coldImport / emptyImport).toFixed(2)} x`.padStart(8),
    ].join(''),
  );
  return ['bundle                gzipped    import  x empty', ...rows].join('\n');
}
