import { operationModel } from '../../../aws/model.ts';
import { ServiceError } from '../../../aws/service.ts';
import type { JsonObject } from '../../asl/json.ts';
import type { TaskOutcome } from '../ports.ts';
import { type OptimizedNames, optimizedFailure, unexpectedFailure } from './failures.ts';
import { httpMetadata } from './http-metadata.ts';
import type { OptimizedAction, TaskAttempt } from './integration.ts';
import { type GivenBytes, operationName } from './sdk-services.ts';
import { fromServiceOutput, toServiceInput } from './shapes.ts';

export interface OptimizedCall {
  readonly service: string;
  readonly action: string;
  readonly names: OptimizedNames;
  readonly contentType: string;
  /** Whether lists that the answer lacks are there and empty. */
  readonly emptyLists?: boolean;
  /** What stands for bytes in the parameters; absent: any JSON. */
  readonly bytes?: GivenBytes;
  /** Whether the answer describes the HTTP exchange, as most do. */
  readonly withMetadata?: boolean;
  readonly prepare?: (parameters: JsonObject, attempt: TaskAttempt) => JsonObject;
  /** Changes the answer, or finds a failure in it. */
  readonly interpret?: (output: JsonObject) => TaskOutcome;
}

/** An action that is one API call, shaped as Step Functions shapes it. */
export function optimizedAction(definition: OptimizedCall, action: Omit<OptimizedAction, 'call'>): OptimizedAction {
  return { ...action, call: (attempt, parameters) => callOptimized(definition, attempt, parameters) };
}

/** Makes the one call of an optimised integration. Any failure is an outcome. */
export async function callOptimized(
  definition: OptimizedCall,
  attempt: TaskAttempt,
  parameters: JsonObject,
): Promise<TaskOutcome> {
  const { service, names, contentType, withMetadata = true } = definition;
  const { environment, caller } = attempt;
  const operation = operationName(definition.action);
  const model = operationModel(service, operation);
  if (!model) return unexpectedFailure(new Error(`There is no service model for ${service}:${operation}`));
  const requestId = environment.randomUuid();
  try {
    const input = toServiceInput(
      model.input,
      definition.prepare?.(parameters, attempt) ?? parameters,
      definition.bytes,
    ) as object;
    const answer = await environment.callService(service, operation, input, caller);
    const output = (fromServiceOutput(model.output, answer, {
      times: 'milliseconds',
      emptyLists: definition.emptyLists,
    }) ?? {}) as JsonObject;
    const outcome = definition.interpret?.(output) ?? { ok: true, output };
    if (!outcome.ok || !withMetadata) return outcome;
    const metadata = httpMetadata({ output, requestId, contentType, at: environment.clock.now() });
    return { ok: true, output: sortKeys({ ...(outcome.output as JsonObject), ...metadata }) };
  } catch (error) {
    if (!(error instanceof ServiceError)) return unexpectedFailure(error);
    return optimizedFailure(names, error, model.exception(error.code), requestId);
  }
}

/** Step Functions writes the members of an answer in alphabetical order. */
const sortKeys = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
