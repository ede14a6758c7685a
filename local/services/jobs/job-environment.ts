import { createHash } from 'node:crypto';
import type { Caller, CallService } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import type { Images } from './images.ts';
import type { JobChanges } from './job-changes.ts';
import type { JobProcesses } from './job-processes.ts';

/** What the job services share. */
export interface JobEnvironment {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly call: CallService;
  readonly images: Images;
  readonly processes: JobProcesses;
  readonly changes: JobChanges;
  /** A UUID. */
  readonly newId: () => string;
  /** Of the AWS endpoint, for the AWS SDKs in jobs. */
  readonly endpointUrl: () => string;
  /** Told of what went wrong beside the job: its log could not be written. */
  readonly report: (error: unknown, what: string) => void;
}

/** A UUID for a new job. A call that is delivered twice gets the same one twice, so that it starts one job. */
export function newJobId({ newId }: JobEnvironment, { idempotencyKey }: Caller, index = 0): string {
  if (idempotencyKey === undefined) return newId();
  const digest = createHash('sha256').update(`${idempotencyKey} ${index}`).digest('hex');
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

/** Variables that a job of these services finds on AWS as well, so that an unmodified AWS SDK works in it. */
export function jobVariables({ endpointUrl }: JobEnvironment, { account, region }: Caller): Record<string, string> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpointUrl(),
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}

/** On whose behalf a job goes on after the call that started it. */
export const lasting = ({ account, region }: Caller): Caller => ({ account, region });
