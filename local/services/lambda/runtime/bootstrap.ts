// Runs in the worker thread of a function: shows the cloud's time, loads the handler and passes events to it, one at a time.
import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { showCloudTime } from './cloud-time.ts';
import { errorDocument, UnhandledPromiseRejection } from './error-document.ts';
import { captureOutput } from './function-output.ts';
import { runHandler } from './handler-call.ts';
import { loadHandler } from './handler-loader.ts';
import type { InvokeMessage, WorkerMessage, WorkerSetup } from './protocol.ts';

const setup = workerData as WorkerSetup;
const port = parentPort!;
const send = (message: WorkerMessage): void => port.postMessage(message);
const currentRequest: { id?: string } = {};

showCloudTime(setup.clockOffset);
captureOutput(
  setup.logFormat,
  () => currentRequest.id,
  (text) => send({ type: 'log', text }),
);

/** The process of a function ends with an error that nobody caught; its invocation fails with that error. */
function end(error: unknown): void {
  send({ type: 'error', payload: JSON.stringify(errorDocument(error)), fatal: true });
  // In a turn of its own, so that the message is not lost.
  setImmediate(() => process.exit(129));
}
process.on('uncaughtException', end);
process.on('unhandledRejection', (reason) => end(new UnhandledPromiseRejection(reason)));

try {
  const handler = await loadHandler(setup.taskRoot, setup.handler, setup.runtime);
  port.on('message', async (message: InvokeMessage) => {
    currentRequest.id = message.requestId;
    if (message.traceId !== undefined) process.env._X_AMZN_TRACE_ID = message.traceId;
    else delete process.env._X_AMZN_TRACE_ID;
    try {
      const result = await runHandler(handler, message);
      send({ type: 'result', payload: JSON.stringify(result) ?? 'null' });
    } catch (error) {
      send({ type: 'error', payload: JSON.stringify(errorDocument(error)), fatal: false });
    }
  });
  send({ type: 'ready' });
} catch (error) {
  end(error);
}
