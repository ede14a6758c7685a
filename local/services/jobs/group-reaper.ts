import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';

/** Ends jobs whose cloud was killed, as containers end with their host. */
export interface GroupReaper {
  /** @param group id of a process group, which is that of its first process */
  add(group: number): void;
  remove(group: number): void;
  close(): void;
}

/**
 * Runs beside this process and outlives it: its input ends when this process does, however that happens. It then kills
 * the groups that it was told of.
 */
const PROGRAM = `
const groups = new Set();
let rest = '';
process.stdin.setEncoding('utf8').on('data', (text) => {
  const lines = (rest + text).split('\\n');
  rest = lines.pop();
  for (const line of lines) line[0] === '+' ? groups.add(Number(line.slice(1))) : groups.delete(Number(line.slice(1)));
}).on('end', () => {
  for (const group of groups) try { process.kill(-group, 'SIGKILL'); } catch {}
});
process.on('SIGINT', () => {}).on('SIGTERM', () => {});
`;

export function createGroupReaper(): GroupReaper {
  let reaper: ChildProcess | undefined;

  function tell(line: string): void {
    // There are no process groups on Windows.
    if (process.platform === 'win32') return;
    reaper ??= startReaper();
    reaper.stdin?.write(`${line}\n`);
  }

  return {
    add: (group) => tell(`+${group}`),
    remove: (group) => tell(`-${group}`),
    close() {
      reaper?.stdin?.end();
      reaper = undefined;
    },
  };
}

function startReaper(): ChildProcess {
  const reaper = spawn(process.execPath, ['--eval', PROGRAM], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: {},
  });
  // Neither is a reason for this process to stay.
  reaper.unref();
  reaper.on('error', () => {});
  reaper.stdin?.on('error', () => {});
  return reaper;
}
