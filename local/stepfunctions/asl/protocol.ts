import type { Json, JsonObject } from './json.ts';
import type { TaskResource } from './resource.ts';

// What goes into and comes out of `advance`. An execution is moved by one event at a time; an event carries its time and
// its randomness, and the answer lists what is to be done. The core performs nothing itself.

/**
 * Identifies one attempt of one state of one branch or iteration within an execution: stable across restarts and
 * redelivery, never used again for a later attempt. Also the idempotency key of what the attempt calls.
 */
export type AttemptKey = string;

export type ExecutionEvent = {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Seed of whatever randomness the step needs: jitter, UUIDs, task tokens. 32 random bytes in hexadecimal. */
  readonly seed: string;
} & (
  | { readonly type: 'start' }
  | { readonly type: 'timer'; readonly key: AttemptKey; readonly timer: TimerKind }
  /**
   * A service integration's call was accepted: TaskSubmitted is recorded for `.sync` and `.waitForTaskToken`. An activity's
   * task can be polled for from now on: ActivityScheduled is recorded (`output` is null).
   */
  | { readonly type: 'submitted'; readonly key: AttemptKey; readonly output: Json }
  | { readonly type: 'succeeded'; readonly key: AttemptKey; readonly output: Json }
  | {
      readonly type: 'failed';
      readonly key: AttemptKey;
      readonly error?: string;
      readonly cause?: string;
      readonly failure?: FailureKind;
    }
  | { readonly type: 'heartbeat'; readonly key: AttemptKey }
  /** An activity worker took the task. */
  | { readonly type: 'activityStarted'; readonly key: AttemptKey; readonly workerName?: string }
  | { readonly type: 'mapRunStarted'; readonly key: AttemptKey; readonly mapRunArn: string }
  | { readonly type: 'mapRunEnded'; readonly key: AttemptKey; readonly result: MapRunResult }
  | { readonly type: 'stop'; readonly error?: string; readonly cause?: string }
  | { readonly type: 'redrive' }
);

/**
 * Which history event records the failure; `task` (TaskFailed, LambdaFunctionFailed, ActivityFailed) if absent. `runtime`:
 * none, it is an error of the state (an activity that does not exist): the cause gets the state's name in front.
 */
export type FailureKind = 'task' | 'submit' | 'schedule' | 'start' | 'runtime';

export type MapRunResult =
  | { readonly ok: true; readonly output: Json }
  | { readonly ok: false; readonly error: string; readonly cause?: string };

/** `execution` has the key `execution`; `continue` is due at once and goes on with an execution that did not come to rest. */
export type TimerKind = 'wait' | 'retry' | 'timeout' | 'heartbeat' | 'execution' | 'continue';

export type Command =
  /** Perform a task's call. Answered by submitted / succeeded / failed. At least once: the same key may be called again. */
  | TaskCall
  | { readonly type: 'cancel'; readonly key: AttemptKey }
  | { readonly type: 'setTimer'; readonly key: AttemptKey; readonly timer: TimerKind; readonly at: number }
  | { readonly type: 'clearTimer'; readonly key: AttemptKey; readonly timer: TimerKind }
  | MapRunCall;

export interface TaskCall {
  readonly type: 'call';
  readonly key: AttemptKey;
  readonly resource: TaskResource;
  readonly parameters: Json;
  /** With which somebody else may end the task; present for `.waitForTaskToken`, `.sync` and activities. */
  readonly taskToken?: string;
  readonly credentialsRoleArn?: string;
  /** Set when the call was submitted before a restart: wait for its completion, don't start it again. */
  readonly submitted?: Json;
  /** Seconds, for the activity API and the history. */
  readonly timeoutSeconds?: number;
  readonly heartbeatSeconds?: number;
}

/** Start a Distributed Map: the engine reads the items, runs child executions and reports mapRunStarted, mapRunEnded. */
export interface MapRunCall {
  readonly type: 'mapRun';
  readonly key: AttemptKey;
  readonly stateName: string;
  /** The way to the Map state's definition: state names and branch indices from the root of the machine. */
  readonly statePath: readonly (string | number)[];
  /** What the state's expressions see: its effective input, context object and variables. */
  readonly input: Json;
  readonly context: JsonObject;
  readonly variables: JsonObject;
  /** The items (ItemsPath, Items, or the input), unless an ItemReader reads them. */
  readonly items?: Json[];
  /** They are the members of an object, each as `{"Key": …, "Value": …}`. */
  readonly keyed?: true;
  /** 0: no limit of its own. */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
  /** A redrive: this map run goes on with the executions that did not succeed, instead of a new one. */
  readonly redrive?: string;
}
