import process from 'node:process';
import type { Caller } from '../../aws/service.ts';
import { type JobEnvironment, jobVariables } from './job-environment.ts';
import { type LogDestination, openJobLog } from './job-log.ts';
import type { JobProcess } from './job-processes.ts';

export interface ContainerRun {
  readonly image: string;
  /** Instead of the image's own. `node` is the Node.js that runs this cloud. */
  readonly entryPoint?: readonly string[];
  readonly command: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Absent: what it prints is lost, as on AWS. */
  readonly log?: LogDestination;
  readonly caller: Caller;
}

/** Runs a container of an image: a process in the image's folder. It has ended when its log is written. */
export function runContainer(environment: JobEnvironment, run: ContainerRun): JobProcess {
  const image = environment.images.find(run.image);
  if (!image) return neverStarted(environment.images.missing(run.image));
  const [program = '', ...words] = [...(run.entryPoint ?? image.entryPoint), ...run.command];
  const command = [program === 'node' ? process.execPath : program, ...words];
  return runLogged(environment, { ...run, folder: image.folder, command });
}

export interface LoggedRun {
  readonly folder: string;
  readonly command: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly log?: LogDestination;
  /** For what it prints as errors; absent: with the rest. */
  readonly errorLog?: LogDestination;
  readonly caller: Caller;
}

/** Runs a command whose output goes to a log. It has ended when its log is written. */
export function runLogged(environment: JobEnvironment, run: LoggedRun): JobProcess {
  const log = run.log && openJobLog(environment, run.caller, run.log);
  const errorLog = run.errorLog ? openJobLog(environment, run.caller, run.errorLog) : log;
  const job = environment.processes.start({
    folder: run.folder,
    command: run.command,
    environment: { ...jobVariables(environment, run.caller), ...run.variables },
    onLine: (line, isError) => (isError ? errorLog : log)?.write(line),
  });
  const ended = job.ended.then(async (end) => {
    if (end.type !== 'abandoned') await Promise.all([log?.flushed(), errorLog?.flushed()]);
    return end;
  });
  return { ...job, ended };
}

/** What could not be run, and why. */
export const neverStarted = (reason: string): JobProcess => ({
  hasStarted: false,
  ended: Promise.resolve({ type: 'notStarted', reason }),
  stop() {},
});

/** `[{name, value}]` as variables of a process. */
export const variablesOf = (pairs: readonly { name: string; value: string }[] = []): Record<string, string> =>
  Object.fromEntries(pairs.map(({ name, value }) => [name, value]));
