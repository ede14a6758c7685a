import { createHash } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject } from '../../asl/json.ts';
import type { ExecutionDescription } from '../ports.ts';
import { optimizedAction } from './call-optimized.ts';
import type { OptimizedAction, TaskAttempt } from './integration.ts';

const start = optimizedAction(
  {
    service: 'states',
    action: 'startExecution',
    contentType: 'application/x-amz-json-1.0',
    names: { errorPrefix: 'StepFunctions', serviceName: 'AWSStepFunctions', fallback: 'AWSStepFunctionsException' },
    prepare: (parameters, attempt) => ({
      ...parameters,
      Name: parameters.Name ?? nameOf(attempt),
      Input: JSON.stringify(parameters.Input ?? {}),
    }),
  },
  { patterns: ['requestResponse', 'sync', 'sync:2', 'waitForTaskToken'] },
);

/** `arn:aws:states:::states:startExecution`, with `.sync`, `.sync:2` and `.waitForTaskToken`. */
export const nestedExecution: OptimizedAction = {
  ...start,
  async completion(attempt, submitted) {
    const execution = await attempt.environment.executionEnded(executionArnOf(submitted), attempt.context.signal);
    const description = describe(execution);
    if (execution.status !== 'SUCCEEDED') {
      return { ok: false, error: 'States.TaskFailed', cause: JSON.stringify(description) };
    }
    return { ok: true, output: isSecondVersion(attempt) ? withParsedData(description) : description };
  },
  async cancel(attempt, submitted) {
    await attempt.environment.callService(
      'states',
      'StopExecution',
      { executionArn: executionArnOf(submitted) },
      { account: attempt.caller.account, region: attempt.caller.region },
    );
  },
};

/** A name for executions that the definition gives none. The same for a repeated call, so that it starts only once. */
function nameOf({ call, context }: TaskAttempt): string {
  const digest = createHash('sha256').update(`${context.executionArn} ${call.key}`).digest('hex');
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

function executionArnOf(submitted: Json): string {
  return isJsonObject(submitted) ? String(submitted.ExecutionArn) : '';
}

/** DescribeExecution's answer, as `.sync` gives it: names in Pascal case, times in milliseconds, data as JSON text. */
function describe(execution: ExecutionDescription): JsonObject {
  return {
    ...(execution.cause !== undefined && { Cause: execution.cause }),
    ...(execution.error !== undefined && { Error: execution.error }),
    ExecutionArn: execution.executionArn,
    Input: execution.input,
    InputDetails: { Included: true },
    Name: execution.name,
    ...(execution.output !== undefined && { Output: execution.output, OutputDetails: { Included: true } }),
    RedriveCount: execution.redriveCount,
    StartDate: execution.startedAt,
    StateMachineArn: execution.revision.stateMachineArn,
    Status: execution.status,
    ...(execution.stoppedAt !== undefined && { StopDate: execution.stoppedAt }),
  };
}

const isSecondVersion = ({ call: { resource } }: TaskAttempt): boolean =>
  resource.type === 'optimized' && resource.pattern === 'sync:2';

const withParsedData = (description: JsonObject): JsonObject => ({
  ...description,
  Input: JSON.parse(String(description.Input)) as Json,
  Output: JSON.parse(String(description.Output)) as Json,
});
