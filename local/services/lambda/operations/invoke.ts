import type { Caller } from '../../../aws/service.ts';
import { refuseOthers, ServiceError } from '../../../aws/service.ts';
import { newTraceHeader } from '../../../aws/trace-header.ts';
import type { AsynchronousInvocations } from '../asynchronous.ts';
import { functionNotFound, parseReference, qualifiedArn, revisionOf, runnable } from '../function-record.ts';
import type { LambdaContext } from '../lambda-context.ts';

interface InvokeInput {
  readonly FunctionName: string;
  readonly Qualifier?: string;
  readonly InvocationType?: 'RequestResponse' | 'Event' | 'DryRun';
  readonly LogType?: 'None' | 'Tail';
  readonly ClientContext?: string;
  readonly Payload?: Uint8Array | string;
}

const MEMBERS = ['FunctionName', 'Qualifier', 'InvocationType', 'LogType', 'ClientContext', 'Payload'];

const LARGEST_PAYLOAD = { RequestResponse: 6_291_456, DryRun: 6_291_456, Event: 1_048_576 };
/** AWS returns the last 4 KB of the log. */
const LOG_TAIL = 4_096;

export function invokeOperation(context: LambdaContext, asynchronous: AsynchronousInvocations) {
  const { records, runner } = context;
  return {
    /** `FunctionError` is set, and the payload is the error document, when the function failed. */
    async Invoke(input: InvokeInput, caller: Caller) {
      refuseOthers('Invoke', input, MEMBERS);
      const { InvocationType = 'RequestResponse' } = input;
      const reference = parseReference(input.FunctionName, input.Qualifier, caller);
      const record = records.find(reference);
      // Here AWS names the version even if nobody asked for one.
      if (!record) throw functionNotFound(qualifiedArn({ qualifier: '$LATEST', ...reference }));
      const revision = revisionOf(record, reference, context.dice());
      const payload = payloadText(input.Payload, InvocationType);
      if (InvocationType === 'DryRun') return { StatusCode: 204 };
      const requestId = context.newId();
      if (InvocationType === 'Event') {
        asynchronous.accept({ reference, payload, requestId });
        return { StatusCode: 202 };
      }
      const clientContext = clientContextText(input.ClientContext);
      const result = await runner.run(runnable(record, revision), {
        requestId,
        payload,
        invokedFunctionArn: qualifiedArn(reference),
        traceId: caller.traceHeader ?? newTraceHeader(context.clock.now()),
        ...(clientContext !== undefined && { clientContext }),
        ...(caller.signal && { signal: caller.signal }),
      });
      return {
        StatusCode: 200,
        ExecutedVersion: revision.version,
        Payload: new TextEncoder().encode(result.payload),
        ...(result.functionError && { FunctionError: result.functionError }),
        ...(input.LogType === 'Tail' && { LogResult: Buffer.from(result.log).subarray(-LOG_TAIL).toString('base64') }),
      };
    },
  };
}

function payloadText(payload: Uint8Array | string | undefined, type: keyof typeof LARGEST_PAYLOAD): string {
  if (payload === undefined || payload.length === 0) return '{}';
  const size = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.byteLength;
  if (size > LARGEST_PAYLOAD[type]) {
    const message = `${size} byte payload is too large for the ${type} invocation type (limit ${LARGEST_PAYLOAD[type]} bytes)`;
    throw new ServiceError('RequestTooLargeException', message, 413, { Type: 'User' });
  }
  const text = typeof payload === 'string' ? payload : new TextDecoder().decode(payload);
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    const message = `Could not parse request body into json: ${(error as Error).message}`;
    throw new ServiceError('InvalidRequestContentException', message, 400, { Type: 'User' });
  }
}

function clientContextText(base64: string | undefined): string | undefined {
  if (base64 === undefined) return undefined;
  const text = Buffer.from(base64, 'base64').toString('utf8');
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw new ServiceError(
      'InvalidRequestContentException',
      'Client context must be a valid Base64-encoded JSON object.',
      400,
      { Type: 'User' },
    );
  }
}
