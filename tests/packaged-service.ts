import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hashOf } from '../infra/plugin/hash-of.ts';
import { SOURCES, WITH_JOBS } from '../scripts/start/package-service.ts';

const ROOT = join(import.meta.dirname, '..');
// Outside of the project: jest would take a copy for a second project, and below node_modules Node runs no TypeScript.
const CACHE = join(tmpdir(), 'countersign-test-packages');

/** Copies what a fresh clone would have, and links the installed packages. */
export function copyService(folder: string): void {
  for (const each of SOURCES) cpSync(join(ROOT, each), join(folder, each), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
}

/** The real command, with no account, no credentials and a home of its own. */
export function runServerless(folder: string, ...args: string[]): Promise<{ code: number; output: string }> {
  const serverless = join(ROOT, 'node_modules/serverless/bin/serverless.js');
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    AWS_EC2_METADATA_DISABLED: 'true',
    SLS_SCHEMA_CACHE_BASE_DIR: CACHE, // what it would compute anew in each home
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [serverless, ...args], { cwd: folder, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code ?? 1);
      resolve({ code, output: `${stdout}\n${stderr}` });
    });
  });
}

/**
 * The application as it is now, packaged. Made once for each state of the sources, in a folder of its own, so that tests
 * neither wait for it twice nor disturb a package that somebody is working with.
 * @returns the folder with the template and the archives
 */
export async function packagedService(): Promise<string> {
  const folder = join(CACHE, hashOf(ROOT, SOURCES).slice(0, 16));
  const result = join(folder, '.serverless');
  mkdirSync(CACHE, { recursive: true });
  const making = `${folder}.making`;
  while (!existsSync(result)) {
    if (isFirst(making)) await make(folder).finally(() => rmSync(making, { force: true }));
    else await delay(200);
  }
  return result;
}

/** Of the test processes that need the package at once, one makes it; one that was killed over it is not waited for. */
function isFirst(making: string): boolean {
  try {
    writeFileSync(making, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!isMaking(making)) rmSync(making, { force: true });
    return false;
  }
}

/** Whether the process lives that the file names; one that is just beginning or just done counts as well. */
function isMaking(making: string): boolean {
  try {
    const pid = Number(readFileSync(making, 'utf8'));
    return pid === 0 || process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

async function make(folder: string): Promise<void> {
  const work = mkdtempSync(join(CACHE, 'work-'));
  copyService(work);
  const { code, output } = await runServerless(work, 'package', WITH_JOBS);
  if (code !== 0) throw new Error(`the service could not be packaged:\n${output}`);
  try {
    renameSync(work, folder);
  } catch {
    rmSync(work, { recursive: true, force: true }); // another one was not waited for, and came first
  }
}
