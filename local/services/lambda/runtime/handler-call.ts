import type { Handler } from './handler-loader.ts';
import type { InvokeMessage } from './protocol.ts';

/** Calls the handler with a fresh event and context, whichever way it answers: a promise, a value or the callback. */
export function runHandler(handler: Handler, message: InvokeMessage): Promise<unknown> {
  const event: unknown = JSON.parse(message.payload);
  const callsBack = handler.length >= 3;
  return new Promise((resolve, reject) => {
    const callback = (error: unknown, result?: unknown): void => (error ? reject(error) : resolve(result));
    const context = createContext(message, callback);
    // A handler that throws instead of rejecting rejects this promise as well.
    const answer = callsBack ? handler(event, context, callback) : handler(event, context);
    if (isThenable(answer)) answer.then(resolve, reject);
    else if (!callsBack) resolve(answer);
  });
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === 'function';

function createContext(message: InvokeMessage, callback: (error: unknown, result?: unknown) => void): object {
  const started = performance.now();
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: message.functionName,
    functionVersion: message.functionVersion,
    memoryLimitInMB: message.memoryLimitInMB,
    logGroupName: message.logGroupName,
    logStreamName: message.logStreamName,
    invokedFunctionArn: message.invokedFunctionArn,
    awsRequestId: message.requestId,
    ...(message.clientContext !== undefined && { clientContext: JSON.parse(message.clientContext) as unknown }),
    identity: undefined,
    getRemainingTimeInMillis: () =>
      Math.max(0, Math.floor(message.timeoutMilliseconds - (performance.now() - started))),
    done: (error: unknown, result?: unknown) => callback(error, result),
    succeed: (result: unknown) => callback(undefined, result),
    fail: (error: unknown) => callback(error ?? 'handled'),
  };
}
