import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStore } from '../local/stepfunctions/engine/store/sqlite-store.ts';
import type { Report, VictimOptions } from './kill-victim.ts';

export interface KillOptions {
  readonly rounds: number;
  readonly inFlight: number;
  readonly progress: (text: string) => void;
}

export interface KillOutcome {
  readonly executions: number;
  /** Descriptions of what should not be; empty if all is well. */
  readonly problems: readonly string[];
}

/** Every state is entered once and left once, and every attempt that was not the last one failed. */
const EXPECTED: Readonly<Record<string, number>> = {
  ExecutionStarted: 1,
  TaskStateEntered: 4,
  LambdaFunctionScheduled: 3,
  LambdaFunctionStarted: 3,
  LambdaFunctionFailed: 1,
  LambdaFunctionSucceeded: 2,
  ChoiceStateEntered: 1,
  ChoiceStateExited: 1,
  ParallelStateEntered: 1,
  ParallelStateStarted: 1,
  TaskScheduled: 2,
  TaskStarted: 2,
  TaskSubmitted: 2,
  TaskSucceeded: 2,
  TaskStateExited: 4,
  ParallelStateSucceeded: 1,
  ParallelStateExited: 1,
  WaitStateEntered: 1,
  WaitStateExited: 1,
  ExecutionSucceeded: 1,
};

/** Kills the engine's process again and again at random moments; then lets it finish, and looks at everything there is. */
export async function killRounds({ rounds, inFlight, progress }: KillOptions): Promise<KillOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'kill-'));
  const file = join(folder, 'executions.db');
  const started = new Set<string>();
  const answers = new Map<string, number>();
  const problems: string[] = [];

  function listen(child: ChildProcess): { readonly ready: Promise<void>; readonly over: Promise<boolean> } {
    const ready = Promise.withResolvers<void>();
    const over = Promise.withResolvers<boolean>();
    child.on('message', (report: Report) => {
      for (const arn of report.started ?? []) started.add(arn);
      for (const [arn, value] of report.answered ?? []) {
        if (answers.has(arn)) problems.push(`${arn}: two callbacks were accepted`);
        answers.set(arn, value);
      }
      if (report.ready) ready.resolve();
      if (report.allOver) over.resolve(true);
    });
    child.on('exit', () => {
      ready.resolve();
      over.resolve(false);
    });
    return { ready: ready.promise, over: over.promise };
  }

  const victim = (options: VictimOptions) =>
    fork(new URL('./kill-victim.ts', import.meta.url), [JSON.stringify(options)], { execArgv: ['--no-warnings'] });

  try {
    for (let round = 1; round <= rounds; round++) {
      progress(`round ${round} of ${rounds}: ${started.size} executions started`);
      const child = victim({ file, inFlight, round });
      const { ready, over } = listen(child);
      await ready;
      // Also right after the start, when what was left is taken up again.
      await Promise.race([over, new Promise((resolve) => setTimeout(resolve, Math.random() ** 2 * 1500))]);
      if (child.exitCode !== null)
        problems.push(`round ${round}: the process ended by itself with code ${child.exitCode}`);
      child.kill('SIGKILL');
      await over;
    }
    progress(`finishing ${started.size} executions`);
    const { over } = listen(victim({ file, inFlight: 0, round: 0 }));
    if (!(await over)) problems.push('the last process ended before everything was over');
    progress('checking');
    problems.push(...(await examine(file, started, answers)));
    return { executions: started.size, problems };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function examine(
  file: string,
  started: ReadonlySet<string>,
  answers: ReadonlyMap<string, number>,
): Promise<string[]> {
  const problems: string[] = [];
  const store = createSqliteStore({ file });
  for (const arn of started) {
    const execution = store.execution(arn);
    if (!execution) {
      problems.push(`${arn}: its start was acknowledged, and it is not there`);
      continue;
    }
    if (execution.status !== 'SUCCEEDED')
      problems.push(`${arn}: ${execution.status} ${execution.error} ${execution.cause}`);
    const history = store.history(execution.id, { from: 1, limit: 1000, reverse: false });
    if (history.some(({ id }, index) => id !== index + 1)) problems.push(`${arn}: the numbers of its events have gaps`);
    const counts = Object.groupBy(history, ({ type }) => type);
    for (const type of new Set([...Object.keys(counts), ...Object.keys(EXPECTED)])) {
      const count = counts[type]?.length ?? 0;
      if (count !== (EXPECTED[type] ?? 0)) problems.push(`${arn}: ${count} times ${type}`);
    }
    const answer = answers.get(arn);
    const outputs = history.map((event) => event.taskSucceededEventDetails?.output);
    if (answer !== undefined && !outputs.includes(String(answer)))
      problems.push(`${arn}: an accepted callback is lost`);
  }
  await store.close();
  return problems;
}
