import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { CodeStore } from './code-store.ts';
import { ExecutionEnvironment } from './execution-environment.ts';
import type { FunctionRevision, FunctionRunner, Invocation, InvocationResult } from './runner.ts';

export interface WorkerRunnerOptions {
  readonly clock: Clock;
  readonly code: CodeStore;
  /** Environment variables beside the function's own: the endpoint, credentials, the region. */
  readonly environment: (revision: FunctionRevision) => Readonly<Record<string, string>>;
  /** Told with everything that an invocation logged. */
  readonly onLog?: (revision: FunctionRevision, logStreamName: string, text: string) => void;
  /** Environments of one function at most; further invocations wait for one. */
  readonly maxPerFunction?: number;
  /** Environments in all, as far as idle ones can be given up for others. */
  readonly maxInAll?: number;
  /** Environments of one function that load their code at the same time. */
  readonly maxLoading?: number;
  /** AWS answers with at most 6 MB. */
  readonly maxResponseBytes?: number;
}

/** An environment that was not used for this long is given up. */
const IDLE_MILLISECONDS = 300_000;

/** A cold start takes about this long. */
const COLD_START_MILLISECONDS = 250;

interface PooledEnvironment {
  readonly environment: ExecutionEnvironment;
  readonly logStreamName: string;
  idleTimer?: NodeJS.Timeout;
}

interface Pool {
  readonly revision: FunctionRevision;
  readonly idle: PooledEnvironment[];
  readonly busy: Set<PooledEnvironment>;
  /** Invocations that hope for one of the busy environments. */
  readonly hopeful: (() => void)[];
  /** Free places for further invocations. */
  running: number;
  readonly waiting: (() => void)[];
  retired: boolean;
}

/** Runs every function in worker threads of its own: one invocation at a time in each, warm ones used again. */
export function createWorkerRunner(options: WorkerRunnerOptions): FunctionRunner {
  const { clock, code, maxPerFunction = 16, maxInAll = 48, maxResponseBytes = 6_291_556 } = options;
  // To load code is to compute: more of it at once than there are processors takes each longer, and none is there sooner.
  const { maxLoading = availableParallelism() } = options;
  const clockOffset = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
  const offset = new Float64Array(clockOffset);
  const pools = new Map<string, Pool>();
  const alive = new Set<PooledEnvironment>();

  function poolOf(revision: FunctionRevision): Pool {
    const key = `${revision.functionArn}:${revision.version}`;
    let pool = pools.get(key);
    if (!pool || pool.revision.revisionId !== revision.revisionId) {
      if (pool) drain(pool);
      pool = { revision, idle: [], busy: new Set(), hopeful: [], running: 0, waiting: [], retired: false };
      pools.set(key, pool);
    }
    return pool;
  }

  /** Waits for a place in the pool: as on AWS, an environment has one invocation at a time. */
  async function enter(pool: Pool): Promise<void> {
    const { reservedConcurrency, functionName } = pool.revision;
    if (reservedConcurrency !== undefined && pool.running >= reservedConcurrency) {
      throw new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429, {
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
        Type: functionName,
      });
    }
    if (pool.running < maxPerFunction) pool.running++;
    else await new Promise<void>((resolve) => pool.waiting.push(resolve));
  }

  /** Hands the place to who waits longest. */
  function leave(pool: Pool): void {
    const next = pool.waiting.shift();
    if (next) next();
    else pool.running--;
  }

  /**
   * A warm environment or a new one. Waits for a busy one as long as that is likely to be sooner there than a new one: while
   * one is still loading, and while one after the other comes free. A burst of short invocations would otherwise load the same code a dozen times.
   */
  async function take(pool: Pool): Promise<PooledEnvironment> {
    while (pool.idle.length === 0 && pool.busy.size > 0) {
      const wasLoading = countLoading(pool) > 0;
      const freed = await new Promise<boolean>((resolve) => {
        const hear = (): void => {
          clearTimeout(timer);
          resolve(true);
        };
        const timer = setTimeout(() => {
          pool.hopeful.splice(pool.hopeful.indexOf(hear), 1);
          resolve(false);
        }, COLD_START_MILLISECONDS);
        pool.hopeful.push(hear);
      });
      if (!freed && !wasLoading && countLoading(pool) < maxLoading) break;
    }
    const environment = pool.idle.pop() ?? start(pool);
    clearTimeout(environment.idleTimer);
    pool.busy.add(environment);
    return environment;
  }

  const countLoading = (pool: Pool): number => [...pool.busy].filter(({ environment }) => environment.isLoading).length;

  function start(pool: Pool): PooledEnvironment {
    if (alive.size >= maxInAll) giveUpOldestIdle();
    const { revision } = pool;
    const date = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    const logStreamName = `${date}/[${revision.version}]${randomBytes(16).toString('hex')}`;
    const taskRoot = code.folder(revision.codeHash);
    const environment = new ExecutionEnvironment(revision, {
      bootstrap: code.bootstrap(),
      taskRoot,
      env: {
        ...environmentOf(revision, taskRoot, logStreamName),
        ...options.environment(revision),
        ...revision.environment,
      },
      clockOffset,
      logStreamName,
      now: () => clock.now(),
    });
    const pooled = { environment, logStreamName };
    alive.add(pooled);
    return pooled;
  }

  function giveBack(pool: Pool, pooled: PooledEnvironment, ended: boolean): void {
    pool.busy.delete(pooled);
    pool.hopeful.shift()?.();
    if (ended || pool.retired) {
      giveUp(pooled);
      return;
    }
    pooled.idleTimer = setTimeout(() => {
      pool.idle.splice(pool.idle.indexOf(pooled), 1);
      giveUp(pooled);
    }, IDLE_MILLISECONDS).unref();
    pool.idle.push(pooled);
  }

  function giveUp(pooled: PooledEnvironment): void {
    clearTimeout(pooled.idleTimer);
    alive.delete(pooled);
    void pooled.environment.close();
  }

  function giveUpOldestIdle(): void {
    for (const pool of pools.values()) {
      const oldest = pool.idle.shift();
      if (!oldest) continue;
      giveUp(oldest);
      return;
    }
  }

  /** Invocations underway end in peace. */
  function drain(pool: Pool): void {
    pool.retired = true;
    for (const pooled of pool.idle.splice(0)) giveUp(pooled);
  }

  return {
    async run(revision, invocation) {
      const pool = poolOf(revision);
      await enter(pool);
      try {
        const pooled = await take(pool);
        // The clock may have been moved since the last invocation.
        offset[0] = clock.now() - Date.now();
        const { result, ended } = await runIn(pooled.environment, invocation, () => clock.now(), maxResponseBytes);
        giveBack(pool, pooled, ended);
        options.onLog?.(revision, pooled.logStreamName, result.log);
        return result;
      } finally {
        leave(pool);
      }
    },
    retire(functionArn, version) {
      for (const [key, pool] of pools) {
        const { revision } = pool;
        if (revision.functionArn !== functionArn || (version !== undefined && revision.version !== version)) continue;
        drain(pool);
        pools.delete(key);
      }
    },
    async close() {
      for (const pool of pools.values()) pool.retired = true;
      const environments = [...alive];
      for (const { idleTimer } of environments) clearTimeout(idleTimer);
      alive.clear();
      pools.clear();
      await Promise.all(environments.map(({ environment }) => environment.close()));
    },
  };
}

async function runIn(
  environment: ExecutionEnvironment,
  invocation: Invocation,
  now: () => number,
  maxResponseBytes: number,
): Promise<{ result: InvocationResult; ended: boolean }> {
  const { revision } = environment;
  const { requestId } = invocation;
  let log = `START RequestId: ${requestId} Version: ${revision.version}\n`;
  const started = performance.now();
  const { ok, payload, ended } = await environment.invoke(invocation, (text) => {
    log += text;
  });
  // A cold start began before, and is not a part of it.
  const duration = performance.now() - Math.max(started, environment.calledAt);
  const init = environment.takeInitDuration();
  if (!ok) log += `${new Date(now()).toISOString()}\t${requestId}\tERROR\tInvoke Error\t${payload}\n`;
  log += `END RequestId: ${requestId}\n${report(requestId, duration, revision.memorySize, init)}\n`;
  const bytes = Buffer.byteLength(payload);
  if (bytes <= maxResponseBytes) return { result: { ...(!ok && { functionError: 'Unhandled' }), payload, log }, ended };
  const error = {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`,
  };
  return { result: { functionError: 'Unhandled', payload: JSON.stringify(error), log }, ended };
}

/** The line by which people find durations and cold starts in the log. */
function report(requestId: string, milliseconds: number, memorySize: number, init: number | undefined): string {
  const parts = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${milliseconds.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(milliseconds)} ms`,
    `Memory Size: ${memorySize} MB`,
    ...(init === undefined ? [] : [`Init Duration: ${init.toFixed(2)} ms`]),
  ];
  return parts.join('\t');
}

/** What the runtime itself puts into a function's environment. */
function environmentOf(revision: FunctionRevision, taskRoot: string, logStreamName: string): Record<string, string> {
  return {
    AWS_LAMBDA_FUNCTION_NAME: revision.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: revision.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(revision.memorySize),
    AWS_LAMBDA_LOG_GROUP_NAME: revision.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
    AWS_LAMBDA_LOG_FORMAT: revision.logFormat,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_EXECUTION_ENV: `AWS_Lambda_${revision.runtime}`,
    LAMBDA_TASK_ROOT: taskRoot,
    _HANDLER: revision.handler,
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
  };
}
