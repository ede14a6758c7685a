import type { TaskRunner } from '../local/stepfunctions/engine/ports.ts';
import { createSqliteStore } from '../local/stepfunctions/engine/store/sqlite-store.ts';
import { createBenchEngine, revisionOf } from './contenders.ts';
import { functionArn } from './workloads.ts';

// The process that is killed. It keeps executions going, does what their tasks ask, and reports what was acknowledged.

export interface VictimOptions {
  readonly file: string;
  /** How many executions to keep in flight; 0: only bring those to their end that there are. */
  readonly inFlight: number;
  /** Distinguishes the names that this process gives. */
  readonly round: number;
}

/** What was acknowledged, as of now. */
export interface Report {
  readonly started?: readonly string[];
  /** Executions whose callback was accepted, with the value that was sent. */
  readonly answered?: readonly [executionArn: string, value: number][];
  readonly ready?: true;
  readonly allOver?: true;
}

const task = (name: string, more: object): object => ({ Type: 'Task', Resource: functionArn(name), ...more });

export const MACHINE = revisionOf(
  {
    StartAt: 'First',
    States: {
      First: task('First', {
        Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1, MaxAttempts: 5, BackoffRate: 1 }],
        Next: 'Go on?',
      }),
      'Go on?': {
        Type: 'Choice',
        Choices: [{ Variable: '$.n', NumericGreaterThan: 0, Next: 'Both' }],
        Default: 'Lost',
      },
      Lost: { Type: 'Fail' },
      Both: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'Job',
            States: {
              Job: { Type: 'Task', Resource: 'arn:aws:states:::batch:submitJob.sync', Parameters: job(), End: true },
            },
          },
          {
            StartAt: 'Ask',
            States: {
              Ask: {
                Type: 'Task',
                Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
                Parameters: question(),
                End: true,
              },
            },
          },
        ],
        Next: 'Pause',
      },
      Pause: { Type: 'Wait', Seconds: 1, Next: 'Last' },
      Last: task('Last', { End: true }),
    },
  },
  'STANDARD',
  'kill',
);

function job(): object {
  return { JobName: 'job', JobQueue: 'queue', JobDefinition: 'definition' };
}

function question(): object {
  return { FunctionName: 'ask', Payload: { 'token.$': '$$.Task.Token', 'executionArn.$': '$$.Execution.Id' } };
}

if (process.send && process.argv[2]) await run(JSON.parse(process.argv[2]) as VictimOptions);

async function run({ file, inFlight, round }: VictimOptions): Promise<void> {
  const alive = setInterval(() => {}, 1000);
  const tell = (report: Report) => process.send?.(report);
  const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const someTime = () => later(Math.random() * 40);

  const tasks: TaskRunner = {
    refusal: () => undefined,
    async call({ key, parameters }) {
      await someTime();
      const { Payload } = parameters as { Payload?: { token: string; executionArn: string } };
      if (Payload) void answer(Payload.token, Payload.executionArn);
      // The first attempt of the first state.
      if (key === '0.1') return { ok: false, error: 'Busy', cause: '' };
      return { ok: true, output: Payload ? {} : parameters };
    },
    async completion() {
      await someTime();
      return { ok: true, output: 'done' };
    },
    cancel: async () => {},
  };

  const engine = await createBenchEngine(createSqliteStore({ file }), tasks);
  tell({ ready: true });

  /** Sends a callback until it is acknowledged or turns out to be too late, like a service that keeps its messages. */
  async function answer(taskToken: string, executionArn: string): Promise<void> {
    await someTime();
    const value = Math.floor(Math.random() * 1e9);
    try {
      await engine.taskSucceeded(taskToken, JSON.stringify(value));
      tell({ answered: [[executionArn, value]] });
    } catch (error) {
      if ((error as { code?: string }).code !== 'TaskTimedOut') throw error;
    }
  }

  const running = () => engine.list({ status: 'RUNNING' }, { maxResults: 1000 }).items;
  // Callbacks whose token was given away by a process that is gone: somebody out there still has it.
  for (const { executionArn } of running()) void remind(executionArn);
  async function remind(executionArn: string): Promise<void> {
    const { items } = engine.history(executionArn, { maxResults: 1000, reverse: false });
    for (const { taskScheduledEventDetails: details } of items) {
      const { Payload } = JSON.parse((details?.parameters as string | undefined) ?? '{}') as {
        Payload?: { token: string };
      };
      if (Payload) await answer(Payload.token, executionArn);
    }
  }

  for (let count = 0; ; ) {
    const missing = inFlight - running().length;
    const starts = Array.from({ length: Math.max(missing, 0) }, async () => {
      const { executionArn } = await engine.start({ revision: MACHINE, name: `${round}-${count++}`, input: '{"n":1}' });
      return executionArn;
    });
    const started = await Promise.all(starts);
    if (started.length > 0) tell({ started });
    if (inFlight === 0 && running().length === 0) break;
    await later(20);
  }
  await engine.close();
  tell({ allOver: true });
  clearInterval(alive);
}
