import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCaller } from '../../../../../local/aws/caller.ts';
import { createEndpoint, type Endpoint } from '../../../../../local/aws/endpoint.ts';
import type { Caller, Service } from '../../../../../local/aws/service.ts';
import { createManualClock } from '../../../../../local/manual-clock.ts';
import { createImages } from '../../../../../local/services/jobs/images.ts';
import { createJobChanges, type JobChanges } from '../../../../../local/services/jobs/job-changes.ts';
import { createJobProcesses } from '../../../../../local/services/jobs/job-processes.ts';
import { createJobServices } from '../../../../../local/services/jobs/job-services.ts';
import { createLogs } from '../../../../../local/services/logs/logs.ts';
import { createS3 } from '../../../../../local/services/s3/s3.ts';
import { openStorage } from '../../../../../local/storage/open-storage.ts';
import type { Storage } from '../../../../../local/storage.ts';

export const NOW = Date.parse('2026-11-22T10:00:00Z');
export const caller: Caller = { account: '111111111111', region: 'eu-central-1' };

/** Programs of the images that the tests run, by image name. */
const PROGRAMS: Readonly<Record<string, string>> = {
  greet: `console.log('hello', ...process.argv.slice(2)); console.error(process.env.GREETING ?? 'no greeting');`,
  fail: `console.log('going wrong'); process.exit(3);`,
  wait: `console.log('waiting'); setInterval(() => {}, 1000);`,
  quick: ``,
  model: `import { writeFileSync } from 'node:fs';
    const { SM_MODEL_DIR, SM_HPS, SM_HP_LEARNING_RATE, SEASON } = process.env;
    const seen = [process.argv[2], JSON.parse(SM_HPS)['learning-rate'], SM_HP_LEARNING_RATE, SEASON];
    writeFileSync(SM_MODEL_DIR + '/weights.json', JSON.stringify(seen));`,
  // Fails until its third attempt.
  third: `process.exit(process.env.AWS_BATCH_JOB_ATTEMPT === '3' ? 0 : 1);`,
};

/** The job services with what they need, in process, on a clock that stands still. */
export interface JobCloud {
  readonly clock: ReturnType<typeof createManualClock>;
  readonly storage: Storage;
  readonly changes: JobChanges;
  readonly services: readonly Service[];
  readonly imagesFolder: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape depends on the operation.
  call(service: string, operation: string, input: object, extra?: Partial<Caller>): Promise<any>;
  /** Waits, without a timer, until what a call answers passes. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape depends on the operation.
  until<T = any>(ask: () => Promise<T> | T, passes: (answer: T) => boolean): Promise<T>;
  /** All lines of a log stream. */
  log(logGroupName: string, logStreamName: string): Promise<string[]>;
  endpoint(): Promise<Endpoint>;
  close(): Promise<void>;
}

export function openJobCloud(
  options: { storage?: Storage; capacity?: number; graceMilliseconds?: number } = {},
): JobCloud {
  const folder = mkdtempSync(join(tmpdir(), 'jobs-'));
  const imagesFolder = join(folder, 'images');
  for (const [name, program] of Object.entries(PROGRAMS)) {
    mkdirSync(join(imagesFolder, name), { recursive: true });
    writeFileSync(join(imagesFolder, name, 'entrypoint.mjs'), program);
  }
  const clock = createManualClock(NOW);
  const storage = options.storage ?? openStorage();
  const changes = createJobChanges();
  const services: Service[] = [];
  const call = createCaller(services);
  const report = (error: unknown, what: string) => {
    throw new Error(`${what}: ${error}`);
  };
  const environment = { storage, clock, call, changes, report };
  services.push(
    createLogs(environment),
    createS3(environment),
    ...createJobServices({
      ...environment,
      images: createImages(imagesFolder),
      processes: createJobProcesses(options),
      newId: randomUUID,
      endpointUrl: () => 'http://127.0.0.1:1',
    }),
  );
  for (const service of services) service.start?.();
  const endpoints: Endpoint[] = [];
  return {
    clock,
    storage,
    changes,
    services,
    imagesFolder,
    call: (service, operation, input, extra = {}) => call(service, operation, input, { ...caller, ...extra }),
    async until(ask, passes) {
      for (;;) {
        const changed = changes.next(AbortSignal.timeout(15_000));
        changed.catch(() => {});
        const answer = await ask();
        if (passes(answer)) return answer;
        await changed;
      }
    },
    async log(logGroupName, logStreamName) {
      const target = { logGroupName, logStreamName, startFromHead: true };
      const { events } = await call('logs', 'GetLogEvents', target, caller);
      return events.map(({ message }: { message: string }) => message);
    },
    async endpoint() {
      const endpoint = await createEndpoint({ services });
      endpoints.push(endpoint);
      return endpoint;
    },
    async close() {
      for (const endpoint of endpoints) await endpoint.close();
      for (const service of services) await service.close?.();
      if (!options.storage) storage.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Puts a script into the local S3. @returns its location */
export async function putScript(cloud: JobCloud, script: string, extension = 'mjs'): Promise<string> {
  await cloud.call('s3', 'CreateBucket', { Bucket: 'scripts' }).catch(() => {});
  const Key = `script.${extension}`;
  await cloud.call('s3', 'PutObject', { Bucket: 'scripts', Key, Body: Buffer.from(script) });
  return `s3://scripts/${Key}`;
}
