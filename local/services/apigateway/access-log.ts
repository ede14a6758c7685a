import type { CallService } from '../../aws/service.ts';
import type { Stage } from './gateway-state.ts';
import type { GatewayResponse } from './message.ts';
import type { ApiCall } from './request-context.ts';
import { contextOf } from './request-context.ts';

/** Writes a line per call to the stage's log group, in the stage's own format. */
export function createAccessLog(call: CallService, now: () => number) {
  let last: Promise<unknown> = Promise.resolve();

  async function write(
    logGroupName: string,
    message: string,
    { account, region, apiId, stage }: ApiCall,
  ): Promise<void> {
    const caller = { account, region };
    const logStreamName = `${apiId}/${stage}`;
    const event = { logGroupName, logStreamName, logEvents: [{ timestamp: now(), message }] };
    try {
      await call('logs', 'PutLogEvents', event, caller);
    } catch {
      // The stream is made when it is first needed.
      await call('logs', 'CreateLogStream', { logGroupName, logStreamName }, caller);
      await call('logs', 'PutLogEvents', event, caller);
    }
  }

  return {
    record(apiCall: ApiCall, { accessLog }: Stage, answer: GatewayResponse, responseType: string | undefined): void {
      const logGroupName = accessLog && /:log-group:([^:]+)/.exec(accessLog.logGroupArn)?.[1];
      if (!accessLog || !logGroupName) return;
      const context = {
        ...contextOf(apiCall),
        status: answer.status,
        responseLatency: now() - apiCall.at,
        responseLength: Buffer.byteLength(answer.body),
        error: { responseType },
      };
      const message = accessLog.format.replace(/\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)/g, (_, path: string) => {
        const value = path
          .split('.')
          .reduce<unknown>((found, key) => (found as Record<string, unknown> | undefined | null)?.[key], context);
        return value === undefined || value === null ? '-' : String(value);
      });
      // A log that cannot be written must not fail the call.
      last = last.then(() => write(logGroupName, message, apiCall)).catch(() => {});
    },
    async flushed(): Promise<void> {
      await last;
    },
  };
}
