import type { CallService } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import type { Engine, TaskRunner } from '../engine/ports.ts';
import { type Records, records } from './records.ts';

export interface StepFunctionsOptions {
  readonly engine: Engine;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly tasks: TaskRunner;
  readonly randomUuid: () => string;
  /** Reaches the logs service, to see whether a log group exists. */
  readonly call: CallService;
}

/** What the operations work with. */
export interface ApiContext extends StepFunctionsOptions {
  readonly records: Records;
  /** Runs one after the other what reads and then writes the records across an `await`. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
}

export function apiContext(options: StepFunctionsOptions): ApiContext {
  let last: Promise<unknown> = Promise.resolve();
  const exclusively = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  };
  return { ...options, records: records(options.storage), exclusively };
}
