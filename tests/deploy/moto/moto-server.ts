import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const VERSION = '5.2.5';
/** Kept for the next time: installing takes longer than everything else. */
const FOLDER = join(tmpdir(), `countersign-moto-${VERSION}`);
const PYTHON = join(FOLDER, 'bin/python');
const READY = join(FOLDER, 'ready');

/**
 * Installs moto in a folder of its own, unless it is there.
 * @returns why it cannot be; undefined: it is there
 */
export function installMoto(): string | undefined {
  if (existsSync(READY)) return undefined;
  try {
    execFileSync('python3', ['-m', 'pip', '--version'], { stdio: 'pipe' });
  } catch {
    return 'there is no python3 with pip';
  }
  try {
    rmSync(FOLDER, { recursive: true, force: true });
    execFileSync('python3', ['-m', 'venv', FOLDER], { stdio: 'pipe' });
    execFileSync(PYTHON, ['-m', 'pip', 'install', '--quiet', `moto[all,server]==${VERSION}`], { stdio: 'pipe' });
    execFileSync(PYTHON, ['-c', `open(${JSON.stringify(READY)}, 'w').close()`]);
    return undefined;
  } catch (error) {
    return `moto cannot be installed: ${String((error as { stderr?: Buffer }).stderr ?? error).trim()}`;
  }
}

export interface MotoServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts moto's server on any free port. @throws Error with what it said if it ends before it listens */
export async function startMoto(): Promise<MotoServer> {
  const server = spawn(PYTHON, [join(import.meta.dirname, 'server.py'), '-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return {
    url: await urlOf(server),
    async stop() {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    },
  };
}

const urlOf = (server: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    const said: string[] = [];
    createInterface({ input: server.stderr! }).on('line', (line) => {
      said.push(line);
      const [, url] = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(line) ?? [];
      if (url !== undefined) resolve(url);
    });
    server.once('exit', (code) => reject(new Error(`moto ended with ${code}: ${said.join('\n')}`)));
  });
