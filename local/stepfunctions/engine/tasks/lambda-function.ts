import { operationModel } from '../../../aws/model.ts';
import { ServiceError } from '../../../aws/service.ts';
import { isJsonObject, type Json, type JsonObject } from '../../asl/json.ts';
import type { TaskOutcome } from '../ports.ts';
import { optimizedFailure, unexpectedFailure } from './failures.ts';
import { httpMetadata } from './http-metadata.ts';
import type { OptimizedAction, TaskAttempt } from './integration.ts';

const NAMES = { errorPrefix: 'Lambda', serviceName: 'AWSLambda', fallback: 'AWSLambdaException' };
const INVOKE_PARAMETERS = ['FunctionName', 'Payload', 'Qualifier', 'InvocationType', 'ClientContext', 'LogType'];

interface Invocation {
  readonly StatusCode: number;
  readonly ExecutedVersion?: string;
  readonly FunctionError?: string;
  readonly LogResult?: string;
  readonly Payload?: Uint8Array;
}

/** `arn:aws:states:::lambda:invoke`: the answer has the payload beside a description of the call. */
export const invokeFunction: OptimizedAction = {
  patterns: ['requestResponse', 'waitForTaskToken'],
  async call(attempt, parameters) {
    const unknown = Object.keys(parameters).find((name) => !INVOKE_PARAMETERS.includes(name));
    if (unknown) {
      return { ok: false, error: 'States.Runtime', cause: `The field "${unknown}" is not supported by Step Functions` };
    }
    const { Payload: payload, ...rest } = parameters;
    const requestId = attempt.environment.randomUuid();
    return invoke(attempt, rest, payloadText(payload ?? {}), requestId, (invocation, output) => {
      const version = invocation.ExecutedVersion ?? '$LATEST';
      const metadata = httpMetadata({
        output: { Payload: output },
        requestId,
        contentType: 'application/json',
        at: attempt.environment.clock.now(),
        headers: { 'X-Amz-Executed-Version': version },
      });
      return {
        ExecutedVersion: version,
        ...(invocation.LogResult && { LogResult: invocation.LogResult }),
        ...(output !== undefined && { Payload: output }),
        ...metadata,
        StatusCode: invocation.StatusCode,
      };
    });
  },
};

/** A Task whose `Resource` is the function itself: input and output are the bare payloads. */
export function callFunction(attempt: TaskAttempt, functionArn: string): Promise<TaskOutcome> {
  const requestId = attempt.environment.randomUuid();
  return invoke(
    attempt,
    { FunctionName: functionArn },
    JSON.stringify(attempt.call.parameters),
    requestId,
    (_, output) => output ?? null,
  );
}

/** A `Payload` that is text is taken for JSON text already, as AWS records show: `"[]"` invokes with an empty array. */
const payloadText = (payload: Json): string => (typeof payload === 'string' ? payload : JSON.stringify(payload));

async function invoke(
  { environment, caller }: TaskAttempt,
  parameters: JsonObject,
  payload: string,
  requestId: string,
  shape: (invocation: Invocation, output: Json | undefined) => Json,
): Promise<TaskOutcome> {
  try {
    const input = { ...parameters, Payload: Buffer.from(payload) };
    const invocation = (await environment.callService('lambda', 'Invoke', input, caller)) as Invocation;
    const text = Buffer.from(invocation.Payload ?? []).toString('utf8');
    if (invocation.FunctionError) return functionFailure(text);
    return { ok: true, output: shape(invocation, text === '' ? undefined : (JSON.parse(text) as Json)) };
  } catch (error) {
    if (!(error instanceof ServiceError)) return unexpectedFailure(error);
    return optimizedFailure(NAMES, error, operationModel('lambda', 'Invoke')?.exception(error.code), requestId);
  }
}

/** The error is the name of what the function threw; the cause is the whole error document. */
function functionFailure(payload: string): TaskOutcome {
  const document = JSON.parse(payload) as Json;
  const type = isJsonObject(document) ? document.errorType : undefined;
  return { ok: false, error: typeof type === 'string' ? type : 'Lambda.Unknown', cause: payload };
}
