import { Worker } from 'node:worker_threads';
import type { FunctionRevision, Invocation } from './runner.ts';
import type { InvokeMessage, WorkerMessage, WorkerSetup } from './runtime/protocol.ts';

/** What an invocation in one environment came to. After `ended` the environment is gone. */
export interface EnvironmentResult {
  readonly ok: boolean;
  /** JSON text. */
  readonly payload: string;
  readonly ended: boolean;
}

export interface EnvironmentOptions {
  /** The file that the thread starts with. */
  readonly bootstrap: string;
  /** The folder of the unzipped code. */
  readonly taskRoot: string;
  readonly env: Readonly<Record<string, string>>;
  readonly clockOffset: SharedArrayBuffer;
  readonly logStreamName: string;
  /** The cloud's time in milliseconds, for messages. */
  readonly now: () => number;
}

/** AWS allows this long for loading the code, whatever the function's own timeout is. */
const INIT_MILLISECONDS = 10_000;
/** What a function sees as the place of its code, in stack traces. */
const TASK_ROOT_ON_AWS = '/var/task';

/** One worker thread that runs one revision of a function, one invocation at a time. */
export class ExecutionEnvironment {
  readonly revision: FunctionRevision;
  readonly #options: EnvironmentOptions;
  readonly #worker: Worker;
  /** When loading began, until it was reported: the first invocation is a cold start. */
  #initStarted: number | undefined = performance.now();
  #initMilliseconds: number | undefined;
  /** When the handler was last called, by `performance.now()`. */
  calledAt = 0;
  #message: (message: WorkerMessage) => void = () => {};
  #exit: (reason: ExitReason) => void = () => {};
  #gone: ExitReason | undefined;

  constructor(revision: FunctionRevision, options: EnvironmentOptions) {
    this.revision = revision;
    this.#options = options;
    const { handler, runtime, logFormat, memorySize } = revision;
    const { taskRoot, clockOffset, env } = options;
    const workerData: WorkerSetup = { taskRoot, handler, runtime, logFormat, clockOffset };
    this.#worker = new Worker(options.bootstrap, {
      workerData,
      env: { ...env },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdout: true,
      stderr: true,
      name: revision.functionName,
      resourceLimits: { maxOldGenerationSizeMb: memorySize },
    });
    // The bootstrap sends output as messages; what still comes here (warnings of Node itself) must not block the thread.
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    // Between invocations AWS freezes a function; what it still says then is nobody's.
    this.#worker.on('message', (message: WorkerMessage) => this.#message(message));
    this.#worker.on('error', (error: NodeJS.ErrnoException) =>
      this.#end({ killed: error.code === 'ERR_WORKER_OUT_OF_MEMORY', code: 1 }),
    );
    this.#worker.on('exit', (code) => this.#end({ killed: false, code }));
    // Environments at rest do not keep the process alive.
    this.#worker.unref();
  }

  /** Whether its first invocation still waits for the code to be loaded. */
  get isLoading(): boolean {
    return this.#initStarted !== undefined && !this.#gone;
  }

  /** Milliseconds that loading took; only told once, to the invocation that waited for it. */
  takeInitDuration(): number | undefined {
    const duration = this.#initMilliseconds;
    this.#initMilliseconds = undefined;
    return duration;
  }

  async invoke(invocation: Invocation, log: (text: string) => void): Promise<EnvironmentResult> {
    const { timeout } = this.revision;
    this.#worker.ref();
    try {
      if (this.#initStarted !== undefined) {
        const loaded = await this.#phase(invocation, INIT_MILLISECONDS, log, 'ready');
        if (!loaded.ok || loaded.ended) return loaded;
        this.#initMilliseconds = performance.now() - this.#initStarted;
        this.#initStarted = undefined;
      }
      this.calledAt = performance.now();
      const done = this.#phase(invocation, timeout * 1_000, log, 'result');
      this.#worker.postMessage(this.#invokeMessage(invocation));
      return await done;
    } finally {
      this.#worker.unref();
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #invokeMessage(invocation: Invocation): InvokeMessage {
    const { functionName, version, memorySize, timeout, logGroup } = this.revision;
    const { requestId, payload, invokedFunctionArn, clientContext, traceId } = invocation;
    return {
      requestId,
      payload,
      invokedFunctionArn,
      functionName,
      functionVersion: version,
      memoryLimitInMB: String(memorySize),
      logGroupName: logGroup,
      logStreamName: this.#options.logStreamName,
      timeoutMilliseconds: timeout * 1_000,
      ...(clientContext !== undefined && { clientContext }),
      ...(traceId !== undefined && { traceId }),
    };
  }

  /** Waits for `awaited`, an error, the end of the thread, or the time limit, which ends the thread. */
  #phase(
    { requestId }: Invocation,
    limitMilliseconds: number,
    log: (text: string) => void,
    awaited: 'ready' | 'result',
  ): Promise<EnvironmentResult> {
    return new Promise((resolve) => {
      const settle = (result: EnvironmentResult): void => {
        clearTimeout(timer);
        this.#message = () => {};
        this.#exit = () => {};
        resolve(result);
      };
      const timer = setTimeout(() => {
        const seconds = (limitMilliseconds / 1_000).toFixed(2);
        log(`${new Date(this.#options.now()).toISOString()} ${requestId} Task timed out after ${seconds} seconds\n`);
        void this.#worker.terminate();
        settle(failed('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`));
      }, limitMilliseconds);
      this.#exit = (reason) =>
        settle(failed('Runtime.ExitError', `RequestId: ${requestId} Error: ${exitMessage(reason)}`));
      this.#message = (message) => {
        if (message.type === 'log') return log(this.#asOnAws(message.text));
        if (message.type === awaited)
          return settle({ ok: true, payload: message.type === 'result' ? message.payload : '', ended: false });
        if (message.type === 'error')
          settle({ ok: false, payload: this.#asOnAws(message.payload), ended: message.fatal });
      };
      if (this.#gone) this.#exit(this.#gone);
    });
  }

  #asOnAws(text: string): string {
    return text.replaceAll(this.#options.taskRoot, TASK_ROOT_ON_AWS);
  }

  #end(reason: ExitReason): void {
    if (this.#gone) return;
    this.#gone = reason;
    this.#exit(reason);
  }
}

interface ExitReason {
  /** Ran out of memory. */
  readonly killed: boolean;
  readonly code: number;
}

const exitMessage = ({ killed, code }: ExitReason): string => {
  if (killed) return 'Runtime exited with error: signal: killed';
  return code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
};

const failed = (errorType: string, errorMessage: string): EnvironmentResult => ({
  ok: false,
  payload: JSON.stringify({ errorType, errorMessage }),
  ended: true,
});
