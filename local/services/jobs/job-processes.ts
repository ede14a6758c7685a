import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { createGroupReaper } from './group-reaper.ts';

/** A local command that stands for a container, a script or a step of a job. */
export interface JobCommand {
  readonly folder: string;
  /** The program and its arguments; no shell reads them. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Told of each line that it prints. */
  readonly onLine?: (line: string, isError: boolean) => void;
}

export type JobEnd =
  | { readonly type: 'exited'; readonly code: number }
  | { readonly type: 'killed'; readonly signal: NodeJS.Signals }
  /** The program could not be run at all. */
  | { readonly type: 'notStarted'; readonly reason: string }
  /** This cloud is being closed: nobody may record an end. At its next start the job's host is found lost. */
  | { readonly type: 'abandoned' };

export interface JobProcess {
  /** Never rejects. */
  readonly ended: Promise<JobEnd>;
  /** False: it could not be run. */
  readonly hasStarted: boolean;
  /** Asks it to end, and after a while makes it. */
  stop(graceMilliseconds?: number): void;
}

export interface JobProcesses {
  /** Resolves when this machine has room for one more job. @returns what gives the room back; undefined: being closed */
  room(): Promise<(() => void) | undefined>;
  start(command: JobCommand): JobProcess;
  /** Stops all that run, and resolves when none does. */
  close(): Promise<void>;
}

export interface JobProcessesOptions {
  /** How long a job may take to end after SIGTERM. On AWS it has 30 s. */
  readonly graceMilliseconds?: number;
  /** How many jobs run at a time; the others wait for capacity. */
  readonly capacity?: number;
  /** Told of each process, from its start to its end. */
  readonly during?: (work: Promise<unknown>) => Promise<unknown>;
}

/** What is left of the environment of this process: nothing that would reveal its user's secrets to a job. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'SystemRoot', 'TEMP'];

export function createJobProcesses(options: JobProcessesOptions = {}): JobProcesses {
  const { graceMilliseconds = 5_000, capacity = 32, during } = options;
  const running = new Set<JobProcess>();
  const reaper = createGroupReaper();
  const waiting: (() => void)[] = [];
  let taken = 0;
  let isClosing = false;

  function give(): void {
    taken -= 1;
    waiting.shift()?.();
  }

  return {
    async room() {
      while (taken >= capacity && !isClosing) await new Promise<void>((resolve) => waiting.push(resolve));
      if (isClosing) return undefined;
      taken += 1;
      let isTaken = true;
      return () => {
        if (isTaken) give();
        isTaken = false;
      };
    },

    start({ folder, command: [program = '', ...words], environment, onLine }) {
      if (isClosing) return { hasStarted: false, ended: Promise.resolve({ type: 'abandoned' }), stop() {} };
      const child = spawn(program, words, {
        cwd: folder,
        env: { ...inheritedEnvironment(), ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
        // A group of its own, so that what it starts ends with it.
        detached: true,
      });
      for (const output of [child.stdout, child.stderr]) {
        createInterface({ input: output }).on('line', (line) => isClosing || onLine?.(line, output === child.stderr));
      }
      if (child.pid !== undefined) reaper.add(child.pid);
      const ended = endOf(child).then((end): JobEnd => {
        if (child.pid !== undefined) reaper.remove(child.pid);
        return isClosing ? { type: 'abandoned' } : end;
      });
      const job: JobProcess = {
        hasStarted: child.pid !== undefined,
        ended,
        stop: (grace = graceMilliseconds) => stop(child, grace),
      };
      running.add(job);
      void ended.then(() => running.delete(job));
      void during?.(ended);
      return job;
    },

    async close() {
      isClosing = true;
      for (const wake of waiting.splice(0)) wake();
      const jobs = [...running];
      for (const job of jobs) job.stop();
      await Promise.all(jobs.map((job) => job.ended));
      reaper.close();
    },
  };
}

/** The code that a container's runtime tells: of a killed process, 128 and the number of the signal. */
export function exitCodeOf(end: JobEnd): number | undefined {
  if (end.type === 'exited') return end.code;
  return end.type === 'killed' ? 128 + constants.signals[end.signal] : undefined;
}

const inheritedEnvironment = (): Record<string, string> =>
  Object.fromEntries(INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));

function endOf(child: ChildProcess): Promise<JobEnd> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ type: 'notStarted', reason: error.message }));
    // What it left running would keep its output open; a container's other processes end with the first one.
    child.once('exit', () => signal(child, 'SIGKILL'));
    child.once('close', (code, killedBy) =>
      resolve(killedBy ? { type: 'killed', signal: killedBy } : { type: 'exited', code: code ?? 1 }),
    );
  });
}

function stop(child: ChildProcess, graceMilliseconds: number): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  signal(child, 'SIGTERM');
  const kill = setTimeout(() => signal(child, 'SIGKILL'), graceMilliseconds);
  child.once('exit', () => clearTimeout(kill));
}

/** To the whole group, where there is such a thing. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, name);
  } catch {
    // It has ended by itself.
  }
}
