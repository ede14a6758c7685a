import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Caller } from '../../aws/service.ts';
import { neverStarted, runLogged } from './container.ts';
import { type JobEnvironment, lasting } from './job-environment.ts';
import type { LogDestination } from './job-log.ts';
import type { JobProcess } from './job-processes.ts';

export interface ScriptRun {
  /** `s3://bucket/key`, of the local S3. */
  readonly location: string;
  readonly words: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly log: LogDestination;
  readonly errorLog?: LogDestination;
  readonly caller: Caller;
}

const INTERPRETERS: Readonly<Record<string, string>> = {
  mjs: process.execPath,
  js: process.execPath,
  cjs: process.execPath,
  py: 'python3',
};

/** Fetches a script and runs it in a folder of its own. What keeps it from running is the reason of its end. */
export async function runScript(environment: JobEnvironment, run: ScriptRun): Promise<JobProcess> {
  const [, bucket, key, extension] = /^s3:\/\/([^/]+)\/(.+?(?:\.([a-z]+))?)$/.exec(run.location) ?? [];
  if (!bucket || !key) return neverStarted(`The script ${run.location} is no S3 location`);
  const interpreter = INTERPRETERS[extension ?? ''];
  if (!interpreter) {
    return neverStarted(`This local cloud runs scripts of Node.js (.mjs, .js) and Python (.py), not ${run.location}`);
  }
  let script: Uint8Array;
  try {
    const object = await environment.call('s3', 'GetObject', { Bucket: bucket, Key: key }, lasting(run.caller));
    script = object.Body;
  } catch (error) {
    return neverStarted(`The script ${run.location} cannot be read: ${(error as Error).message}`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'job-script-'));
  const file = `script.${extension}`;
  await writeFile(join(folder, file), script);
  const command = [interpreter, file, ...run.words];
  const job = runLogged(environment, { ...run, variables: run.variables ?? {}, folder, command });
  const ended = job.ended.then(async (end) => {
    await rm(folder, { recursive: true, force: true });
    if (end.type !== 'notStarted') return end;
    return {
      ...end,
      reason: `${interpreter} cannot be run on this machine, which ${run.location} needs: ${end.reason}`,
    };
  });
  return { ...job, ended };
}
