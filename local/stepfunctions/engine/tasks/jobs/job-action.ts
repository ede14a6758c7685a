import { operationModel } from '../../../../aws/model.ts';
import { ServiceError } from '../../../../aws/service.ts';
import type { Json, JsonObject } from '../../../asl/json.ts';
import type { IntegrationPattern } from '../../../asl/resource.ts';
import type { TaskOutcome } from '../../ports.ts';
import { callOptimized, type OptimizedCall } from '../call-optimized.ts';
import { optimizedFailure, unexpectedFailure } from '../failures.ts';
import type { OptimizedAction, TaskAttempt } from '../integration.ts';
import { operationName } from '../sdk-services.ts';
import { fromServiceOutput } from '../shapes.ts';

/**
 * Makes another call of the same service; the answer has the shape that Task states see. With the state machine's role, as on
 * AWS; `itself`: as this cloud, for what AWS knows without being granted it.
 */
export type AskService = (operation: string, input: object, as?: 'role' | 'itself') => Promise<JsonObject>;

/** A job that an action starts, and that `.sync` follows. */
export interface JobKind {
  readonly patterns?: readonly IntegrationPattern[];
  /**
   * Looks at the job. @returns undefined while it is not over
   * @param started the answer of the call that started it
   */
  readonly outcome: (ask: AskService, started: JsonObject, parameters: JsonObject) => Promise<TaskOutcome | undefined>;
  /** Absent: the job goes on when nobody waits for it any more. */
  readonly stop?: (ask: AskService, started: JsonObject, parameters: JsonObject) => Promise<unknown>;
}

/** An action that starts a job. With `.sync` the state goes on when the job is over. */
export function jobAction(definition: OptimizedCall, job: JobKind): OptimizedAction {
  return {
    patterns: job.patterns ?? ['requestResponse', 'sync'],
    call: (attempt, parameters) => callOptimized(definition, attempt, parameters),

    async completion(attempt, submitted) {
      try {
        return await followJob(definition, job, attempt, submitted);
      } catch (error) {
        attempt.context.signal.throwIfAborted();
        if (!(error instanceof ServiceError)) return unexpectedFailure(error);
        const exception = operationModel(definition.service, operationName(definition.action))?.exception(error.code);
        return optimizedFailure(definition.names, error, exception, attempt.environment.randomUuid());
      }
    },

    async cancel(attempt, submitted) {
      await job.stop?.(asker(definition, attempt), submitted as JsonObject, parametersOf(attempt));
    },
  };
}

async function followJob(
  definition: OptimizedCall,
  job: JobKind,
  attempt: TaskAttempt,
  submitted: Json,
): Promise<TaskOutcome> {
  const { environment, context } = attempt;
  const ask = asker(definition, attempt);
  for (;;) {
    // Before the job is looked at: a change while it is looked at must not be missed.
    const changed = environment.jobChanged(context.signal);
    changed.catch(() => {});
    const outcome = await job.outcome(ask, submitted as JsonObject, parametersOf(attempt));
    if (outcome) return outcome;
    await changed;
  }
}

function asker({ service, emptyLists }: OptimizedCall, { environment, caller }: TaskAttempt): AskService {
  return async (operation, input, as = 'role') => {
    const model = operationModel(service, operation);
    if (!model) throw new Error(`There is no service model for ${service}:${operation}`);
    const answer = await environment.callService(
      service,
      operation,
      input,
      as === 'role' ? caller : withoutRole(caller),
    );
    return (fromServiceOutput(model.output, answer, { times: 'milliseconds', emptyLists }) ?? {}) as JsonObject;
  };
}

const withoutRole = ({ principal: _, ...caller }: TaskAttempt['caller']): TaskAttempt['caller'] => caller;

const parametersOf = ({ call }: TaskAttempt): JsonObject => call.parameters as JsonObject;

/** The outcome of a job that is over: its description, as output or as cause. */
export const described = (succeeded: boolean, description: Json): TaskOutcome =>
  succeeded
    ? { ok: true, output: description }
    : { ok: false, error: 'States.TaskFailed', cause: JSON.stringify(description) };
