import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, test } from '@jest/globals';
import {
  createJobProcesses,
  exitCodeOf,
  type JobEnd,
  type JobProcesses,
} from '../../../../../local/services/jobs/job-processes.ts';

const opened: JobProcesses[] = [];
afterEach(async () => {
  for (const processes of opened.splice(0)) await processes.close();
});

function open(options?: Parameters<typeof createJobProcesses>[0]): JobProcesses {
  const processes = createJobProcesses(options);
  opened.push(processes);
  return processes;
}

/** Runs a program of Node.js. @returns with its first line, when that is printed */
function run(processes: JobProcesses, program: string) {
  const line = Promise.withResolvers<string>();
  const command = [process.execPath, '--input-type=module', '--eval', program];
  const job = processes.start({ folder: '/', command, environment: { A: 'b' }, onLine: line.resolve });
  return { ...job, line: line.promise };
}

const exists = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** The operating system takes a moment to remove a killed process, and tells nobody who is not its parent. */
async function gone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 400 && exists(pid); tries++) await pause(5);
  return !exists(pid);
}

test('a program that is not there never starts', async () => {
  const job = open().start({ folder: '/', command: ['/no/such/program'], environment: {} });
  expect(job.hasStarted).toBe(false);
  expect(await job.ended).toMatchObject({ type: 'notStarted', reason: expect.stringContaining('ENOENT') });
});

test('a job that does not end when asked to is killed', async () => {
  const job = run(open(), `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('here');`);
  await job.line;
  job.stop(10);
  const end = await job.ended;
  expect(end).toEqual({ type: 'killed', signal: 'SIGKILL' });
  expect(exitCodeOf(end)).toBe(137);
});

test('what a job left running ends with it', async () => {
  const job = run(
    open(),
    `import { spawn } from 'node:child_process';
     const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
     console.log(child.pid); child.unref();`,
  );
  const pid = Number(await job.line);
  expect(await job.ended).toEqual({ type: 'exited', code: 0 });
  expect(await gone(pid)).toBe(true);
});

test('a job sees its own variables and none of the secrets of this process', async () => {
  process.env.SECRET_OF_THE_USER = 'secret';
  const job = run(open(), 'console.log(process.env.A, process.env.SECRET_OF_THE_USER)');
  expect(await job.line).toBe('b undefined');
  delete process.env.SECRET_OF_THE_USER;
});

test('there is room for so many jobs and no more', async () => {
  const processes = open({ capacity: 1 });
  const giveBack = await processes.room();
  let isThereRoom = false;
  const second = processes.room().then((given) => {
    isThereRoom = true;
    return given;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isThereRoom).toBe(false);
  giveBack?.();
  giveBack?.();
  expect(await second).toBeDefined();
  const third = processes.room();
  await processes.close();
  expect(await third).toBeUndefined();
});

test('jobs that run when the cloud is closed are stopped, and nobody is told that they ended', async () => {
  const processes = open();
  const job = run(processes, `setInterval(() => {}, 1000); console.log(process.pid);`);
  const pid = Number(await job.line);
  await processes.close();
  const abandoned: JobEnd = { type: 'abandoned' };
  expect(await job.ended).toEqual(abandoned);
  expect(exists(pid)).toBe(false);
  expect(await run(processes, '').ended).toEqual(abandoned);
});

test('jobs end with a cloud that is killed', async () => {
  const module = new URL('../../../../../local/services/jobs/job-processes.ts', import.meta.url);
  const host = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { createJobProcesses } from '${module}';
       createJobProcesses().start({
         folder: '/', environment: {}, onLine: (line) => console.log(line),
         command: [process.execPath, '--eval', 'setInterval(() => {}, 1000); console.log(process.pid)'],
       });`,
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const line = Promise.withResolvers<string>();
  createInterface({ input: host.stdout }).on('line', line.resolve);
  const pid = Number(await line.promise);
  host.kill('SIGKILL');
  expect(await gone(pid)).toBe(true);
});
