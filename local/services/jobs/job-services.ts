import type { Service } from '../../aws/service.ts';
import { createBatch } from './batch/batch.ts';
import { createEcs } from './ecs/ecs.ts';
import { createEmr } from './emr/emr.ts';
import { createGlue } from './glue/glue.ts';
import type { JobEnvironment } from './job-environment.ts';
import { createSageMaker } from './sagemaker/sagemaker.ts';

/** All services that run jobs. They share the machine's capacity and tell of their jobs by the same changes. */
export const createJobServices = (environment: JobEnvironment): Service[] => [
  createBatch(environment),
  createEcs(environment),
  createEmr(environment),
  createGlue(environment),
  createSageMaker(environment),
];
