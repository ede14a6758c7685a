import { createHash } from 'node:crypto';
import { operationModel } from '../../../aws/model.ts';
import { isJsonObject, type Json, type JsonObject } from '../../asl/json.ts';
import { optimizedAction } from './call-optimized.ts';
import type { OptimizedAction, TaskAttempt } from './integration.ts';
import { fromServiceOutput } from './shapes.ts';

const start = optimizedAction(
  {
    service: 'states',
    action: 'startExecution',
    contentType: 'application/x-amz-json-1.0',
    names: { errorPrefix: 'StepFunctions', serviceName: 'AWSStepFunctions', fallback: 'AWSStepFunctionsException' },
    prepare: (parameters, attempt) => ({
      ...parameters,
      Name: parameters.Name ?? nameOf(attempt),
      Input: jsonText(parameters.Input ?? {}),
    }),
  },
  { patterns: ['requestResponse', 'sync', 'sync:2', 'waitForTaskToken'] },
);

/** `arn:aws:states:::states:startExecution`, with `.sync`, `.sync:2` and `.waitForTaskToken`. */
export const nestedExecution: OptimizedAction = {
  ...start,
  async completion(attempt, submitted) {
    const executionArn = executionArnOf(submitted);
    await attempt.environment.executionEnded(executionArn, attempt.context.signal);
    const description = await describe(attempt, executionArn);
    if (description.Status !== 'SUCCEEDED') {
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

/** An `Input` that is text is taken for JSON text already. */
const jsonText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

function executionArnOf(submitted: Json): string {
  return isJsonObject(submitted) ? String(submitted.ExecutionArn) : '';
}

/** DescribeExecution's answer, as `.sync` gives it: names in Pascal case, times in milliseconds, data as JSON text. */
async function describe({ environment, caller }: TaskAttempt, executionArn: string): Promise<JsonObject> {
  const who = { account: caller.account, region: caller.region };
  const answer = await environment.callService('states', 'DescribeExecution', { executionArn }, who);
  const { output } = operationModel('states', 'DescribeExecution')!;
  return fromServiceOutput(output, answer, { times: 'milliseconds' }) as JsonObject;
}

const isSecondVersion = ({ call: { resource } }: TaskAttempt): boolean =>
  resource.type === 'optimized' && resource.pattern === 'sync:2';

const withParsedData = (description: JsonObject): JsonObject => ({
  ...description,
  Input: JSON.parse(String(description.Input)) as Json,
  Output: JSON.parse(String(description.Output)) as Json,
});
