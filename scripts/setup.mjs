// Makes sure that what package-lock.json names is installed, and that a Node new enough will run it.
// Runs before every npm script on whatever Node the machine has, so it is plain JavaScript without dependencies.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = [22, 18]; // the first that runs TypeScript and node:sqlite without flags
const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const isWindows = process.platform === 'win32';

if (!isInstalled()) install();
requireRecentNode();

/**
 * npm writes node_modules/.package-lock.json last: what is in it is complete. Compared by content, because in a fresh clone
 * the lock file is always the newer one.
 */
function isInstalled() {
  const installed = packagesIn(join(modules, '.package-lock.json'));
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const same = (name) =>
    installed[name]?.version === wanted[name]?.version && installed[name]?.integrity === wanted[name]?.integrity;
  // Optional packages for other platforms stay out.
  const names = Object.keys(wanted).filter((name) => name !== '' && (installed[name] || !wanted[name].optional));
  return [...names, ...Object.keys(installed)].every(same);
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return {};
  }
}

function install() {
  // npm ci empties the folder first: behind a link, that is somebody else's.
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    fail(
      `node_modules is a link to ${readlinkSync(modules)}, which has other versions than package-lock.json. ` +
        'Remove the link, and run this again.',
    );
  }
  console.error('Installing the dependencies (npm ci); the first time takes a minute or two …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: isWindows,
  });
  if (status !== 0) fail('npm ci failed; its message is above.');
}

/** npm scripts find node_modules/.bin/node first, where a package for this platform put the Node that AWS Lambda runs. */
function requireRecentNode() {
  const bundled = join(root, 'node_modules', '.bin', isWindows ? 'node.cmd' : 'node');
  const { stdout } = spawnSync(existsSync(bundled) ? bundled : 'node', ['--version'], {
    encoding: 'utf8',
    shell: isWindows,
  });
  const [major, minor] = (stdout ?? '').trim().replace('v', '').split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  fail(
    `Node ${(stdout ?? '').trim() || '(unknown)'} is too old, and there is no bundled one for ${process.platform}-${process.arch}. ` +
      `Install Node ${OLDEST_NODE.join('.')} or later (24 is what AWS Lambda runs).`,
  );
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
