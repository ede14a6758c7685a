import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { sizesOf } from '../../../scripts/cost/bundles.ts';
import { copyService, packagedService, runServerless } from '../../packaged-service.ts';

// The real command in a copy of the service: no account, no credentials, no network.

const TIMEOUT = 120_000;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-package-'));
  copyService(folder);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test(
  'all mistakes are named at once, each with its file and place, and nothing is packaged',
  async () => {
    edit('infra/machines.yml', (text) => text.replace(/^ +CheckOrderFunction: .*\n/m, ''));
    editJson('statemachines/sign-off.asl.json', (machine) => ({ ...machine, StartAt: 'Nowhere' }));
    edit('infra/openapi.yml', (text) => text.replace('x-amazon-apigateway-integration', 'x-amazon-apigateway-nothing'));
    editJson('config/approval-policy.json', (policy) => ({ ...policy, stagez: {} }));
    writeFileSync(join(folder, 'functions/get-order/handler.ts'), 'export const handler = (;\n');

    const { code, output } = await packageService();

    expect(code).not.toBe(0);
    // A missing substitution, a bad ASL target, a route without integration, a wrong policy, code that does not compile.
    expect(output).toMatch(/statemachines\/place-order\.asl\.json \/States\S.*: \$\{CheckOrderFunction\} has no value/);
    expect(output).toMatch(/statemachines\/sign-off\.asl\.json \/StartAt: there is no state "Nowhere" here/);
    expect(output).toMatch(
      /infra\/openapi\.yml \/paths\/~1orders\/post: the route has no x-amazon-apigateway-integration/,
    );
    expect(output).toMatch(/config\/approval-policy\.json.*"stagez"/);
    expect(output).toMatch(/functions\/get-order\/handler\.ts line 1: /);
    expect(existsSync(join(folder, '.serverless/cloudformation-template-update-stack.json'))).toBe(false);
  },
  TIMEOUT,
);

test(
  'the service as it is can be packaged, for production too',
  async () => {
    // The bundles are the same for every stage.
    cpSync(join(await packagedService(), '../dist'), join(folder, 'dist'), { recursive: true });
    appendFileSync(join(folder, 'dist/get-order/index.mjs'), '// left as it is\n');
    const { code, output } = await packageService('--stage', 'prod');
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('Service packaged') });

    const template = JSON.parse(
      readFileSync(join(folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8'),
    );
    const tables = Object.values<{ Type: string }>(template.Resources).filter(
      ({ Type }) => Type === 'AWS::DynamoDB::Table',
    );
    expect(tables.length).toBeGreaterThan(0);
    for (const table of tables) {
      expect(table).toMatchObject({
        DeletionPolicy: 'Retain',
        Properties: {
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          SSESpecification: { SSEEnabled: true },
        },
      });
    }
    const dist = join(folder, 'dist');
    expect(readFileSync(join(dist, 'get-order/index.mjs'), 'utf8')).toMatch(/\/\/ left as it is\n$/);
    const names = readdirSync(dist).filter((name) => statSync(join(dist, name)).isDirectory());
    expect(names.length).toBeGreaterThan(30);
    // What a cold start of a function loads.
    const bundles = Object.fromEntries(names.map((name) => [name, sizesOf(join(dist, name)).gzipped]));
    expect(Object.entries(bundles).filter(([, bytes]) => bytes > 150 * 1_024)).toEqual([]);
    expect(await packagesImportedAtOnce(dist, names)).toEqual([]);
    expect(JSON.stringify(template)).not.toContain('back-office-jobs');
    // CloudFormation takes nothing but text, which its offline validator does not say.
    const defaults = Object.values<{ Default?: unknown }>(template.Parameters).map(({ Default }) => typeof Default);
    expect(new Set(defaults)).toEqual(new Set(['string']));
    expect(Object.keys(template.Outputs)).toEqual(expect.arrayContaining(['ApiUrl', 'ApiKeyId', 'OrdersTableName']));
  },
  TIMEOUT,
);

/** What a bundle needs beside itself to start: on AWS there is nothing. */
async function packagesImportedAtOnce(dist: string, names: readonly string[]): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: names.map((name) => join(dist, name, 'index.mjs')),
    outdir: join(dist, 'nothing'),
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  const packages = imports.filter(
    ({ path, kind, external }) => external && kind !== 'dynamic-import' && !isBuiltin(path),
  );
  return packages.map(({ path }) => path);
}

function edit(file: string, change: (text: string) => string): void {
  const before = readFileSync(join(folder, file), 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(join(folder, file), after);
}

function editJson(file: string, change: (content: object) => object): void {
  edit(file, (text) => JSON.stringify(change(JSON.parse(text))));
}

const packageService = (...options: string[]) => runServerless(folder, 'package', ...options);
