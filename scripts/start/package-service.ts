import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { hashOf } from '../../infra/plugin/hash-of.ts';

/** What a package is made of; `package-lock.json` stands for the installed packages. */
export const SOURCES = [
  'serverless.yml',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'infra',
  'config',
  'jobs',
  'statemachines',
  'functions',
  'domain',
  'adapters',
];
/** The local cloud has small back-office jobs, which a fresh deployment has not. */
export const WITH_JOBS = '--param=closeOfDay=jobs/close-of-day.json';

const TEMPLATE = '.serverless/cloudformation-template-update-stack.json';
/** Beside the package: the hash of what it was made from. Packaging by hand removes it. */
const MARKER = '.serverless/local-sources.sha256';

/**
 * Runs `serverless package`, unless the package there is was made from the same sources.
 * @param root the project's folder
 * @param progress told what is being done
 * @returns false if it failed; the reasons were printed
 */
export async function packageService(root: string, progress: (text: string) => void): Promise<boolean> {
  const hash = hashOf(root, SOURCES);
  const marker = join(root, MARKER);
  if (existsSync(join(root, TEMPLATE)) && existsSync(marker) && readFileSync(marker, 'utf8') === hash) return true;
  progress('Packaging the service (serverless package) …');
  if ((await runServerless(root)) !== 0) {
    progress('The service could not be packaged: the reasons are above.');
    return false;
  }
  writeFileSync(marker, hash);
  return true;
}

function runServerless(root: string): Promise<number> {
  const command = join(root, 'node_modules/serverless/bin/serverless.js');
  const child = spawn(process.execPath, [command, 'package', WITH_JOBS], {
    cwd: root,
    // The standard output is kept for what programs read.
    stdio: ['ignore', process.stderr, process.stderr],
    env: { ...process.env, SLS_NOTIFICATIONS_MODE: 'off', SLS_TELEMETRY_DISABLED: '1' },
  });
  const end = (): void => {
    child.kill();
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, end);
  return new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  }).finally(() => {
    for (const signal of signals) process.removeListener(signal, end);
  });
}
