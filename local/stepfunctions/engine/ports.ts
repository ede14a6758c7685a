import type { HistoryEvent } from '../asl/history.ts';
import type { Json, JsonObject } from '../asl/json.ts';
import type { TaskCall } from '../asl/protocol.ts';
import type { TaskResource } from '../asl/resource.ts';

/** What an execution runs: one revision of a state machine, as it was when the execution started. */
export interface Revision {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** The definition as given to CreateStateMachine: ASL text. */
  readonly definition: string;
  readonly roleArn: string;
  readonly revisionId: string;
  readonly versionArn?: string;
  readonly aliasArn?: string;
  readonly logging?: LoggingConfiguration;
  /**
   * Of child executions of a Distributed Map: they run the processor of the Map state that is found this way in the
   * definition (state names, and branch indices of Parallel states). Absent: the whole definition.
   */
  readonly mapState?: readonly (string | number)[];
}

export interface LoggingConfiguration {
  readonly level: 'ALL' | 'ERROR' | 'FATAL' | 'OFF';
  readonly includeExecutionData: boolean;
  readonly logGroupArns: readonly string[];
}

export interface StartRequest {
  readonly revision: Revision;
  /** Absent: a UUID. */
  readonly name?: string;
  /** JSON text. */
  readonly input: string;
  readonly traceHeader?: string;
  /** What starts it, where that may ask twice: the second time it gets the execution that it started, even if that has ended. */
  readonly startedBy?: string;
}

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

export interface ExecutionSummary {
  readonly executionArn: string;
  readonly name: string;
  readonly revision: Revision;
  readonly status: ExecutionStatus;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly stoppedAt?: number;
  readonly mapRunArn?: string;
  readonly redriveCount: number;
  readonly redrivenAt?: number;
}

export interface ExecutionDescription extends ExecutionSummary {
  /** JSON text. */
  readonly input: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly traceHeader?: string;
}

export interface ExecutionFilter {
  readonly stateMachineArn?: string;
  /** A version's or an alias's ARN. */
  readonly qualifiedArn?: string;
  readonly mapRunArn?: string;
  readonly status?: ExecutionStatus;
  readonly redrive?: 'REDRIVEN' | 'NOT_REDRIVEN';
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

export interface PageRequest {
  readonly maxResults: number;
  readonly nextToken?: string;
}

/**
 * Runs executions. Arguments were validated by the API operations; what only the engine can know is thrown as
 * ServiceError with AWS's code (ExecutionAlreadyExists, ExecutionDoesNotExist, TaskTimedOut, InvalidToken, …).
 */
export interface Engine {
  /** Standard, and asynchronous Express. Returns once the start is durable. */
  start(request: StartRequest): Promise<{ executionArn: string; startedAt: number }>;
  /** Express only: resolves when the execution has ended. */
  startSync(request: StartRequest): Promise<ExecutionDescription & { billedDurationMilliseconds: number }>;
  stop(executionArn: string, reason: { error?: string; cause?: string }): Promise<{ stoppedAt: number }>;
  redrive(executionArn: string): Promise<{ redrivenAt: number }>;
  /** In AWS's words. @returns undefined if it can be redriven */
  whyNotRedrivable(executionArn: string): string | undefined;
  describe(executionArn: string): ExecutionDescription;
  list(filter: ExecutionFilter, page: PageRequest): Page<ExecutionSummary>;
  history(executionArn: string, page: PageRequest & { reverse: boolean }): Page<HistoryEvent>;
  /** Resolves when the execution is not RUNNING any more. */
  ended(executionArn: string, signal?: AbortSignal): Promise<ExecutionDescription>;

  taskSucceeded(taskToken: string, output: string): Promise<void>;
  taskFailed(taskToken: string, failure: { error?: string; cause?: string }): Promise<void>;
  taskHeartbeat(taskToken: string): Promise<void>;
  /** Waits up to 60 s for a task. @returns undefined if there was none */
  activityTask(
    activityArn: string,
    workerName: string | undefined,
    signal?: AbortSignal,
  ): Promise<{ taskToken: string; input: string } | undefined>;

  mapRun(mapRunArn: string): MapRunDescription;
  mapRuns(executionArn: string, page: PageRequest): Page<MapRunDescription>;
  updateMapRun(mapRunArn: string, change: MapRunLimits): Promise<void>;

  /** Goes on with whatever ran when the engine was closed or lost; again: nothing. */
  resume(): void;
  close(): Promise<void>;
}

export interface MapRunLimits {
  readonly maxConcurrency?: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
}

export interface MapRunDescription extends Required<MapRunLimits> {
  readonly mapRunArn: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  readonly startedAt: number;
  readonly stoppedAt?: number;
  readonly redriveCount: number;
  readonly redrivenAt?: number;
  readonly itemCounts: MapRunCounts;
  readonly executionCounts: MapRunCounts;
}

export interface MapRunCounts {
  readonly pending: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
  readonly total: number;
  readonly resultsWritten: number;
  readonly failuresNotRedrivable: number;
  readonly pendingRedrive: number;
}

/** What a task's call is made for and by. */
export interface TaskContext {
  readonly executionArn: string;
  readonly revision: Revision;
  readonly account: string;
  readonly region: string;
  /** `X-Amzn-Trace-Id` that the execution was started with. */
  readonly traceHeader?: string;
  readonly signal: AbortSignal;
  /** What an HTTP task sends and receives is put here, for TestState. */
  readonly trace?: HttpTrace;
}

export interface HttpTrace {
  /** Whether to show what the connection added to the request. */
  readonly revealSecrets: boolean;
  /** Members of AWS's InspectionData. */
  http?: { readonly request?: JsonObject; readonly response?: JsonObject };
}

export type TaskOutcome =
  | { readonly ok: true; readonly output: Json }
  | { readonly ok: false; readonly error: string; readonly cause: string };

/** Performs the calls of Task states. */
export interface TaskRunner {
  /** @returns why this resource is not supported here, naming it; undefined if it is */
  refusal(resource: TaskResource): string | undefined;
  /** Calls the service. For `requestResponse` the outcome is the task's; otherwise it is what TaskSubmitted records. */
  call(call: TaskCall, context: TaskContext): Promise<TaskOutcome>;
  /** `.sync`: resolves when the job is over that `call` started and whose answer was `submitted`. */
  completion(call: TaskCall, submitted: Json, context: TaskContext): Promise<TaskOutcome>;
  /** Stops that job, as well as it can be stopped: the state timed out or the execution was stopped. */
  cancel(call: TaskCall, submitted: Json, context: TaskContext): Promise<void>;
}
