import { randomUUID } from 'node:crypto';
import type { CallService, Service } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import { createImages } from './images.ts';
import { createJobChanges, type JobChanges } from './job-changes.ts';
import { createJobProcesses, type JobProcessesOptions } from './job-processes.ts';
import { createJobServices } from './job-services.ts';

export interface JobsOptions {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly call: CallService;
  readonly report: (error: unknown, what: string) => void;
  readonly endpointUrl: () => string;
  /** Has a folder for each container image, with its program `entrypoint.mjs`. Absent: there are no images. */
  readonly imagesFolder?: string;
  /** Told of each process that runs: time is not to be skipped meanwhile. */
  readonly during?: JobProcessesOptions['during'];
}

/** Batch, ECS, Glue, SageMaker and EMR. */
export interface Jobs {
  readonly services: readonly Service[];
  /** For those who wait for a job. */
  readonly changes: JobChanges;
  /** Goes on with the jobs of an earlier run. Called once, when all services are there. */
  resume(): void;
  /** Stops all jobs that run. At the next start their hosts are found lost. */
  close(): Promise<void>;
}

export function createJobs({ imagesFolder, during, ...options }: JobsOptions): Jobs {
  const changes = createJobChanges();
  const services = createJobServices({
    ...options,
    changes,
    images: createImages(imagesFolder),
    processes: createJobProcesses({ during }),
    newId: randomUUID,
  });
  return {
    services,
    changes,
    resume() {
      for (const service of services) service.start?.();
    },
    async close() {
      await Promise.all(services.map((service) => service.close?.()));
    },
  };
}
