import { type CallService, ServiceError } from '../aws/service.ts';
import type { ExecutionLog, LogEvent } from '../stepfunctions/engine/execution-log.ts';

/** What one PutLogEvents takes: events, and bytes with those that each event costs besides. */
const MOST_EVENTS = 10_000;
const MOST_BYTES = 1_048_576;
const EVENT_OVERHEAD = 26;

/** Writes log events to CloudWatch Logs, in order within a stream, without making executions wait. */
export function createExecutionLog(call: CallService, report: (error: unknown) => void): ExecutionLog {
  const streams = new Map<string, Promise<void>>();
  return (logGroupArn, logStreamName, events) => {
    const [, , , region = '', account = '', , logGroupName = ''] = logGroupArn.split(':');
    const caller = { account, region };
    const key = `${logGroupArn} ${logStreamName}`;
    const write = async (logEvents: readonly LogEvent[]): Promise<void> => {
      const put = () => call('logs', 'PutLogEvents', { logGroupName, logStreamName, logEvents }, caller);
      try {
        await put();
      } catch (error) {
        if (!(error instanceof ServiceError && error.code === 'ResourceNotFoundException')) throw error;
        await call('logs', 'CreateLogStream', { logGroupName, logStreamName }, caller);
        await put();
      }
    };
    const writeAll = async (): Promise<void> => {
      for (const batch of batchesOf(events)) await write(batch);
    };
    // A log group that was deleted is no reason to complain: AWS drops the events too.
    const isMissing = (error: unknown): boolean =>
      error instanceof ServiceError && error.code === 'ResourceNotFoundException';
    const next = (streams.get(key) ?? Promise.resolve())
      .then(writeAll)
      .catch((error) => isMissing(error) || report(error));
    const settled = next.then(() => {
      if (streams.get(key) === settled) streams.delete(key);
    });
    streams.set(key, settled);
  };
}

function batchesOf(events: readonly LogEvent[]): LogEvent[][] {
  const batches: LogEvent[][] = [];
  let batch: LogEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(event.message) + EVENT_OVERHEAD;
    if (batch.length === MOST_EVENTS || (batch.length > 0 && bytes + size > MOST_BYTES)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(event);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
