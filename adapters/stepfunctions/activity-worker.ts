import {
  GetActivityTaskCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';

/** Work that can't be done, for a reason that the state machine is told by `name`. */
export class ActivityFailedError extends Error {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export interface ActivityWorkerOptions {
  readonly client: Pick<SFNClient, 'send'>;
  readonly activityArn: string;
  /** Shown in the history of the execution. */
  readonly workerName: string;
  /** How often the work says that it goes on: a third of the state's HeartbeatSeconds, or less. */
  readonly heartbeatMs: number;
  /** @param signal aborted once nobody waits for the result any more. @throws ActivityFailedError */
  readonly work: (input: unknown, signal: AbortSignal) => Promise<object>;
  /** Ends the worker, after the task that it is at. */
  readonly signal: AbortSignal;
  /** For people. */
  readonly report: (text: string) => void;
}

const PAUSE_MS = 1_000;
/** Nobody waits any more: the task timed out, or its heartbeat did and another worker has it. */
const GONE = ['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'];

/** Takes one task after the other until it is told to end. Runs anywhere with credentials for the four calls it makes. */
export async function runActivityWorker(options: ActivityWorkerOptions): Promise<void> {
  const { client, activityArn, workerName, signal, report } = options;
  while (!signal.aborted) {
    try {
      const poll = new GetActivityTaskCommand({ activityArn, workerName });
      const { taskToken, input } = await client.send(poll, { abortSignal: signal });
      if (taskToken) await perform(options, taskToken, input ?? 'null');
    } catch (error) {
      if (signal.aborted) return;
      report(`${workerName}: ${(error as Error).name}: ${(error as Error).message}; going on`);
      await pause(PAUSE_MS, signal);
    }
  }
}

async function perform(options: ActivityWorkerOptions, taskToken: string, input: string): Promise<void> {
  const { client, heartbeatMs, work } = options;
  const gone = new AbortController();
  const beat = setInterval(() => {
    client.send(new SendTaskHeartbeatCommand({ taskToken })).catch((error: Error) => {
      if (GONE.includes(error.name)) gone.abort(error);
    });
  }, heartbeatMs);
  try {
    const output = JSON.stringify(await work(JSON.parse(input), gone.signal));
    await client.send(new SendTaskSuccessCommand({ taskToken, output }));
  } catch (error) {
    const { name, message } = error as Error;
    if (gone.signal.aborted || GONE.includes(name)) return;
    if (!(error instanceof ActivityFailedError)) throw error;
    await client.send(new SendTaskFailureCommand({ taskToken, error: name, cause: message }));
  } finally {
    clearInterval(beat);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
