import type { Service } from '../../aws/service.ts';
import { createBatch } from './batch/batch.ts';
import { createEcs } from './ecs/ecs.ts';
import type { JobEnvironment } from './job-environment.ts';

/** All services that run jobs. They share the machine's capacity and tell of their jobs by the same changes. */
export const createJobServices = (environment: JobEnvironment): Service[] => [
  createBatch(environment),
  createEcs(environment),
];
