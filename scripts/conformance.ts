// Runs the recorded cases of how AWS Step Functions behaves against an ephemeral, empty local cloud.
// The cases are not part of this project: they are looked for beside it, or where CONFORMANCE_DIR says.
// Options are those of the runner: npm run conformance -- --area base --verbose
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { startCloudProcess } from './cloud-process.ts';
import { keepBytes } from './conformance/keep-bytes.ts';

const ROOT = join(import.meta.dirname, '..');
const source = resolve(process.env.CONFORMANCE_DIR ?? join(ROOT, '../shared/conformance'));

if (!existsSync(join(source, 'run.mjs'))) {
  console.log(`There are no conformance cases in ${source}; nothing was run. CONFORMANCE_DIR may name another folder.`);
} else {
  process.exitCode = await runAgainstLocalCloud(installedCopy());
}

/** The folder may be read-only, so the runner's packages are installed in a copy that is kept for the next time. */
function installedCopy(): string {
  const lock = createHash('sha256')
    .update(readFileSync(join(source, 'package-lock.json')))
    .digest('hex')
    .slice(0, 12);
  const copy = join(ROOT, 'node_modules/.cache/conformance', lock);
  mkdirSync(copy, { recursive: true });
  cpSync(source, copy, {
    recursive: true,
    force: true,
    filter: (path) => !path.includes('node_modules', source.length),
  });
  if (!existsSync(join(copy, 'node_modules/.package-lock.json'))) {
    console.log('Installing the packages of the conformance runner …');
    const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: copy,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
    if (status !== 0) throw new Error(`npm ci failed in ${copy}`);
  }
  if (process.env.CONFORMANCE_AS_IS === undefined && keepBytes(copy)) {
    console.log(
      'The runner turns bytes (the code of Lambda functions) into objects before it sends them, which AWS refuses; its copy ' +
        'here keeps them. CONFORMANCE_AS_IS=1 runs it unchanged. See docs/fidelity.md.',
    );
  }
  return copy;
}

/** @returns the runner's exit code: 0 if the ratio of passed cases is high enough */
async function runAgainstLocalCloud(folder: string): Promise<number> {
  const cloud = await startCloudProcess(['--empty', '--ephemeral'], {}, (text) => process.stderr.write(text));
  cloud.process.once('exit', (code, signal) => {
    if (signal !== 'SIGTERM' && code !== 0)
      console.error(`The local cloud ended during the run: code ${code}, signal ${signal}.`);
  });
  try {
    const options = ['--endpoint', cloud.urls.aws, ...process.argv.slice(2)];
    const runner = spawn(process.execPath, [join(folder, 'run.mjs'), ...options], { stdio: 'inherit' });
    return await new Promise((done, failed) => {
      runner.once('error', failed);
      runner.once('exit', (code) => done(code ?? 1));
    });
  } finally {
    await cloud.stop();
  }
}
