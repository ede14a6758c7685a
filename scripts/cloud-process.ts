import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(import.meta.dirname, '..');

/** What `npm start -- --json` says when it is ready. */
export interface CloudUrls {
  /** The HTTP API: `http://127.0.0.1:3000`. */
  readonly api: string;
  /** The AWS endpoint. */
  readonly aws: string;
  /** Gives access tokens to clients of the API. */
  readonly issuer: string;
  /** Of the API's machine-to-machine routes; absent if nothing is deployed. */
  readonly apiKey?: string;
  readonly region: string;
  /** Of the stack. */
  readonly outputs: Readonly<Record<string, string>>;
}

export interface CloudProcess {
  readonly urls: CloudUrls;
  readonly process: ChildProcess;
  /** Ends it the polite way and waits until it has ended. */
  stop(): Promise<void>;
}

/**
 * Starts a local cloud as a process of its own, on free ports, as `npm start` does.
 * @param options of scripts/start.ts, beside `--json`: `--ephemeral`, `--empty`, `--data DIR`
 * @param progress told of what the process says to people, meanwhile and afterwards
 * @throws Error with what the process said if it ended before it was ready
 */
export async function startCloudProcess(
  options: readonly string[],
  env: NodeJS.ProcessEnv = {},
  progress: (text: string) => void = () => {},
): Promise<CloudProcess> {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/start.ts'), '--json', ...options], {
    cwd: ROOT,
    env: { ...process.env, PORT: '0', AWS_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  child.stderr.on('data', (chunk) => {
    said.push(String(chunk));
    progress(String(chunk));
  });
  const urls = await new Promise<CloudUrls>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) resolve(JSON.parse(line) as CloudUrls);
      else said.push(`${line}\n`);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the local cloud ended with code ${code}: ${said.join('').trim()}`)));
  });
  return { urls, process: child, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
