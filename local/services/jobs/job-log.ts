import type { Caller } from '../../aws/service.ts';
import { type JobEnvironment, lasting } from './job-environment.ts';

/** A stream of the local CloudWatch Logs that a job writes to. */
export interface JobLog {
  write(line: string): void;
  /** Resolves when what was written until now is there. */
  flushed(): Promise<void>;
}

export interface LogDestination {
  readonly logGroupName: string;
  readonly logStreamName: string;
}

/** Lines are written in order; a log that cannot be written is reported and does not fail the job. */
export function openJobLog(environment: JobEnvironment, caller: Caller, target: LogDestination): JobLog {
  const { call, clock, report } = environment;
  const who = lasting(caller);
  let pending: { timestamp: number; message: string }[] = [];
  let last: Promise<unknown> | undefined;

  const create = async () => {
    await unlessThere(call('logs', 'CreateLogGroup', { logGroupName: target.logGroupName }, who));
    await unlessThere(call('logs', 'CreateLogStream', target, who));
  };
  const put = async () => {
    const logEvents = pending;
    pending = [];
    if (logEvents.length > 0) await call('logs', 'PutLogEvents', { ...target, logEvents }, who);
  };

  return {
    write(message) {
      // CloudWatch Logs takes no empty messages.
      if (message === '') return;
      pending.push({ timestamp: clock.now(), message });
      if (pending.length > 1) return;
      const previous = last ?? create();
      last = previous.then(put).catch((error) => report(error, `log ${target.logGroupName}: ${target.logStreamName}`));
    },
    async flushed() {
      await last;
    },
  };
}

async function unlessThere(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if ((error as { code?: string }).code !== 'ResourceAlreadyExistsException') throw error;
  }
}
