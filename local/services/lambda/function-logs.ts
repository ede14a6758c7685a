import type { CallService } from '../../aws/service.ts';
import { ServiceError } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { FunctionRevision } from './runner.ts';

export interface FunctionLogs {
  write(revision: FunctionRevision, logStreamName: string, text: string): void;
  /** Resolves when everything is written. */
  flushed(): Promise<void>;
}

/** Writes what functions print to the logs service, in order per function and without making invocations wait. */
export function createFunctionLogs(call: CallService, clock: Clock): FunctionLogs {
  const queues = new Map<string, Promise<void>>();
  const knownStreams = new Set<string>();

  async function put(revision: FunctionRevision, logStreamName: string, text: string): Promise<void> {
    const { logGroup: logGroupName, functionArn } = revision;
    const [, , , region = '', account = ''] = functionArn.split(':');
    // As on AWS, the function's role writes them; the group is made by whoever runs functions, so that none is lost here.
    const service = { account, region };
    const caller = { ...service, principal: { roleArn: revision.role, session: revision.functionName } };
    const stream = `${functionArn} ${logStreamName}`;
    if (!knownStreams.has(stream)) {
      await unlessThere(call('logs', 'CreateLogGroup', { logGroupName }, service));
      await unlessThere(call('logs', 'CreateLogStream', { logGroupName, logStreamName }, caller));
      knownStreams.add(stream);
    }
    const timestamp = clock.now();
    const logEvents = text
      .split('\n')
      .filter(Boolean)
      .map((message) => ({ timestamp, message }));
    await call('logs', 'PutLogEvents', { logGroupName, logStreamName, logEvents }, caller);
  }

  return {
    write(revision, logStreamName, text) {
      const key = revision.functionArn;
      const last = queues.get(key) ?? Promise.resolve();
      // A log that cannot be written must not fail the function that wrote it.
      const next = last
        .then(() => put(revision, logStreamName, text))
        .catch(() => knownStreams.delete(`${key} ${logStreamName}`));
      const settled = next.then(() => {
        if (queues.get(key) === settled) queues.delete(key);
      });
      queues.set(key, settled);
    },
    async flushed() {
      await Promise.all(queues.values());
    },
  };
}

async function unlessThere(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if (!(error instanceof ServiceError && error.code === 'ResourceAlreadyExistsException')) throw error;
  }
}
