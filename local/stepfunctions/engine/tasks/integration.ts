import type { Caller, CallService } from '../../../aws/service.ts';
import type { Clock } from '../../../clock.ts';
import type { Json, JsonObject } from '../../asl/json.ts';
import type { TaskCall } from '../../asl/protocol.ts';
import type { IntegrationPattern } from '../../asl/resource.ts';
import type { TaskContext, TaskOutcome } from '../ports.ts';
import type { HttpAnswer, HttpRequest, SendHttp } from './http/http-exchange.ts';

/** What integrations need of the rest of the cloud. */
export interface TaskEnvironment {
  readonly callService: CallService;
  readonly clock: Clock;
  /** @returns whether this cloud answers the operation: `('dynamodb', 'PutItem')`. */
  readonly hasOperation: (service: string, operation: string) => boolean;
  /** Resolves when a nested execution has ended. */
  readonly executionEnded: (executionArn: string, signal: AbortSignal) => Promise<unknown>;
  /** Resolves at the next change of any job of the local job services. Taken before a job is looked at. */
  readonly jobChanged: (signal: AbortSignal) => Promise<void>;
  /** Calls an API of the local API Gateway. Without a stage: `$default`. @returns undefined if it is not here */
  readonly callApi: (apiId: string, stage: string | undefined, request: HttpRequest) => Promise<HttpAnswer | undefined>;
  /** Sends a request to anywhere. */
  readonly sendHttp: SendHttp;
  readonly randomUuid: () => string;
}

/** One call of a Task state on its way. */
export interface TaskAttempt {
  readonly call: TaskCall;
  readonly context: TaskContext;
  /** On whose behalf, after `Credentials`. */
  readonly caller: Caller;
  readonly environment: TaskEnvironment;
}

/** An action of an optimised integration, such as `sqs:sendMessage`. */
export interface OptimizedAction {
  readonly patterns: readonly IntegrationPattern[];
  /** Makes the call that starts it; for `requestResponse` that is all. */
  readonly call: (attempt: TaskAttempt, parameters: JsonObject) => Promise<TaskOutcome>;
  /** `.sync`: waits for the job that `call` started. */
  readonly completion?: (attempt: TaskAttempt, submitted: Json) => Promise<TaskOutcome>;
  /** `.sync`: stops the job. */
  readonly cancel?: (attempt: TaskAttempt, submitted: Json) => Promise<void>;
}

export interface OptimizedIntegration {
  /** Signing name of the service behind it. */
  readonly service: string;
  readonly actions: Readonly<Record<string, OptimizedAction>>;
}
