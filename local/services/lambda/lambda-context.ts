import { randomBytes, randomUUID } from 'node:crypto';
import type { CallService } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import type { CodeStore } from './code-store.ts';
import type { FunctionRecords } from './function-record.ts';
import type { FunctionRunner } from './runner.ts';

/** What the operations of the service share. */
export interface LambdaContext {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly call: CallService;
  readonly records: FunctionRecords;
  readonly code: CodeStore;
  readonly runner: FunctionRunner;
  readonly newId: () => string;
  /** A number in [0, 1). */
  readonly dice: () => number;
}

export const newId = (): string => randomUUID();

export const dice = (): number => randomBytes(4).readUInt32BE() / 2 ** 32;
