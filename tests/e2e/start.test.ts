import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { startCloudProcess } from '../../scripts/cloud-process.ts';
import { packagedService } from '../packaged-service.ts';

jest.setTimeout(120_000); // for slow machines; what is tested takes a second

// What a newcomer gets wrong: one clear line that says what, and what to do; an exit code that is not 0; no stack trace.

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-start-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a port in use is named, and how to choose another', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const message = await refusal(['--ephemeral'], { PORT: String(port) });
  server.close();
  expect(message).toContain(String(port));
  expect(message).toContain('PORT');
});

test('a data folder that is a file is named', async () => {
  const file = join(folder, 'not-a-folder');
  writeFileSync(file, '');
  expect(await refusal(['--data', file])).toContain(file);
});

test('a template that is not JSON is named', async () => {
  const packaged = await copyOfPackage();
  writeFileSync(join(packaged, TEMPLATE), '{"Resources":');
  expect(await refusal(['--ephemeral', '--package', packaged])).toContain(TEMPLATE);
});

test('a resource type that the local cloud does not know is refused by name', async () => {
  const packaged = await copyOfPackage();
  editTemplate(packaged, ({ Resources }) => {
    Resources.Cluster = { Type: 'AWS::EKS::Cluster', Properties: {} };
  });
  const message = await refusal(['--ephemeral', '--package', packaged]);
  expect(message).toContain('Cluster');
  expect(message).toContain('AWS::EKS::Cluster');
});

test('a property that it does not know is refused by name', async () => {
  const packaged = await copyOfPackage();
  editTemplate(packaged, ({ Resources }) => {
    Resources.WarehouseQueue!.Properties.Colour = 'green';
  });
  const message = await refusal(['--ephemeral', '--package', packaged]);
  expect(message).toContain('WarehouseQueue');
  expect(message).toContain('Colour');
});

const TEMPLATE = 'cloudformation-template-update-stack.json';

interface Template {
  readonly Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}

async function copyOfPackage(): Promise<string> {
  const copy = join(folder, 'package');
  cpSync(await packagedService(), copy, { recursive: true });
  return copy;
}

function editTemplate(packaged: string, change: (template: Template) => void): void {
  const template = JSON.parse(readFileSync(join(packaged, TEMPLATE), 'utf8')) as Template;
  change(template);
  writeFileSync(join(packaged, TEMPLATE), JSON.stringify(template));
}

/** What it says when it does not start. */
async function refusal(options: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const packaged = options.includes('--package') ? [] : ['--package', await packagedService()];
  const outcome = await startCloudProcess([...options, ...packaged], env).then(
    async (cloud) => {
      await cloud.stop();
      return 'it started';
    },
    (error: Error) => error.message,
  );
  expect(outcome).toMatch(/ended with code [1-9]/);
  expect(outcome).not.toMatch(/\n\s+at /);
  return outcome;
}
