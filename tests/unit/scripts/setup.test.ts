import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const SETUP = join(import.meta.dirname, '../../../scripts/setup.mjs');

const entry = (version: string) => ({ version, integrity: `sha512-${version}` });
const LOCK = { '': { name: 'project' }, 'node_modules/a': entry('1.0.0'), 'node_modules/b': entry('1.0.0') };
const OTHER_PLATFORM = { 'node_modules/other-platform': { ...entry('1.0.0'), optional: true } };

let folder: string;
let project: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-setup-'));
  project = join(folder, 'project');
  await mkdir(join(project, 'scripts'), { recursive: true });
  await mkdir(join(folder, 'bin'));
  await copyFile(SETUP, join(project, 'scripts/setup.mjs'));
  await writeLock(join(project, 'package-lock.json'), { ...LOCK, ...OTHER_PLATFORM });
  // Never the real npm: what is tested is when it would run.
  await writeFile(join(folder, 'bin/npm'), `#!/bin/sh\ntouch "${join(folder, 'npm-ran')}"\n`);
  await chmod(join(folder, 'bin/npm'), 0o755);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const writeLock = (path: string, packages: object) => writeFile(path, JSON.stringify({ packages }));

async function installed(at: string, packages: object): Promise<void> {
  await mkdir(at, { recursive: true });
  await writeLock(join(at, '.package-lock.json'), packages);
  // Older than the lock file, as after a fresh clone.
  await utimes(join(at, '.package-lock.json'), 1, 1);
}

function setUp() {
  const path = [join(folder, 'bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);
  return spawnSync(process.execPath, [join(project, 'scripts/setup.mjs')], { encoding: 'utf8', env: { PATH: path } });
}

const npmRan = async () => (await readdir(folder)).includes('npm-ran');

const { '': _root, ...EVERYTHING } = LOCK;

test('a folder of modules that belongs to another project is never installed into', async () => {
  await installed(join(folder, 'theirs'), { 'node_modules/a': entry('1.0.0') });
  await symlink(join(folder, 'theirs'), join(project, 'node_modules'));
  const { status, stderr } = setUp();
  expect({ status, npm: await npmRan() }).toEqual({ status: 1, npm: false });
  expect(stderr).toMatch(/node_modules is a link to .*theirs.*Remove the link/);
});

test('a link to a folder that has what the lock file names is used as it is', async () => {
  await installed(join(folder, 'theirs'), EVERYTHING);
  await symlink(join(folder, 'theirs'), join(project, 'node_modules'));
  expect({ status: setUp().status, npm: await npmRan() }).toEqual({ status: 0, npm: false });
});

test.each([
  ['is missing', { 'node_modules/a': entry('1.0.0') }],
  ['has another version', { ...EVERYTHING, 'node_modules/b': entry('2.0.0') }],
  ['is too much', { ...EVERYTHING, 'node_modules/c': entry('1.0.0') }],
])('installs when a package %s', async (_what, packages) => {
  await installed(join(project, 'node_modules'), packages);
  setUp();
  expect(await npmRan()).toBe(true);
});

test('installs when nothing is installed', async () => {
  setUp();
  expect(await npmRan()).toBe(true);
});

test('installs nothing when all is there, whichever file is newer', async () => {
  await installed(join(project, 'node_modules'), EVERYTHING);
  expect({ status: setUp().status, npm: await npmRan() }).toEqual({ status: 0, npm: false });
});
